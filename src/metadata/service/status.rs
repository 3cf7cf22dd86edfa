//! How a node and its shards stand.

use cairn_types::record::record;
use cairn_types::{ClusterId, Digest128, Generation, LogIndex, NodeId, ShardId};

record! {
    /// How a member of a shard stands, as its leader sees it.
    #[derive(Copy, Eq)]
    pub struct MemberStatus without unknown {
        /// The member.
        1 => pub node: NodeId,
        /// Whether it votes.
        2 => pub is_voter: bool,
        /// Last entry that is known to be durable there.
        3 => pub matched: LogIndex,
        /// Entries that it lacks.
        4 => pub lag: u64,
    }
}

record! {
    /// The running digest of a shard's writes at an index.
    #[derive(Copy, Eq)]
    pub struct DigestAt without unknown {
        /// The index.
        1 => pub index: LogIndex,
        /// The digest.
        2 => pub digest: Digest128,
    }
}

record! {
    /// How a shard stands on a node.
    #[derive(Eq)]
    pub struct ShardStatus {
        /// The shard.
        1 => pub shard: ShardId,
        /// Its leader, where known.
        2 => pub leader: Option<NodeId>,
        /// Present term.
        3 => pub term: u64,
        /// Last entry of this member.
        4 => pub last: LogIndex,
        /// Last entry applied by this member.
        5 => pub applied: LogIndex,
        /// Entries up to here are in the flushed state.
        6 => pub flushed: LogIndex,
        /// Entries up to here are cut off.
        7 => pub purged: LogIndex,
        /// All members; progress is known on the leader alone.
        8 => pub members: Vec<MemberStatus>,
        /// Rounds of heartbeats made for reads.
        9 => pub read_rounds: u64,
        /// Digests at the last fixed indexes.
        10 => pub digests: Vec<DigestAt>,
    }
}

record! {
    /// How a node stands.
    #[derive(Eq)]
    pub struct NodeStatus {
        /// Its cluster; none while it waits to be invited.
        1 => pub cluster: ClusterId,
        /// Its id; 0 while it waits to be invited.
        2 => pub node: NodeId,
        /// Its generation.
        3 => pub generation: Generation,
        /// A majority knows its generation, and its shards run.
        4 => pub is_started: bool,
        /// Why it is quarantined; empty when it is not.
        5 => pub quarantine: String,
        /// Its shards.
        6 => pub shards: Vec<ShardStatus>,
    }
}
