//! Valid bodies with something done to them: never taken for another payload, and no panic.

use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::splits::{chunks, decode_cut, ways};
use super::support::Way;

#[derive(Clone, Debug)]
enum Mutation {
    Flip { place: usize, bit: u8 },
    Remove { place: usize, count: usize },
    Insert { place: usize, bytes: Vec<u8> },
    Repeat { place: usize, count: usize },
}

fn mutations() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (any::<usize>(), 0_u8..8).prop_map(|(place, bit)| Mutation::Flip { place, bit }),
        (any::<usize>(), 1_usize..10_000).prop_map(|(place, count)| Mutation::Remove { place, count }),
        (any::<usize>(), prop::collection::vec(any::<u8>(), 1..50))
            .prop_map(|(place, bytes)| Mutation::Insert { place, bytes }),
        (any::<usize>(), 1_usize..10_000).prop_map(|(place, count)| Mutation::Repeat { place, count }),
    ]
}

fn mutate(body: &mut Vec<u8>, mutation: &Mutation) {
    let wrapped = |place: &usize| place % body.len().max(1);
    match mutation {
        Mutation::Flip { place, bit } => {
            let place = wrapped(place);
            if let Some(byte) = body.get_mut(place) {
                *byte ^= 1 << bit;
            }
        }
        Mutation::Remove { place, count } => {
            let place = wrapped(place);
            body.drain(place..(place + count).min(body.len()));
        }
        Mutation::Insert { place, bytes } => {
            let place = wrapped(place);
            body.splice(place..place, bytes.clone());
        }
        Mutation::Repeat { place, count } => {
            let place = wrapped(place);
            let again = body[place..(place + count).min(body.len())].to_vec();
            body.splice(place..place, again);
        }
    }
}

proptest! {
    #[test]
    fn a_mutated_body_is_refused_or_means_the_same(
        way in ways(),
        chunks in chunks(),
        mutations in prop::collection::vec(mutations(), 1..4),
        cuts in prop::collection::vec(any::<usize>(), 0..4),
    ) {
        let whole = chunks.concat();
        let mut body = way.frame(&chunks).concat();
        mutations.iter().for_each(|mutation| mutate(&mut body, mutation));
        let (out, summary) = decode_cut(way.decoder(whole.len()), &body, &cuts);
        prop_assert!(out.len() <= whole.len());
        // Framing has some freedom (case of hexadecimal digits, extensions), the payload has none.
        if summary.is_ok() {
            prop_assert_eq!(out, whole);
        }
    }

    #[test]
    fn a_mutated_payload_is_never_taken(way in ways(), chunks in chunks(), place in any::<usize>(), bit in 0_u8..8) {
        let mut whole = chunks.concat();
        if let Some(last) = whole.len().checked_sub(1) {
            let body = way.frame(&chunks).concat();
            let place = place % (last + 1);
            whole[place] ^= 1 << bit;
            let mut rest = whole.as_slice();
            let changed: Vec<Vec<u8>> = chunks.iter().map(|chunk| {
                let (own, others) = rest.split_at(chunk.len());
                rest = others;
                own.to_vec()
            }).collect();
            // The frame of the old bytes around the new ones.
            let forged = graft(&body, &chunks, &changed);
            let (_, summary) = decode_cut(way.decoder(whole.len()), &forged, &[]);
            prop_assert!(summary.is_err());
        }
    }

    #[test]
    fn any_bytes_are_answered_without_panic(way in ways(), body in prop::collection::vec(any::<u8>(), 0..300), len in 0_usize..100) {
        let (out, _) = decode_cut(way.decoder(len), &body, &[]);
        prop_assert!(out.len() <= len);
    }

    #[test]
    fn bytes_like_a_body_are_answered_without_panic(
        way in ways(),
        body in "([0-9a-f]{0,17}(;chunk-signature=[0-9a-f]{0,64})?\r?\n?[ -~]{0,9}\r?\n?){0,6}",
        len in 0_usize..100,
    ) {
        let (out, _) = decode_cut(Way::decoder(way, len), body.as_bytes(), &[3, 5, 17]);
        prop_assert!(out.len() <= len);
    }
}

fn graft(body: &[u8], old: &[Vec<u8>], new: &[Vec<u8>]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), body);
    for (old, new) in old.iter().zip(new) {
        let line = rest.iter().position(|byte| *byte == b'\n').expect("a header line") + 1;
        out.extend_from_slice(&rest[..line]);
        out.extend_from_slice(new);
        rest = &rest[line + old.len()..];
    }
    out.extend_from_slice(rest);
    out
}
