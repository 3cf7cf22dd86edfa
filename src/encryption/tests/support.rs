//! Keys and bodies.

use bytes::Bytes;
use zeroize::Zeroizing;

use crate::{Damaged, EncryptionId, Layers, Opener, PartSalt, Sealer, SealingKey};

/// A key whose bytes follow from `seed`.
pub(super) fn key(seed: u8, layers: Layers) -> SealingKey {
    let secret = (0..layers.secret_bytes()).map(|place| seed.wrapping_add(place as u8)).collect();
    SealingKey::new(Zeroizing::new(secret), EncryptionId([seed ^ 0xff; 16]), layers).unwrap()
}

/// A body that repeats at no segment.
pub(super) fn body(len: usize) -> Vec<u8> {
    (0..len).map(|place| (place / 251 + place) as u8).collect()
}

/// The stored segments.
pub(super) fn seal(key: &SealingKey, salt: PartSalt, body: &[u8], step: usize) -> Vec<Bytes> {
    let mut sealer = Sealer::new(key.body(salt));
    let mut sealed = Vec::new();
    body.chunks(step.max(1)).for_each(|piece| sealer.push(piece, &mut sealed));
    sealed.extend(sealer.finish());
    sealed
}

/// The body that stored bytes hold.
pub(super) fn open(key: &SealingKey, salt: PartSalt, stored: &[u8], step: usize) -> Result<Vec<u8>, Damaged> {
    let mut opener = Opener::new(key.body(salt), 0, stored.len() as u64)?;
    let mut plain: Vec<Bytes> = Vec::new();
    for piece in stored.chunks(step.max(1)) {
        opener.push(piece, &mut plain)?;
    }
    assert_eq!(opener.left(), 0);
    Ok(plain.concat())
}
