//! One error for each operation.

use std::io;
use std::sync::Arc;

use cairn_journal::{AppendError, Damage, FileId, ReadError, ReleaseError};
use cairn_types::{BlobId, Epoch, ErrorKind, FragmentIndex, Geometry, GroupId, HasKind};

use crate::identity::DiskIdentity;

/// A directory is not the disk it should be.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// It has no identity file.
    #[error("the directory has no identity file")]
    Missing,
    /// It is another disk, or of another cluster.
    #[error("the directory is {found:?}, not {expected:?}")]
    Foreign {
        /// Who it is.
        found: DiskIdentity,
        /// Who it should be.
        expected: DiskIdentity,
    },
    /// The identity file is not what was written.
    #[error("the identity file is damaged")]
    Damaged,
    /// The disk refused.
    #[error("{what} the identity file")]
    Io {
        /// Verb.
        what: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl HasKind for IdentityError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Missing | Self::Foreign { .. } => ErrorKind::Conflict,
            Self::Damaged => ErrorKind::Corrupt,
            Self::Io { .. } => ErrorKind::Unavailable,
        }
    }
}

/// The store of a disk could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The segments could not be opened.
    #[error("open the segments")]
    Segments(#[source] cairn_journal::OpenError),
    /// A segment could not be read.
    #[error("read a segment")]
    Read(#[source] ReadError),
    /// The index could not be read or written.
    #[error("bring the index up to date")]
    Index(#[source] io::Error),
    /// Segments too small for what they must hold.
    #[error("segments of {0} bytes are too small")]
    SegmentBytes(u64),
}

impl HasKind for OpenError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Segments(source) => source.kind(),
            Self::Read(source) => source.kind(),
            Self::Index(_) => ErrorKind::Unavailable,
            Self::SegmentBytes(_) => ErrorKind::Invalid,
        }
    }
}

/// Parts of a fragment that do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FragmentError {
    /// No such index in its geometry.
    #[error("index {index} is not in {geometry}")]
    Index {
        /// The index.
        index: FragmentIndex,
        /// The geometry.
        geometry: Geometry,
    },
    /// No blob has this length.
    #[error("no blob has {0} bytes")]
    BlobBytes(u64),
    /// The payload is not as long as its cells.
    #[error("the payload has {found} bytes, its cells {expected}")]
    PayloadLen {
        /// Bytes of all cells.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// Not one digest for each cell.
    #[error("{found} digests for {expected} cells")]
    Digests {
        /// Cells.
        expected: usize,
        /// Digests given.
        found: usize,
    },
    /// A cell is not what its digest says.
    #[error("the cell of stripe {stripe} does not have its digest")]
    CellDigest {
        /// The stripe.
        stripe: u32,
    },
}

impl HasKind for FragmentError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }
}

/// Something was not made durable.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteError {
    /// The disk is full but for its reserve.
    #[error("the disk is full")]
    Full,
    /// Too much waits to be written.
    #[error("too much waits for the disk")]
    Busy,
    /// A write or sync of this disk failed earlier; nothing happened.
    #[error("the disk is fenced")]
    Fenced(#[source] Arc<io::Error>),
    /// It may be durable or not.
    #[error("write to a segment")]
    Unknown(#[source] AppendError),
    /// It does not fit a segment.
    #[error("the record does not fit a segment")]
    TooLarge,
    /// It is durable, but the index could not take it: it shows after a restart.
    #[error("write to the index")]
    Index(#[source] Arc<io::Error>),
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
}

impl From<AppendError> for WriteError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Full => Self::Full,
            AppendError::Busy => Self::Busy,
            AppendError::Fenced(error) => Self::Fenced(error),
            AppendError::TooLarge { .. } => Self::TooLarge,
            error @ (AppendError::Failed(_) | AppendError::Closed) => Self::Unknown(error),
        }
    }
}

impl HasKind for WriteError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Full | Self::Busy => ErrorKind::Busy,
            Self::Fenced(_) | Self::Closed => ErrorKind::Unavailable,
            Self::Unknown(_) | Self::Index(_) => ErrorKind::Unknown,
            Self::TooLarge => ErrorKind::Invalid,
        }
    }
}

/// A fragment was not stored.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// Its parts do not fit together.
    #[error("the fragment is not what it says")]
    Invalid(#[source] FragmentError),
    /// The disk has this fragment with other digests.
    #[error("the disk has other bytes for fragment {index} of blob {blob}")]
    Different {
        /// The blob.
        blob: BlobId,
        /// The index.
        index: FragmentIndex,
    },
    /// The disk swept past it: the blob can never be published.
    #[error("blob {0} is below the swept floor of its session")]
    FloorRefused(BlobId),
    /// The disk knows a newer epoch of the group.
    #[error("group {group} is at {known}, the fragment at {sent}")]
    StaleEpoch {
        /// The group.
        group: GroupId,
        /// Epoch the disk knows.
        known: Epoch,
        /// Epoch of the fragment.
        sent: Epoch,
    },
    /// The index could not be read.
    #[error("look the fragment up")]
    Lookup(#[source] io::Error),
    /// It was not made durable, or that is unknown.
    #[error("store the fragment")]
    Write(#[source] WriteError),
}

impl HasKind for PutError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(source) => source.kind(),
            Self::Different { .. } | Self::FloorRefused(_) | Self::StaleEpoch { .. } => ErrorKind::Conflict,
            Self::Lookup(_) => ErrorKind::Unavailable,
            Self::Write(source) => source.kind(),
        }
    }
}

/// Cells could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GetError {
    /// The disk does not have the fragment.
    #[error("the disk does not have this fragment")]
    NoSuchFragment,
    /// The fragment has fewer stripes.
    #[error("the fragment has {stripes} stripes")]
    NoSuchStripe {
        /// How many it has.
        stripes: u32,
    },
    /// What is on disk is not what was written.
    #[error("the fragment is damaged on disk")]
    Corrupt,
    /// The disk refused.
    #[error("read a segment")]
    Read(#[source] ReadError),
    /// The index could not be read.
    #[error("read the index")]
    Index(#[source] io::Error),
    /// What was read could not be noted in the index.
    #[error("note in the index what was read")]
    Mark(#[source] WriteError),
}

impl HasKind for GetError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoSuchFragment | Self::NoSuchStripe { .. } => ErrorKind::NotFound,
            Self::Corrupt => ErrorKind::Corrupt,
            Self::Read(source) => source.kind(),
            Self::Index(_) => ErrorKind::Unavailable,
            Self::Mark(source) => source.kind(),
        }
    }
}

/// A segment could not be compacted; nothing is lost.
#[derive(Debug, thiserror::Error)]
pub enum CompactError {
    /// No such segment, or it is still written.
    #[error("segment {0} is not sealed")]
    NotSealed(FileId),
    /// It could not be read.
    #[error("read the segment")]
    Read(#[source] ReadError),
    /// Copies could not be written.
    #[error("write the copies")]
    Write(#[source] WriteError),
    /// The index could not be read, written or flushed.
    #[error("update the index")]
    Index(#[source] io::Error),
    /// Its space could not be given back.
    #[error("give the space back")]
    Release(#[source] ReleaseError),
    /// It has damaged records that are still referenced: it is kept.
    #[error("the segment has {} damaged places and is kept", .0.len())]
    Damaged(Vec<Damage>),
    /// The index counts bytes of it as live that no record of it accounts for (or that a newer version wrote): it is kept.
    #[error("{0} live bytes of the segment could not be moved")]
    Unmoved(u64),
}

impl HasKind for CompactError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotSealed(_) => ErrorKind::Conflict,
            Self::Read(source) => source.kind(),
            Self::Write(source) => source.kind(),
            Self::Index(_) => ErrorKind::Unavailable,
            Self::Release(source) => source.kind(),
            Self::Damaged(_) => ErrorKind::Corrupt,
            Self::Unmoved(_) => ErrorKind::Bug,
        }
    }
}
