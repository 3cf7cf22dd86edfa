//! Append-only files of salted, digested flushes: group commit and crash recovery, under segments and Raft logs.
//!
//! # Invariants
//! S1: what was acknowledged survives, what was not is absent or whole. S3: recovery may be cut short and repeated.
//! S4: after a failed write or sync nothing is acknowledged again. S6: damage at or before the last flush known synced is
//! reported, never taken for a torn tail. A synced sector is never written again under the same file id and salt.
//!
//! # Crash
//! The newest file is walked, cut at its good end and sealed; it is never appended to again. A failed write or sync
//! leaves a mark: with it a journal only reads, until [`OnFence::Lift`] cuts what was not known synced. (After a failed
//! sync the system may show bytes that are not on the medium, and sync them "successfully" later.)
//!
//! # Limits
//! [`limits`]. The queue of appends is bounded; over it an append is refused as busy.
//!
//! The bytes are described in `docs/formats/journal.md`.

mod bytes_at;
mod compose;
mod damage;
mod error;
mod file_header;
mod files;
mod flush;
mod frame;
#[cfg(test)]
mod golden;
mod journal;
pub mod limits;
mod names;
mod options;
mod position;
mod queue;
mod read;
mod record;
mod recovery;
mod replay;
mod roll;
mod seed;
mod walk;
mod window;
mod writer;

pub use damage::Damage;
pub use error::{AppendError, OpenError, ReadError, ReleaseError};
pub use journal::{Journal, Pending};
pub use options::{OnFence, Options, PayloadCheck, Reserve};
pub use position::{FileId, Place, Position};
pub use read::Head;
pub use record::{Payload, Record};
pub use recovery::{Cut, Recovered};
pub use replay::{Replay, ReplayDepth, Replayed, ReplayedRecord};
