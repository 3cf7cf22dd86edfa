//! However a body is cut into pushes, the result is the same.

use bytes::Bytes;
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::support::{WAYS, Way};
use crate::error::S3Error;
use crate::payload::{PayloadDecoder, PayloadSummary};

pub(super) fn ways() -> impl Strategy<Value = Way> {
    prop_oneof![Just(WAYS[0]), Just(WAYS[1]), Just(WAYS[2])]
}

/// Chunks of which all but the last are large enough.
pub(super) fn chunks() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let full = prop::collection::vec((8_192_usize..9_000, any::<u8>()), 0..3);
    (full, prop::collection::vec(any::<u8>(), 0..200)).prop_map(|(full, last)| {
        let mut chunks: Vec<Vec<u8>> = full.into_iter().map(|(len, byte)| vec![byte; len]).collect();
        if !last.is_empty() {
            chunks.push(last);
        }
        chunks
    })
}

/// Pushes `body` cut at the places that `cuts` say; gives what came out also where it failed.
pub(super) fn decode_cut(
    mut decoder: PayloadDecoder,
    body: &[u8],
    cuts: &[usize],
) -> (Vec<u8>, Result<PayloadSummary, S3Error>) {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut % (body.len() + 1)).chain([0, body.len()]).collect();
    places.sort_unstable();
    let mut out = Vec::new();
    for pair in places.windows(2) {
        if let Err(error) = decoder.push(Bytes::copy_from_slice(&body[pair[0]..pair[1]]), &mut out) {
            return (out.concat(), Err(error));
        }
    }
    (out.concat(), decoder.finish())
}

proptest! {
    #[test]
    fn cuts_change_nothing(way in ways(), chunks in chunks(), cuts in prop::collection::vec(any::<usize>(), 0..40)) {
        let (body, whole) = (way.frame(&chunks).concat(), chunks.concat());
        let (out, summary) = decode_cut(way.decoder(whole.len()), &body, &cuts);
        prop_assert_eq!(&out, &whole);
        prop_assert_eq!(summary.expect("well-framed").len, whole.len() as u64);
    }

    #[test]
    fn cuts_change_no_error(way in ways(), chunks in chunks(), place in any::<usize>(), byte in any::<u8>(), cuts in prop::collection::vec(any::<usize>(), 0..20)) {
        let mut body = way.frame(&chunks).concat();
        let place = place % body.len();
        body[place] = byte;
        let len = chunks.concat().len();
        let (whole_out, whole) = decode_cut(way.decoder(len), &body, &[]);
        let (out, cut) = decode_cut(way.decoder(len), &body, &cuts);
        prop_assert_eq!(whole, cut);
        prop_assert_eq!(whole_out, out);
    }
}

#[test]
fn single_bytes_decode_like_the_whole() {
    for way in WAYS {
        let chunks = [vec![b'a'; 8_192], vec![b'b'; 3]];
        let body = way.frame(&chunks).concat();
        let cuts: Vec<usize> = (0..body.len()).collect();
        let (out, summary) = decode_cut(way.decoder(8_195), &body, &cuts);
        assert_eq!(out, chunks.concat());
        assert!(summary.is_ok());
    }
    proptest!(|(body in any::<Vec<u8>>())| {
        for way in WAYS {
            let (out, _) = decode_cut(way.decoder(100), &body, &[]);
            prop_assert!(out.len() <= 100);
        }
    });
}
