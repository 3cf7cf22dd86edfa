//! Bytes of today open for good: `golden/` was written by the first build of the format.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::support::{body, key, open, seal};
use crate::{CustomerSeal, EncryptionId, Layers, PartSalt, WrappingKey};

fn stored(text: &str) -> Vec<u8> {
    hex::decode(text.trim()).unwrap()
}

#[test]
fn a_sealed_body_of_today_opens_for_good() {
    let cases = [
        (Layers::One, PartSalt::Whole, include_str!("../golden/body_one_layer.hex")),
        (Layers::One, PartSalt::Part([5; 16]), include_str!("../golden/body_of_a_part.hex")),
        (Layers::Two, PartSalt::Part([5; 16]), include_str!("../golden/body_two_layers.hex")),
    ];
    for (layers, salt, golden) in cases {
        let (key, body) = (key(42, layers), body(100));
        assert_eq!(hex::encode(seal(&key, salt, &body, 100).concat()), golden.trim(), "{layers:?} {salt:?}");
        assert_eq!(open(&key, salt, &stored(golden), 100), Ok(body));
    }
}

#[test]
fn segments_of_a_long_body_are_those_of_today() {
    let sealed = seal(&key(42, Layers::One), PartSalt::Whole, &body(200_000), 1 << 20).concat();
    let digest = hex::encode(Sha256::digest(&sealed));
    assert_eq!(digest, include_str!("../golden/long_body.sha256").trim());
}

#[test]
fn keys_wrapped_today_unwrap_for_good() {
    let wrapping = WrappingKey::new(Zeroizing::new([3; 32]));
    let wrapped = wrapping.wrap(&[b"about"], [9; 12], &[6; 32]);
    assert_eq!(hex::encode(&wrapped), include_str!("../golden/wrapped_key.hex").trim());
    let purpose = wrapping.for_purpose("objects").wrap(&[b"about"], [9; 12], &[6; 32]);
    assert_eq!(hex::encode(&purpose), include_str!("../golden/wrapped_key_of_purpose.hex").trim());
    let customer = CustomerSeal::new(&[3; 32], EncryptionId([4; 16]));
    let wrapped = customer.wrapping().wrap(&[b"about"], [9; 12], &[6; 32]);
    let shown = format!("{} {}", hex::encode(customer.verifier()), hex::encode(wrapped));
    assert_eq!(shown, include_str!("../golden/customer_key.hex").trim());
}

#[test]
fn entity_tags_of_today_stay() {
    let tag = key(42, Layers::One).body(PartSalt::Whole).entity_tag(&[1; 16]);
    assert_eq!(hex::encode(tag), include_str!("../golden/entity_tag.hex").trim());
}
