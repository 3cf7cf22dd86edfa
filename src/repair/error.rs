//! Why a part of a round could not be done.

use std::fmt;

use cairn_metadata::MetadataError;
use cairn_storage::StorageError;
use cairn_types::{DiskId, Epoch, ErrorKind, GroupId, HasKind, ShardId};

/// What was asked of a shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShardStep {
    /// Its garbage.
    ListGarbage,
    /// A step in unrolling a row.
    Unroll,
    /// The blobs of a run.
    ReadRun,
    /// To remove rows of collected runs.
    FinishRows,
    /// Whether fragments may be collected.
    CheckFragments,
    /// Its degraded blobs.
    ListDegraded,
    /// To note a late fragment.
    ClearDegraded,
}

impl fmt::Display for ShardStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ListGarbage => "list garbage",
            Self::Unroll => "unroll garbage",
            Self::ReadRun => "read the blobs of a run",
            Self::FinishRows => "remove the rows of collected runs",
            Self::CheckFragments => "check fragments",
            Self::ListDegraded => "list degraded blobs",
            Self::ClearDegraded => "note late fragments",
        })
    }
}

/// What was asked of a disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiskStep {
    /// Its fragments.
    List,
    /// To delete fragments.
    Delete,
    /// Whether it has late fragments.
    Contains,
    /// To read fragments back.
    Verify,
}

impl fmt::Display for DiskStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "list fragments",
            Self::Delete => "delete fragments",
            Self::Contains => "look for late fragments",
            Self::Verify => "read fragments back",
        })
    }
}

/// Why a part of a round was not done. Nothing is lost by it: the next round does it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CollectError {
    /// Without maps there is nothing to go by.
    #[error("look up the maps")]
    Maps(#[source] MetadataError),
    /// The cluster has no placement map yet.
    #[error("the cluster has no placement map")]
    NoPlacementMap,
    /// Garbage that readers may need was left alone.
    #[error("ask for the oldest open reads")]
    OldestReads(#[source] MetadataError),
    /// A shard did not do it.
    #[error("{step} in shard {shard}")]
    Shard {
        /// The shard.
        shard: ShardId,
        /// What.
        step: ShardStep,
        /// Why.
        #[source]
        source: MetadataError,
    },
    /// A disk that is up did not do it.
    #[error("{step} on disk {disk}")]
    Disk {
        /// The disk.
        disk: DiskId,
        /// What.
        step: DiskStep,
        /// Why.
        #[source]
        source: StorageError,
    },
    /// A blob lies in a group that the placement map does not have, or has in an older epoch.
    #[error("the placement map does not have group {group} at {epoch}")]
    UnknownGroup {
        /// The group.
        group: GroupId,
        /// The blob's epoch.
        epoch: Epoch,
    },
    /// No shard says that it owns the labels of fragments.
    #[error("no shard owns {fragments} fragments of disk {disk}")]
    Strayed {
        /// The disk.
        disk: DiskId,
        /// How many.
        fragments: u64,
    },
    /// The round ended before everything was looked at.
    #[error("the deadline passed first")]
    Deadline,
}

impl HasKind for CollectError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Maps(source) | Self::OldestReads(source) | Self::Shard { source, .. } => source.kind(),
            Self::Disk { source, .. } => source.kind(),
            Self::NoPlacementMap | Self::Strayed { .. } | Self::Deadline => ErrorKind::Unavailable,
            Self::UnknownGroup { .. } => ErrorKind::Bug,
        }
    }
}
