//! Changes of a bucket, for those who follow it.

use cairn_types::record::{record, record_enum};
use cairn_types::{LogIndex, ObjectKey, VersionOrder};

record_enum! {
    /// What happened.
    pub enum FeedEvent {
        /// A version appeared, delete markers included.
        1 => Published,
        /// A version's metadata was replaced.
        2 => Changed,
        /// A version was removed.
        3 => Removed,
    }
}

record! {
    /// Place of a feed row: grows with the shard's log.
    #[derive(Copy, Eq, PartialOrd, Ord, Hash)]
    pub struct FeedPosition without unknown {
        /// The command.
        1 => pub index: LogIndex,
        /// Which of its changes.
        2 => pub ordinal: u32,
    }
}

record! {
    /// Row of one change.
    #[derive(Eq)]
    pub struct FeedRow {
        /// The key.
        1 => pub key: ObjectKey,
        /// The version.
        2 => pub order: VersionOrder,
        /// Whether that is the null version.
        3 => pub null: bool,
        /// What happened.
        4 => pub event: FeedEvent,
    }
}
