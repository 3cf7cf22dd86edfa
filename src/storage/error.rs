//! What a storage node answers when it cannot do what it was asked.

use cairn_types::{DiskId, ErrorKind, HasKind};

/// Failure of a call to a storage node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The node does not have the disk.
    #[error("disk {0} is not on this node")]
    NoSuchDisk(DiskId),
    /// The disk does not have the fragment.
    #[error("the disk does not have this fragment")]
    NoSuchFragment,
    /// Waiting for room or for a turn took longer than the deadline.
    #[error("no room within the deadline")]
    Busy,
    /// The disk is full but for its reserve.
    #[error("the disk is full")]
    Full,
    /// The disk failed a sync and takes no writes until it is admitted again.
    #[error("the disk is fenced")]
    Fenced,
    /// The sender's map is older than the disk's.
    #[error("the placement group has a newer epoch")]
    StaleEpoch,
    /// The sequence is below what was swept: the blob can never be published.
    #[error("the blob is below the swept floor of its session")]
    BelowSweptFloor,
    /// Length, geometry or digests do not fit together.
    #[error("the fragment is not what it says: {0}")]
    Invalid(String),
    /// What the disk has is damaged.
    #[error("the fragment is damaged on disk")]
    Corrupt,
    /// The node could not be reached; nothing happened.
    #[error("the storage node cannot be reached")]
    Unreachable,
    /// The call may or may not have happened.
    #[error("the answer of the storage node was lost")]
    Lost,
    /// The disk could not be read or written.
    #[error("input/output error of the disk: {0}")]
    Io(String),
}

impl HasKind for StorageError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoSuchDisk(_) | Self::NoSuchFragment => ErrorKind::NotFound,
            Self::Busy | Self::Full => ErrorKind::Busy,
            Self::Fenced | Self::Unreachable | Self::Io(_) => ErrorKind::Unavailable,
            Self::StaleEpoch | Self::BelowSweptFloor => ErrorKind::Conflict,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Corrupt => ErrorKind::Corrupt,
            Self::Lost => ErrorKind::Unknown,
        }
    }
}
