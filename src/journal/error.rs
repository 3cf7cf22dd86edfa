//! One error for each operation.

use std::io;
use std::sync::Arc;

use cairn_types::{ErrorKind, HasKind};

use crate::position::{FileId, Position};

/// Opening a journal failed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The disk refused.
    #[error("{what} of the journal")]
    Io {
        /// Verb and noun.
        what: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file name that is neither ours nor a leftover of ours: the folder belongs to somebody else.
    #[error("foreign file {0} in the journal's folder")]
    ForeignFile(String),
    /// Settings that cannot work together.
    #[error("journal files of {file_bytes} bytes: too small, or no multiple of a sector")]
    FileBytes {
        /// What was set.
        file_bytes: u64,
    },
}

impl HasKind for OpenError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Io { .. } => ErrorKind::Unavailable,
            Self::ForeignFile(_) | Self::FileBytes { .. } => ErrorKind::Invalid,
        }
    }
}

/// An append was not acknowledged.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// Writing or syncing the flush with these records failed: they may be there after a restart or not.
    #[error("write a flush of the journal")]
    Failed(#[source] Arc<io::Error>),
    /// An earlier flush failed; nothing is acknowledged any more, nothing of this append was written.
    #[error("the journal is fenced by an earlier failure")]
    Fenced(#[source] Arc<io::Error>),
    /// The device is full but for the reserve.
    #[error("the device of the journal is full")]
    Full,
    /// Too many appends wait.
    #[error("too many appends wait for the journal")]
    Busy,
    /// The records of one append do not fit one file, or are over a limit.
    #[error("an append of {bytes} bytes in {records} records is too large")]
    TooLarge {
        /// Bytes of heads and payloads.
        bytes: u64,
        /// How many.
        records: usize,
    },
    /// The journal was closed, or its writer stopped; the records may have been written or not.
    #[error("the journal is closed")]
    Closed,
}

impl HasKind for AppendError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Failed(_) | Self::Closed => ErrorKind::Unknown,
            Self::Fenced(_) => ErrorKind::Unavailable,
            Self::Full | Self::Busy => ErrorKind::Busy,
            Self::TooLarge { .. } => ErrorKind::Invalid,
        }
    }
}

/// A read returned no bytes.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The journal has no such file (any more).
    #[error("the journal has no file {0}")]
    NoSuchFile(FileId),
    /// The disk refused.
    #[error("read the journal at {at}")]
    Io {
        /// Where.
        at: Position,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What is there is not what was written.
    #[error("the record at {0} is damaged")]
    Corrupt(Position),
}

impl HasKind for ReadError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoSuchFile(_) => ErrorKind::NotFound,
            Self::Io { .. } => ErrorKind::Unavailable,
            Self::Corrupt(_) => ErrorKind::Corrupt,
        }
    }
}

/// A file could not be given back.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The journal has no such file (any more).
    #[error("the journal has no file {0}")]
    NoSuchFile(FileId),
    /// It is being written; only a sealed file can go.
    #[error("file {0} of the journal is still written")]
    InUse(FileId),
    /// The disk refused; the file may be there after a restart.
    #[error("release file {file} of the journal")]
    Io {
        /// The file.
        file: FileId,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl HasKind for ReleaseError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoSuchFile(_) => ErrorKind::NotFound,
            Self::InUse(_) => ErrorKind::Conflict,
            Self::Io { .. } => ErrorKind::Unavailable,
        }
    }
}
