//! The key under which the catalog keeps secrets.
//!
//! # Invariants
//! X5: a secret is stored encrypted, and only for the access key it belongs to: moved to another row it does not open. The
//! key has no `Debug` and is wiped when dropped. Byte by byte: `docs/formats/secrets.md`.

use std::fmt;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key};
use bytes::Bytes;
use cairn_encryption::WrappingKey;
use cairn_runtime::Entropy;
use cairn_s3::auth::SecretKey;
use cairn_types::{ErrorKind, HasKind};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The first byte of a wrapped secret.
const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 12;
const HEAD_BYTES: usize = 1 + KEY_ID_BYTES + NONCE_BYTES;

/// A cluster's key for secrets: 32 random bytes that every gateway is given and the catalog never sees.
pub struct ClusterKey {
    cipher: Aes256Gcm,
    id: [u8; KEY_ID_BYTES],
    wrapping: WrappingKey,
    entropy: Entropy,
}

/// Text that is no cluster key. Says nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cluster key is 64 hexadecimal digits")]
pub struct ClusterKeyError;

/// A wrapped secret does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// Written by a newer build, or no wrapped secret at all.
    #[error("the secret has an unknown form")]
    Form,
    /// Wrapped with another cluster key.
    #[error("the secret was wrapped with another cluster key")]
    OtherKey,
    /// Changed since it was wrapped, or of another access key.
    #[error("the secret is damaged or belongs to another access key")]
    Damaged,
}

impl ClusterKey {
    /// Reads a key; nonces come from `entropy`.
    pub fn parse(text: &str, entropy: Entropy) -> Result<Self, ClusterKeyError> {
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), key.as_mut_slice()).map_err(|_| ClusterKeyError)?;
        let digest: [u8; 32] = Sha256::digest(key.as_slice()).into();
        let mut id = [0; KEY_ID_BYTES];
        id.copy_from_slice(&digest[..KEY_ID_BYTES]);
        let cipher = Aes256Gcm::new(<&Key<Aes256Gcm>>::from(&*key));
        Ok(Self { cipher, id, wrapping: WrappingKey::new(key), entropy })
    }

    /// The text of a new random key.
    pub fn generate(entropy: &Entropy) -> Zeroizing<String> {
        let key = Zeroizing::new(entropy.bytes::<32>());
        Zeroizing::new(hex::encode(key.as_slice()))
    }

    /// The key for one purpose: what it wraps, no other unwraps.
    pub(crate) fn wrapping(&self, purpose: &str) -> WrappingKey {
        self.wrapping.for_purpose(purpose)
    }

    /// Encrypts the secret of an access key.
    pub fn wrap(&self, access_key_id: &str, secret: &SecretKey) -> Bytes {
        let nonce = self.entropy.bytes::<NONCE_BYTES>();
        let payload = Payload { msg: secret.expose().as_bytes(), aad: access_key_id.as_bytes() };
        let sealed = self.cipher.encrypt(&nonce.into(), payload).expect("a secret is far below AES-GCM's bound");
        let mut wrapped = Vec::with_capacity(HEAD_BYTES + sealed.len());
        wrapped.push(VERSION);
        wrapped.extend_from_slice(&self.id);
        wrapped.extend_from_slice(&nonce);
        wrapped.extend_from_slice(&sealed);
        wrapped.into()
    }

    /// Decrypts the secret of an access key.
    pub fn unwrap(&self, access_key_id: &str, wrapped: &[u8]) -> Result<SecretKey, UnwrapError> {
        let (version, rest) = wrapped.split_first().ok_or(UnwrapError::Form)?;
        let (id, rest) = rest.split_first_chunk::<KEY_ID_BYTES>().ok_or(UnwrapError::Form)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(UnwrapError::Form)?;
        if *version != VERSION {
            return Err(UnwrapError::Form);
        }
        if *id != self.id {
            return Err(UnwrapError::OtherKey);
        }
        let payload = Payload { msg: sealed, aad: access_key_id.as_bytes() };
        let opened = self.cipher.decrypt(&(*nonce).into(), payload).map_err(|_| UnwrapError::Damaged)?;
        String::from_utf8(opened).map(SecretKey::new).map_err(|_| UnwrapError::Damaged)
    }
}

impl HasKind for UnwrapError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Form | Self::OtherKey | Self::Damaged => ErrorKind::Corrupt,
        }
    }
}

impl fmt::Display for ClusterKey {
    /// Which key it is, for messages; nothing of the key itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.id))
    }
}

#[cfg(test)]
mod tests {
    use cairn_runtime::sim;
    use cairn_s3::auth::SecretKey;

    use super::{ClusterKey, UnwrapError};

    const TEXT: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn a_secret_opens_for_its_own_access_key_alone() {
        sim::run(1, |context| async move {
            let key = ClusterKey::parse(TEXT, context.entropy.clone()).unwrap();
            let other = ClusterKey::parse(&ClusterKey::generate(&context.entropy), context.entropy.clone()).unwrap();
            let wrapped = key.wrap("AKIA", &SecretKey::new("secret".to_owned()));
            assert_eq!(
                key.unwrap("AKIA", &wrapped).ok().map(|secret| secret.expose().to_owned()),
                Some("secret".into())
            );
            assert_eq!(key.unwrap("AKIB", &wrapped).err(), Some(UnwrapError::Damaged));
            assert_eq!(other.unwrap("AKIA", &wrapped).err(), Some(UnwrapError::OtherKey));
            assert_ne!(wrapped, key.wrap("AKIA", &SecretKey::new("secret".to_owned())), "no nonce twice");
        });
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        sim::run(2, |context| async move {
            let key = ClusterKey::parse(TEXT, context.entropy.clone()).unwrap();
            let wrapped = key.wrap("AKIA", &SecretKey::new("secret".to_owned()));
            for place in 0..wrapped.len() {
                let mut changed = wrapped.to_vec();
                changed[place] ^= 1;
                assert!(key.unwrap("AKIA", &changed).is_err(), "byte {place}");
                assert!(key.unwrap("AKIA", &wrapped[..place]).is_err(), "cut at {place}");
            }
        });
    }

    #[test]
    fn a_secret_of_today_opens_for_good() {
        sim::run(3, |context| async move {
            let key = ClusterKey::parse(TEXT, context.entropy.clone()).unwrap();
            let stored = hex::decode(include_str!("golden/wrapped_secret.hex").trim()).unwrap();
            let secret = key.unwrap("AKIAIOSFODNN7EXAMPLE", &stored).ok().map(|secret| secret.expose().to_owned());
            assert_eq!(secret.as_deref(), Some("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
        });
    }

    #[test]
    fn other_text_is_no_key() {
        sim::run(4, |context| async move {
            for text in ["", "00", &TEXT[1..], &"g".repeat(64)] {
                assert!(ClusterKey::parse(text, context.entropy.clone()).is_err(), "{text}");
            }
        });
    }
}
