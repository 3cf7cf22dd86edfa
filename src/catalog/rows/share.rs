//! A shard's share of a bucket.

use std::collections::BTreeMap;

use cairn_types::record::{record, record_enum};
use cairn_types::{ConfigVersion, LogIndex};

use super::storage_class::StorageClass;

record_enum! {
    /// Whether a share takes commands.
    pub enum ShareState {
        /// It does.
        1 => Open,
        /// The bucket is being deleted, or is gone.
        2 => Sealed,
    }
}

record! {
    /// Exact counters of a share; only the sum over shards has meaning.
    #[derive(Eq)]
    pub struct Usage {
        /// Keys whose latest version is not a delete marker.
        1 => pub objects: u64,
        /// Versions that are not delete markers.
        2 => pub versions: u64,
        /// Delete markers.
        3 => pub markers: u64,
        /// Bytes of those versions by storage class.
        4 => pub bytes: BTreeMap<StorageClass, u64>,
        /// Open uploads.
        5 => pub uploads: u64,
        /// Bytes of the parts of open uploads.
        6 => pub part_bytes: u64,
    }
}

record! {
    /// State of a bucket's feed in a shard.
    #[derive(Copy, Eq)]
    pub struct FeedState without unknown {
        /// Changes from this index on are written.
        1 => pub from: LogIndex,
        /// Rows there are.
        2 => pub rows: u64,
        /// The feed reached its bound and was cut: a resync is due.
        3 => pub broken: bool,
    }
}

record! {
    /// Row of a share. A bucket without one is refused: creating a bucket records its configuration first.
    #[derive(Eq)]
    pub struct ShareRow {
        /// Configuration that governs; a command decided under an older one is refused.
        1 => pub config_version: ConfigVersion,
        /// Whether it takes commands.
        2 => pub state: ShareState,
        /// Counters.
        3 => pub usage: Usage,
        /// Uploads that began before this index went with a seal.
        4 => pub uploads_cut: LogIndex,
        /// The feed, where one is on.
        5 => pub feed: Option<FeedState>,
    }
}
