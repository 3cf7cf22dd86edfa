//! Wrapped keys.

use zeroize::Zeroizing;

use crate::{CustomerSeal, EncryptionId, UnwrapError, WrappingKey, WrongCustomerKey};

fn wrapping(seed: u8) -> WrappingKey {
    WrappingKey::new(Zeroizing::new([seed; 32]))
}

#[test]
fn a_secret_opens_with_its_key_for_its_own_purpose_alone() {
    let wrapped = wrapping(1).wrap(&[b"object", b"context"], [9; 12], b"secret");
    assert_eq!(wrapping(1).unwrap(&[b"object", b"context"], &wrapped).map(|s| s.to_vec()), Ok(b"secret".to_vec()));
    assert_eq!(wrapping(2).unwrap(&[b"object", b"context"], &wrapped).err(), Some(UnwrapError::OtherKey));
    for about in [&[&b"object"[..]][..], &[b"objectcontext"], &[b"object", b"contexT"], &[b"objec", b"tcontext"]] {
        assert_eq!(wrapping(1).unwrap(about, &wrapped).err(), Some(UnwrapError::Damaged));
    }
    let purpose = wrapping(1).for_purpose("a");
    assert_eq!(purpose.unwrap(&[b"object", b"context"], &wrapped).err(), Some(UnwrapError::OtherKey));
}

#[test]
fn every_changed_byte_of_a_wrapped_secret_is_noticed() {
    let wrapped = wrapping(1).wrap(&[b"x"], [9; 12], b"secret");
    for place in 0..wrapped.len() {
        let mut changed = wrapped.to_vec();
        changed[place] ^= 1;
        assert!(wrapping(1).unwrap(&[b"x"], &changed).is_err(), "byte {place}");
        assert!(wrapping(1).unwrap(&[b"x"], &wrapped[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn a_wrong_customer_key_is_told_before_anything_is_opened() {
    let id = EncryptionId([4; 16]);
    let seal = CustomerSeal::new(&[1; 32], id);
    let (verifier, wrapped) = (seal.verifier(), seal.wrapping().wrap(&[b"x"], [0; 12], b"secret"));
    let again = CustomerSeal::new(&[1; 32], id).verify(&verifier).expect("the same key");
    assert!(again.unwrap(&[b"x"], &wrapped).is_ok());
    assert_eq!(CustomerSeal::new(&[2; 32], id).verify(&verifier).err(), Some(WrongCustomerKey));
    assert_eq!(CustomerSeal::new(&[1; 32], EncryptionId([5; 16])).verify(&verifier).err(), Some(WrongCustomerKey));
    assert_eq!(CustomerSeal::new(&[1; 32], id).verify(b"").err(), Some(WrongCustomerKey));
}

#[test]
fn keys_are_not_shown() {
    let shown = format!("{:?} {:?}", wrapping(7), CustomerSeal::new(&[7; 32], EncryptionId([4; 16])));
    assert!(!shown.contains("7, 7") && !shown.contains("0707"), "{shown}");
}
