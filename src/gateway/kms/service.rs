//! What a key service does: the built-in one, or another that follows.

use async_trait::async_trait;
use bytes::Bytes;
use zeroize::Zeroizing;

use super::{KeyError, KeyName};

/// A data key under a key of the service, and what it takes to unwrap it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct WrappedKey {
    /// The key.
    pub(crate) name: KeyName,
    /// Its version.
    pub(crate) version: u64,
    /// The data key, encrypted.
    pub(crate) bytes: Bytes,
}

/// Encrypts and decrypts data keys. What they belong to (`about`) must be the same both times.
#[async_trait]
pub(crate) trait KeyService: Send + Sync {
    /// Encrypts with the newest version of a key.
    async fn wrap(&self, name: &KeyName, about: &[&[u8]], secret: &[u8]) -> Result<WrappedKey, KeyError>;

    /// Decrypts.
    async fn unwrap(&self, wrapped: &WrappedKey, about: &[&[u8]]) -> Result<Zeroizing<Vec<u8>>, KeyError>;
}
