//! Our integrity hash: XXH3-128, seeded so that bytes of another place never verify.

use std::fmt;

use bytes::Bytes;
use xxhash_rust::xxh3::{Xxh3, xxh3_128_with_seed};

use crate::record::{Field, FieldError, Reader, Writer};

/// XXH3-128 of some bytes under some seed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Digest128(pub u128);

impl Digest128 {
    /// Digest of `bytes` under `seed`.
    pub fn of(seed: u64, bytes: &[u8]) -> Self {
        Self(xxh3_128_with_seed(bytes, seed))
    }

    /// Big-endian bytes, as stored.
    pub fn to_be_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// Inverse of [`Digest128::to_be_bytes`].
    pub fn from_be_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

impl fmt::Debug for Digest128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Field for Digest128 {
    fn is_absent(&self) -> bool {
        false
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        out.bytes_field(tag, &self.to_be_bytes());
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        let raw: [u8; 16] = reader.bytes()?.as_ref().try_into().map_err(|_| FieldError::OutOfRange)?;
        *self = Self::from_be_bytes(raw);
        Ok(())
    }
}

/// A digest over bytes that arrive in pieces.
pub struct DigestBuilder(Box<Xxh3>);

impl DigestBuilder {
    /// Starts under `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Box::new(Xxh3::with_seed(seed)))
    }

    /// Adds `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all that was added.
    pub fn finish(self) -> Digest128 {
        Digest128(self.0.digest128())
    }
}

/// Bytes together with the digest they must have: the only way to the bytes verifies them.
#[derive(Clone, Debug)]
pub struct Digested {
    bytes: Bytes,
    digest: Digest128,
}

/// The bytes are not the ones the digest was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{len} bytes do not have the digest recorded for them")]
pub struct DigestMismatch {
    /// How many bytes were checked.
    pub len: usize,
}

impl Digested {
    /// Pairs bytes with the digest that somebody recorded for them.
    pub fn claimed(bytes: Bytes, digest: Digest128) -> Self {
        Self { bytes, digest }
    }

    /// Computes the digest of bytes that are true by definition (just received, just encoded).
    pub fn of(seed: u64, bytes: Bytes) -> Self {
        let digest = Digest128::of(seed, &bytes);
        Self { bytes, digest }
    }

    /// The digest.
    pub fn digest(&self) -> Digest128 {
        self.digest
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes, after checking them.
    pub fn verify(self, seed: u64) -> Result<Bytes, DigestMismatch> {
        if Digest128::of(seed, &self.bytes) == self.digest {
            Ok(self.bytes)
        } else {
            Err(DigestMismatch { len: self.bytes.len() })
        }
    }

    /// The bytes without a check, for those who pass them on together with the digest.
    pub fn into_parts(self) -> (Bytes, Digest128) {
        (self.bytes, self.digest)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Digest128, DigestBuilder, Digested};

    #[test]
    fn pieces_digest_like_the_whole() {
        let mut builder = DigestBuilder::new(7);
        builder.update(b"hello ");
        builder.update(b"world");
        assert_eq!(builder.finish(), Digest128::of(7, b"hello world"));
    }

    #[test]
    fn another_seed_or_other_bytes_do_not_verify() {
        let good = Digested::of(1, Bytes::from_static(b"x"));
        assert!(good.clone().verify(1).is_ok());
        assert!(good.clone().verify(2).is_err());
        assert!(Digested::claimed(Bytes::from_static(b"y"), good.digest()).verify(1).is_err());
    }
}
