//! The registry of sessions: rows of the root shard.

use std::collections::BTreeMap;

use cairn_types::record::record;
use cairn_types::{LogIndex, NodeId, ShardId, UnixMillis};

record! {
    /// Row of a registered session. Leases run in the root leader's memory; this is what outlives it.
    #[derive(Eq)]
    pub struct LeaseRow {
        /// Node that opened it.
        1 => pub node: NodeId,
        /// What for, for people.
        2 => pub purpose: String,
        /// When.
        3 => pub opened: UnixMillis,
        /// Last renewal.
        4 => pub renewed: UnixMillis,
        /// By shard, the index of the oldest read still open: garbage made after it waits.
        5 => pub oldest_reads: BTreeMap<ShardId, LogIndex>,
    }
}
