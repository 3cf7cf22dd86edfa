//! Keys that wrap other keys.

use std::fmt;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::derive::{KEY_BYTES, derive};

/// The first byte of a wrapped secret.
const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 8;
/// Bytes of a nonce of a wrapping.
pub const WRAP_NONCE_BYTES: usize = 12;

/// A key of 256 bits that wraps secrets. Wiped when dropped; `Debug` does not show it.
#[derive(Clone)]
pub struct WrappingKey {
    key: Zeroizing<[u8; KEY_BYTES]>,
    id: [u8; KEY_ID_BYTES],
}

/// A wrapped secret does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// Written by a newer build, or no wrapped secret at all.
    #[error("the secret has an unknown form")]
    Form,
    /// Wrapped with another key.
    #[error("the secret was wrapped with another key")]
    OtherKey,
    /// Changed since it was wrapped, or of something else.
    #[error("the secret is damaged or belongs to something else")]
    Damaged,
}

impl WrappingKey {
    /// A key of these bytes.
    pub fn new(key: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        let digest: [u8; 32] = Sha256::new_with_prefix(b"cairn key id").chain_update(key.as_slice()).finalize().into();
        let mut id = [0; KEY_ID_BYTES];
        id.copy_from_slice(&digest[..KEY_ID_BYTES]);
        Self { key, id }
    }

    /// Another key that follows from this one and `purpose`, and says nothing of it.
    pub fn for_purpose(&self, purpose: &str) -> Self {
        Self::new(derive(self.key.as_slice(), b"", &[b"cairn purpose ", purpose.as_bytes()]))
    }

    /// Encrypts `secret`, for whoever brings the same `about` again. `nonce` is random.
    pub fn wrap(&self, about: &[&[u8]], nonce: [u8; WRAP_NONCE_BYTES], secret: &[u8]) -> Bytes {
        let payload = Payload { msg: secret, aad: b"" };
        let sealed = self.cipher(about).encrypt(&nonce.into(), payload).expect("a secret is far below AES-GCM's bound");
        [&[VERSION][..], &self.id, &nonce, &sealed].concat().into()
    }

    /// Inverse of [`WrappingKey::wrap`].
    pub fn unwrap(&self, about: &[&[u8]], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        let (version, rest) = wrapped.split_first().ok_or(UnwrapError::Form)?;
        let (id, rest) = rest.split_first_chunk::<KEY_ID_BYTES>().ok_or(UnwrapError::Form)?;
        let (nonce, sealed) = rest.split_first_chunk::<WRAP_NONCE_BYTES>().ok_or(UnwrapError::Form)?;
        if *version != VERSION {
            return Err(UnwrapError::Form);
        }
        if *id != self.id {
            return Err(UnwrapError::OtherKey);
        }
        let opened = self.cipher(about).decrypt(&(*nonce).into(), Payload { msg: sealed, aad: b"" });
        opened.map(Zeroizing::new).map_err(|_| UnwrapError::Damaged)
    }

    /// A key for one `about`, so that no number of wrappings brings two nonces of one key together. The length of each
    /// piece goes in: no two lists give one key.
    fn cipher(&self, about: &[&[u8]]) -> Aes256Gcm {
        let lengths: Vec<[u8; 8]> = about.iter().map(|piece| (piece.len() as u64).to_be_bytes()).collect();
        let mut info: Vec<&[u8]> = vec![b"cairn wrap"];
        for (length, piece) in lengths.iter().zip(about) {
            info.extend([&length[..], piece]);
        }
        let key = derive(self.key.as_slice(), b"", &info);
        Aes256Gcm::new(<&Key<Aes256Gcm>>::from(&*key))
    }
}

impl fmt::Debug for WrappingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrappingKey")
    }
}
