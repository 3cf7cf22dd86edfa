//! What a body is sealed with.

use std::fmt;

use bytes::Bytes;
use zeroize::Zeroizing;

use crate::body_cipher::BodyCipher;
use crate::derive::{KEY_BYTES, derive};
use crate::lengths::SegmentLengths;

/// A random id of an encrypted object. It is kept beside the object and goes into every key of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EncryptionId(pub [u8; 16]);

impl fmt::Debug for EncryptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Which body of an object: each attempt at a part draws a salt.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PartSalt {
    /// The body that the object was made with.
    Whole,
    /// One attempt at a part, or an append.
    Part([u8; 16]),
}

impl PartSalt {
    /// As a row keeps it.
    pub fn to_bytes(self) -> Bytes {
        match self {
            Self::Whole => Bytes::new(),
            Self::Part(salt) => Bytes::copy_from_slice(&salt),
        }
    }

    /// Reads a row's; `None` for another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() { Some(Self::Whole) } else { bytes.try_into().ok().map(Self::Part) }
    }
}

/// How often a body is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Layers {
    /// Once.
    One,
    /// Twice, with keys that have nothing to do with each other.
    Two,
}

impl Layers {
    pub(crate) fn count(self) -> u64 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// Bytes of the data keys.
    pub fn secret_bytes(self) -> usize {
        self.count() as usize * KEY_BYTES
    }
}

/// Data keys of another length than their layers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("data keys of a wrong length")]
pub struct SecretError;

/// The data keys of one object, one for each layer, and its id. Wiped when dropped; `Debug` shows the id alone.
#[derive(Clone)]
pub struct SealingKey {
    secret: Zeroizing<Vec<u8>>,
    id: EncryptionId,
    layers: Layers,
}

impl SealingKey {
    /// The data keys, one after the other: random, or unwrapped.
    pub fn new(secret: Zeroizing<Vec<u8>>, id: EncryptionId, layers: Layers) -> Result<Self, SecretError> {
        if secret.len() == layers.secret_bytes() { Ok(Self { secret, id, layers }) } else { Err(SecretError) }
    }

    /// The data keys, to be wrapped.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// The id.
    pub fn id(&self) -> EncryptionId {
        self.id
    }

    /// The lengths of its bodies.
    pub fn lengths(&self) -> SegmentLengths {
        SegmentLengths::of(self.layers)
    }

    /// The cipher of one of its bodies.
    pub fn body(&self, salt: PartSalt) -> BodyCipher {
        let salt = salt.to_bytes();
        let key = |(layer, data_key): (u8, &[u8])| derive(data_key, &self.id.0, &[b"cairn body", &[layer], &salt]);
        let tag_key = derive(&self.secret, &self.id.0, &[b"cairn etag", &salt]);
        BodyCipher::new((1..).zip(self.secret.chunks_exact(KEY_BYTES)).map(key), tag_key, self.lengths())
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SealingKey").field(&self.id).finish()
    }
}
