//! Making bytes durable.

use std::error::Error;

use cairn_metadata::MetadataError;
use cairn_types::{ErrorKind, HasKind};

/// A blob was not made durable on enough disks.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BlobError {
    /// Too few failure domains are up for any placement group.
    #[error("too few disks are up to write to")]
    NoPlacement,
    /// Fewer fragments than the write floor became durable, in every group that was tried.
    #[error("{written} of at least {floor} fragments became durable")]
    BelowFloor {
        /// Durable ones.
        written: u8,
        /// The write floor.
        floor: u8,
    },
    /// The disks gave no room within the deadline.
    #[error("the disks have no room")]
    Busy,
    /// The map of placement groups could not be had.
    #[error("look up the placement groups")]
    Maps(#[source] MetadataError),
    /// The process is stopping.
    #[error("stopped before the blob was durable")]
    Stopped,
}

impl HasKind for BlobError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoPlacement | Self::BelowFloor { .. } | Self::Stopped => ErrorKind::Unavailable,
            Self::Busy => ErrorKind::Busy,
            Self::Maps(source) => source.kind(),
        }
    }
}

/// A body was not staged; nothing of it is visible, and what was stored is collected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StageError<E: Error + 'static> {
    /// The body failed.
    #[error("read the body")]
    Body(#[source] E),
    /// The body is longer than it said, or than any may be.
    #[error("the body has more than {0} bytes")]
    TooLong(u64),
    /// The body ended before its length.
    #[error("the body has {found} of {expected} bytes")]
    TooShort {
        /// Bytes it said.
        expected: u64,
        /// Bytes that came.
        found: u64,
    },
    /// No memory was free within the deadline: the request is not admitted.
    #[error("no memory is free for another body")]
    Busy,
    /// A blob of it was not made durable.
    #[error("store a blob")]
    Blob(#[source] BlobError),
}

impl<E: Error + HasKind + 'static> HasKind for StageError<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Body(source) => source.kind(),
            Self::TooLong(_) | Self::TooShort { .. } => ErrorKind::Invalid,
            Self::Busy => ErrorKind::Busy,
            Self::Blob(source) => source.kind(),
        }
    }
}

impl<E: Error + 'static> From<BlobError> for StageError<E> {
    fn from(error: BlobError) -> Self {
        Self::Blob(error)
    }
}
