//! MD5 of several bodies at once.
//!
//! One MD5 cannot be spread over the lanes of a vector: every step needs the one before. But steps of different bodies are
//! alike, so eight of them run in one pass, each in a lane of its own. With AVX-512 that takes little longer than one alone,
//! with AVX2 half as long as eight one after the other.
//!
//! # Invariants
//! A digest is that of RFC 1321 over the bytes of its body, whatever was hashed beside it and however the bytes were cut.
//!
//! # Not here
//! Which bodies are hashed together, and when (`cairn-objects`).

mod block;
mod lane;
mod lanes;

pub use lane::Md5Lane;
pub use lanes::{LANES, update_all};
