//! Server-side encryption: what requests ask for, and what answers say.
//!
//! # Invariants
//!
//! X5: a customer's key is wiped from memory when dropped and never shown, not even by `Debug`. A request names at most one
//! way to encrypt; headers of two, or half of the headers of one, are refused.
//!
//! # Not here
//!
//! Whether the connection is private enough for a key, whether a named key exists, and encryption itself.

mod bucket_default;
mod customer_key;
mod request;
mod shown;

pub use bucket_default::{BlockedEncryption, BucketEncryption, DefaultEncryption};
pub use customer_key::CustomerKey;
pub use request::{EncryptionMethod, KeyContext, KmsLayers, RequestedEncryption};
pub use shown::ShownEncryption;

#[cfg(test)]
mod tests;
