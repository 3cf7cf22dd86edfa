//! Conditions of requests, and what they decide.
//!
//! # Invariants
//!
//! Reads are decided here, purely. Writes are only *parsed* here: whether a precondition holds is decided where the
//! write takes effect (C4: one winner per conditional create).

mod delete;
mod etag;
mod read;
mod rename;
mod write;

pub use delete::DeleteConditions;
pub use etag::{ETag, ETagMatch};
pub use read::{ReadConditions, Unmet};
pub use rename::RenamePreconditions;
pub use write::WritePrecondition;
