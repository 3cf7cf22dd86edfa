//! A key that a customer brings with every request (SSE-C).

use bytes::Bytes;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::derive::{KEY_BYTES, derive};
use crate::sealing_key::EncryptionId;
use crate::wrapping_key::WrappingKey;

/// The customer brought another key than that of the write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the customer's key is not the one of the write")]
pub struct WrongCustomerKey;

/// What follows from a customer's key for one object: the key that wraps its data key, and a proof of it.
#[derive(Debug)]
pub struct CustomerSeal {
    wrapping: WrappingKey,
    verifier: Zeroizing<[u8; KEY_BYTES]>,
}

impl CustomerSeal {
    /// Derives both from the customer's key and the object's id, which is the salt: equal keys are not seen to be equal.
    pub fn new(customer_key: &[u8; KEY_BYTES], id: EncryptionId) -> Self {
        Self {
            wrapping: WrappingKey::new(derive(customer_key, &id.0, &[b"cairn customer key"])),
            verifier: derive(customer_key, &id.0, &[b"cairn customer verifier"]),
        }
    }

    /// What a row keeps to know the key again by. Says nothing of the key.
    pub fn verifier(&self) -> Bytes {
        Bytes::copy_from_slice(self.verifier.as_slice())
    }

    /// The key that wraps the object's data key, if the row's verifier is that of the customer's key.
    pub fn verify(self, verifier: &[u8]) -> Result<WrappingKey, WrongCustomerKey> {
        if bool::from(self.verifier.as_slice().ct_eq(verifier)) { Ok(self.wrapping) } else { Err(WrongCustomerKey) }
    }

    /// The key that wraps the data key of a new object.
    pub fn wrapping(&self) -> &WrappingKey {
        &self.wrapping
    }
}
