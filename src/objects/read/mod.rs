//! Reading versions.
//!
//! # Invariants
//! D6: every byte handed out is of a cell that has its digest, or was computed from `k` such cells. E6: all bytes of one
//! stream are of the version that it began with; when its fragments are gone the stream ends with an error.
//! # Limits
//! A stream holds a few windows of [`WINDOW_BYTES`](crate::limits::WINDOW_BYTES) where memory is free, else one.

mod body;
mod cells;
mod fetch;
mod latencies;
mod lost;
mod object_read;
mod open;
mod opening;
mod sealed_range;
mod walk;

pub use body::BodyStream;
pub(crate) use latencies::Latencies;
pub(crate) use lost::{LostNotes, note_lost};
pub use object_read::ObjectRead;
pub use open::ReadRequest;
pub use sealed_range::layers_of;
