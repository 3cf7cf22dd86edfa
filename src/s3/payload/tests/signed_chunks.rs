//! Chunks with signatures.

use bytes::Bytes;

use super::support::{WAYS, Way, chain, decode, two_chunks};
use crate::auth::sign::ChunkFramer;
use crate::error::S3ErrorCode;

const SIGNED: [Way; 2] = [Way::Signed, Way::SignedTrailer];

/// Three full chunks and a short one.
fn pieces(way: Way) -> (usize, Vec<Vec<u8>>) {
    let chunks: Vec<Vec<u8>> =
        [8_192, 8_192, 9_000, 10].iter().zip(b'a'..).map(|(len, byte)| vec![byte; *len]).collect();
    (chunks.concat().len(), way.frame(&chunks))
}

#[test]
fn a_framed_body_decodes_to_itself() {
    for way in WAYS {
        for chunks in [vec![], vec![b"x".to_vec()], two_chunks().to_vec()] {
            let whole = chunks.concat();
            let (decoded, summary) = way.decode(whole.len(), &way.frame(&chunks).concat()).expect("well-framed");
            assert_eq!((decoded, summary.len), (whole.clone(), whole.len() as u64));
            assert!(summary.checksum.is_some());
        }
    }
}

#[test]
fn a_changed_middle_chunk_does_not_match() {
    for way in SIGNED {
        let (len, mut pieces) = pieces(way);
        let byte = pieces[1].len() - 10;
        pieces[1][byte] ^= 1;
        assert_eq!(way.code(len, &pieces.concat()), S3ErrorCode::SignatureDoesNotMatch);
    }
}

#[test]
fn chunks_cannot_be_moved_repeated_or_left_out() {
    for way in SIGNED {
        let (len, good) = pieces(way);
        for order in [
            vec![1, 0, 2, 3, 4],
            vec![0, 2, 1, 3, 4],
            vec![0, 1, 1, 2, 3, 4],
            vec![0, 1, 2, 2, 3, 4],
            vec![0, 1, 2, 2, 2, 2, 3, 4],
            vec![0, 2, 3, 4],
            vec![0, 1, 2, 4],
            vec![4],
        ] {
            let body: Vec<u8> = order.iter().flat_map(|index| good[*index].clone()).collect();
            assert_eq!(way.code(len, &body), S3ErrorCode::SignatureDoesNotMatch, "{order:?}");
        }
    }
}

#[test]
fn more_than_the_declared_length_is_never_handed_out() {
    let (_, pieces) = pieces(Way::Signed);
    let mut decoder = Way::Signed.decoder(8_200);
    let mut out = Vec::new();
    let error = decoder.push(Bytes::from(pieces.concat()), &mut out).expect_err("longer than declared");
    // Each chunk is signed: it is the length that is wrong.
    assert_eq!(error.code, S3ErrorCode::IncompleteBody);
    assert_eq!(out.concat().len(), 8_200);
}

#[test]
fn a_chunk_without_a_signature_does_not_match() {
    let mut framer = ChunkFramer::new(None);
    let body = [framer.chunk(Bytes::from_static(b"x")).concat(), framer.finish(None).to_vec()].concat();
    assert_eq!(Way::Signed.code(1, &body), S3ErrorCode::SignatureDoesNotMatch);
}

#[test]
fn the_end_of_a_body_must_be_there_and_nothing_behind_it() {
    for way in WAYS {
        let whole = way.frame(&two_chunks());
        let body = whole.concat();
        assert_eq!(way.code(8_292, &whole[..2].concat()), S3ErrorCode::IncompleteBody, "{way:?}");
        for cut in [1, 2, 3, body.len() / 2, body.len() - 1, body.len()] {
            let code = way.code(8_292, &body[..body.len() - cut]);
            assert_eq!(code, S3ErrorCode::IncompleteBody, "{way:?} without the last {cut}");
        }
        let longer = [body.as_slice(), b"x-amz-checksum-sha1:AA\r\n\r\n"].concat();
        assert_eq!(way.code(8_292, &longer), S3ErrorCode::MalformedTrailerError, "{way:?}");
    }
}

#[test]
fn the_declared_length_is_the_sum_of_the_chunks() {
    for way in WAYS {
        let body = way.frame(&two_chunks()).concat();
        for len in [8_291, 8_293, 0, 8_192] {
            assert_eq!(way.code(len, &body), S3ErrorCode::IncompleteBody, "{way:?} {len}");
        }
    }
}

#[test]
fn a_chain_of_another_request_does_not_match() {
    let mut other = chain();
    other.sign_chunk(&[0; 32]);
    let mut framer = ChunkFramer::new(Some(other));
    let body = [framer.chunk(Bytes::from_static(b"x")).concat(), framer.finish(None).to_vec()].concat();
    let error = decode(Way::Signed.decoder(1), [body.as_slice()]).expect_err("replayed");
    assert_eq!(error.code, S3ErrorCode::SignatureDoesNotMatch);
}
