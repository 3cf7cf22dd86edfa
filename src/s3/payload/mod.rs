//! The body of a request: framing, proof and checksums, without I/O.
//!
//! # Invariants
//!
//! X1: every fault of a body has its exact error. X2: no input makes the decoder panic or hold more than one chunk
//! header or one set of trailers. However a body is cut into pushes, the result is the same. Payload is passed on
//! without copying, and each algorithm sees each byte once.
//!
//! **A chunk's signature is known only after its last byte, a body's hash only at its end: bytes that were handed out
//! may still prove wrong. Nothing made of them may become visible before [`PayloadDecoder::finish`] has answered well.**
//!
//! # Limits
//!
//! [`crate::limits`]: body, chunk header, trailers, smallest chunk.
//!
//! # Not here
//!
//! MD5 for ETag and `Content-MD5`: [`crate::checksum::Md5`] and [`crate::checksum::ContentMd5`], run by the data path
//! beside the decoder, since it costs more than all of this.

mod body_proof;
mod chunk_header;
mod chunked;
mod decoder;
mod mode;
mod plan;
mod tally;
mod trailers;

#[cfg(test)]
mod tests;

pub use body_proof::BodyProof;
pub use decoder::{PayloadDecoder, PayloadSummary};
pub use mode::PayloadMode;
pub use plan::PayloadPlan;
