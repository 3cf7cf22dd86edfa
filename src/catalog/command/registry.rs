//! The registry of sessions in the root shard.

use std::collections::BTreeMap;

use cairn_types::record::record;
use cairn_types::{LogIndex, NodeId, SessionId, ShardId};

use crate::rows::NumberSet;

record! {
    /// Opens a session; its id is this command's log index. A repeat opens another, and the lease of the first runs out.
    #[derive(Eq)]
    pub struct OpenSession {
        /// Node that opens it.
        1 => pub node: NodeId,
        /// What for, for people.
        2 => pub purpose: String,
    }
}

record! {
    /// Renews a session's lease and reports its oldest open reads.
    #[derive(Eq)]
    pub struct RenewSession {
        /// The session.
        1 => pub session: SessionId,
        /// By shard, the index of the oldest read still open.
        2 => pub oldest_reads: BTreeMap<ShardId, LogIndex>,
    }
}

record! {
    /// Ends a session that its owner is done with: as fencing it, without waiting for its lease.
    #[derive(Copy, Eq)]
    pub struct CloseSession without unknown {
        /// The session.
        1 => pub session: SessionId,
    }
}

record! {
    /// Takes sessions whose lease ran out off the registry and moves the horizon to this command's log index. Decided by
    /// the root leader, who restarts every lease when it becomes leader. What then makes them harmless is the
    /// [`Fence`](super::Fence) in every shard.
    #[derive(Eq)]
    pub struct FenceSessions {
        /// The sessions.
        1 => pub sessions: NumberSet,
    }
}
