//! Keys from keys.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of a derived key.
pub(crate) const KEY_BYTES: usize = 32;

/// HKDF-SHA-256 (RFC 5869) of one block: extract with `salt`, expand with the pieces of `info` one after the other.
pub(crate) fn derive(secret: &[u8], salt: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; KEY_BYTES]> {
    let extracted = mac(salt, &[secret]);
    // The block's number, as the RFC has it.
    let pieces: Vec<&[u8]> = info.iter().copied().chain([&[1][..]]).collect();
    mac(extracted.as_slice(), &pieces)
}

/// HMAC-SHA-256 of some pieces one after the other.
pub(crate) fn mac(key: &[u8], pieces: &[&[u8]]) -> Zeroizing<[u8; KEY_BYTES]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    pieces.iter().for_each(|piece| mac.update(piece));
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::derive;

    #[test]
    fn keys_are_derived_as_rfc_5869_has_it() {
        // Test case 1 of the RFC, its first 32 bytes.
        let salt: Vec<u8> = (0x00..=0x0c).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let key = derive(&[0x0b; 22], &salt, &[&info[..3], &info[3..]]);
        assert_eq!(hex::encode(key.as_slice()), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }
}
