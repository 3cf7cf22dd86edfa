//! What is not what was written.

use std::ops::Range;

use crate::position::{FileId, Position};

/// Damage at or before the last flush known synced: never a torn tail.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Damage {
    /// The header of a file is unreadable: nothing in it can be verified.
    #[error("{0}: header of the file is damaged")]
    FileHeader(FileId),
    /// The file belongs to another kind of journal.
    #[error("{0}: file of another purpose ({1})")]
    Purpose(FileId, u16),
    /// Flushes are unreadable; behind them others are good, or the file has a successor and so ended.
    #[error("{file}: flushes in bytes {}..{} are damaged", range.start, range.end)]
    Flushes {
        /// The file.
        file: FileId,
        /// Bytes that cannot be told.
        range: Range<u64>,
    },
    /// A frame or head is unreadable, and so is the rest of its flush.
    #[error("{position}: record is damaged, its flush ends at {end}")]
    Record {
        /// Where the frame should be.
        position: Position,
        /// End of what cannot be told.
        end: u64,
    },
    /// Frame and head are good, the payload is not.
    #[error("{0}: payload of the record is damaged")]
    Payload(Position),
}
