//! Bodies come back, and only as they were.

use bytes::Bytes;
use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::{Just, Strategy};

use super::support::{body, key, open, seal};
use crate::{Damaged, Layers, Opener, PartSalt, SEGMENT_BYTES};

const SEGMENT: usize = SEGMENT_BYTES as usize;
const SALT: PartSalt = PartSalt::Part([7; 16]);

fn lengths() -> impl Strategy<Value = usize> {
    prop_oneof![0..200usize, SEGMENT - 2..SEGMENT + 2, 2 * SEGMENT - 2..2 * SEGMENT + 2, 0..4 * SEGMENT]
}

fn layers() -> impl Strategy<Value = Layers> {
    prop_oneof![Just(Layers::One), Just(Layers::Two)]
}

proptest! {
    #[test]
    fn a_body_comes_back_whatever_pieces_it_came_in(
        len in lengths(), layers in layers(), seed in any::<u8>(), step in 1..200_000usize, back in 1..200_000usize,
    ) {
        let (key, body) = (key(seed, layers), body(len));
        let sealed = seal(&key, SALT, &body, step);
        prop_assert_eq!(sealed.concat().len() as u64, key.lengths().sealed(len as u64));
        prop_assert_eq!(&sealed, &seal(&key, SALT, &body, len));
        prop_assert_eq!(open(&key, SALT, &sealed.concat(), back), Ok(body));
    }

    #[test]
    fn any_flipped_bit_is_noticed(len in 1..2 * SEGMENT, layers in layers(), at in any::<u64>(), bit in 0..8u8) {
        let key = key(1, layers);
        let mut stored = seal(&key, SALT, &body(len), len).concat();
        let at = (at % stored.len() as u64) as usize;
        stored[at] ^= 1 << bit;
        prop_assert_eq!(open(&key, SALT, &stored, SEGMENT), Err(Damaged));
    }

    #[test]
    fn no_plain_bytes_are_stored(len in 64..2 * SEGMENT, layers in layers()) {
        let body = body(len);
        let stored = seal(&key(1, layers), SALT, &body, len).concat();
        prop_assert!(!stored.windows(16).any(|window| window == &body[..16]));
    }
}

#[test]
fn segments_that_are_swapped_left_out_or_repeated_are_noticed() {
    let key = key(3, Layers::One);
    let segments = seal(&key, SALT, &body(4 * SEGMENT), SEGMENT);
    let of = |order: &[usize]| order.iter().map(|place| segments[*place].clone()).collect::<Vec<Bytes>>().concat();
    assert!(open(&key, SALT, &of(&[0, 1, 2, 3]), SEGMENT).is_ok());
    for order in
        [&[1, 0, 2, 3][..], &[0, 2, 1, 3], &[0, 1, 2], &[1, 2, 3], &[0, 1, 3], &[0, 1, 2, 2], &[3], &[0, 1, 2, 3, 3]]
    {
        assert_eq!(open(&key, SALT, &of(order), SEGMENT), Err(Damaged), "{order:?}");
    }
}

#[test]
fn a_body_that_is_cut_is_noticed() {
    let key = key(3, Layers::Two);
    let stored = seal(&key, SALT, &body(SEGMENT + 1_000), SEGMENT).concat();
    for len in [1, 31, 32, 33, 500, SEGMENT, SEGMENT + 31, SEGMENT + 32, SEGMENT + 33, stored.len() - 1] {
        assert_eq!(open(&key, SALT, &stored[..len], SEGMENT), Err(Damaged), "cut at {len}");
    }
}

#[test]
fn the_last_segment_is_not_taken_for_another_and_no_other_for_the_last() {
    let key = key(3, Layers::One);
    let short = seal(&key, SALT, &body(SEGMENT), SEGMENT).concat();
    let long = seal(&key, SALT, &body(2 * SEGMENT), SEGMENT);
    assert_eq!(open(&key, SALT, &long[0], SEGMENT), Err(Damaged), "the first of two is no whole body");
    let extended = [&short[..], &long[1]].concat();
    assert_eq!(open(&key, SALT, &extended, SEGMENT), Err(Damaged), "a body of one does not go on");
}

#[test]
fn a_body_opens_with_its_own_key_id_and_salt_alone() {
    let own = key(3, Layers::One);
    let stored = seal(&own, SALT, &body(100), 100).concat();
    assert!(open(&own, SALT, &stored, 100).is_ok());
    for salt in [PartSalt::Whole, PartSalt::Part([8; 16])] {
        assert_eq!(open(&own, salt, &stored, 100), Err(Damaged), "{salt:?}");
    }
    for other in [key(4, Layers::One), key(3, Layers::Two)] {
        assert_eq!(open(&other, SALT, &stored, 100), Err(Damaged));
    }
    let secret = zeroize::Zeroizing::new(own.secret().to_vec());
    let other_id = crate::SealingKey::new(secret, crate::EncryptionId([0; 16]), Layers::One).unwrap();
    assert_eq!(open(&other_id, SALT, &stored, 100), Err(Damaged));
}

#[test]
fn two_layers_are_two_keys() {
    let both = key(3, Layers::Two);
    let stored = seal(&both, SALT, &body(100), 100).concat();
    let mut half = both.secret().to_vec();
    half[40] ^= 1;
    let other = crate::SealingKey::new(half.into(), both.id(), Layers::Two).unwrap();
    assert_eq!(open(&other, SALT, &stored, 100), Err(Damaged), "the second key counts");
    let mut half = both.secret().to_vec();
    half[4] ^= 1;
    let other = crate::SealingKey::new(half.into(), both.id(), Layers::Two).unwrap();
    assert_eq!(open(&other, SALT, &stored, 100), Err(Damaged), "the first key counts");
}

#[test]
fn reading_begins_at_any_segment_and_nowhere_else() {
    let (key, body) = (key(5, Layers::One), body(3 * SEGMENT));
    let stored = seal(&key, SALT, &body, SEGMENT).concat();
    let whole = key.lengths().segment();
    for number in 0..3u64 {
        let mut opener = Opener::new(key.body(SALT), number * whole, stored.len() as u64).unwrap();
        let mut plain: Vec<Bytes> = Vec::new();
        opener.push(&stored[(number * whole) as usize..], &mut plain).unwrap();
        assert_eq!(plain.concat(), &body[number as usize * SEGMENT..]);
        assert_eq!(opener.push(&[0], &mut plain), Err(Damaged), "nothing comes after the end");
    }
    assert!(Opener::new(key.body(SALT), 1, stored.len() as u64).is_err());
}
