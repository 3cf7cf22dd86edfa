//! Signing, for our own clients: the benchmark, the region replicator, tests.
//!
//! # Not here
//!
//! Sending. A signer changes headers or returns a query; the caller sends exactly what it signed.

mod chunk_framer;
mod signer;

pub use chunk_framer::ChunkFramer;
pub use signer::{SignedPolicy, Signer, UnsignedRequest};
