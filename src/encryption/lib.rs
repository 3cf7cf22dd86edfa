//! Encryption at rest as a pure codec: bodies become sealed segments and back, data keys are wrapped by other keys.
//!
//! # Invariants
//! X4: what a [`Sealer`] gives out is ciphertext, byte for byte. A segment opens only as the segment of its body: with its
//! data key, encryption id, salt, number and place at the end or not (`docs/formats/encryption.md`, golden vectors in the
//! tests). Nothing binds a body to bucket, key or version. No nonce is used twice under one key, as long as every body has
//! a data key or a salt of its own. X5: keys have no `Debug` that shows them, and are wiped when dropped.
//!
//! # Limits
//! Segments of [`SEGMENT_BYTES`]; a [`Sealer`] holds one of them.
//!
//! # Not here
//! Randomness: whoever makes a key, an id, a salt or a nonce draws it. Which key wraps what (`cairn-gateway`), which bytes
//! are sealed (`cairn-objects`).

mod body_cipher;
mod customer;
mod derive;
mod lengths;
mod opener;
mod sealer;
mod sealing_key;
mod wrapping_key;

pub use body_cipher::BodyCipher;
pub use customer::{CustomerSeal, WrongCustomerKey};
pub use lengths::{SEGMENT_BYTES, SegmentLengths};
pub use opener::{Damaged, Opener};
pub use sealer::Sealer;
pub use sealing_key::{EncryptionId, Layers, PartSalt, SealingKey, SecretError};
pub use wrapping_key::{UnwrapError, WRAP_NONCE_BYTES, WrappingKey};

#[cfg(test)]
mod tests;
