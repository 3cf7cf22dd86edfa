//! Messages of the service (docs/formats/metadata-messages.md).

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_catalog::command::Command;
use cairn_catalog::query::{Answer, Query};
use cairn_placement::ShardRange;
use cairn_types::record::{record, record_choice};
use cairn_types::{ClusterId, Digest128, Generation, LogIndex, NodeId, RegionNumber, SessionId, ShardId};

use crate::raft::{LogIdRecord, StoredMembershipRecord, VoteRecord};

record! {
    /// Proposes a command.
    pub struct SubmitCall {
        /// The shard.
        1 => pub shard: ShardId,
        /// The command, without a time.
        2 => pub command: Command,
    }
}

record! {
    /// Asks a shard.
    pub struct QueryCall {
        /// The shard.
        1 => pub shard: ShardId,
        /// The question.
        2 => pub query: Query,
    }
}

record! {
    /// An answer, and when it was true.
    pub struct Answered {
        /// The answer.
        1 => pub answer: Answer,
        /// Last command that the answer takes into account.
        2 => pub at: LogIndex,
    }
}

record! {
    /// Renews a session.
    #[derive(Eq)]
    pub struct RenewCall {
        /// The session.
        1 => pub session: SessionId,
        /// By shard, the oldest read that it has open.
        2 => pub oldest_reads: BTreeMap<ShardId, LogIndex>,
    }
}

record! {
    /// The lease runs anew, unless the session is over.
    #[derive(Copy, Eq)]
    pub struct RenewAnswer without unknown {
        /// Whether the session is registered.
        1 => pub is_open: bool,
    }
}

record! {
    /// By shard, the oldest open read of all sessions.
    #[derive(Eq)]
    pub struct OldestReads {
        /// Shards without an open read are absent.
        1 => pub reads: BTreeMap<ShardId, LogIndex>,
    }
}

record! {
    /// Announces a start.
    #[derive(Eq)]
    pub struct HelloCall {
        /// The cluster that the sender belongs to.
        1 => pub cluster: ClusterId,
        /// The sender.
        2 => pub node: NodeId,
        /// Its generation.
        3 => pub generation: Generation,
        /// Random bytes of this start: a repeat is not taken for an old copy.
        4 => pub start: Bytes,
    }
}

record! {
    /// The start is recorded, durably.
    #[derive(Eq)]
    pub struct HelloAnswer {
        /// Who answers.
        1 => pub node: NodeId,
        /// Its generation.
        2 => pub generation: Generation,
    }
}

record! {
    /// A shard that a node holds a member of.
    #[derive(Eq)]
    pub struct HostedShard {
        /// Its id.
        1 => pub shard: ShardId,
        /// Its keys; empty for the root shard.
        2 => pub range: ShardRange,
    }
}

record! {
    /// Makes a node a member of a cluster. It then waits for a leader to bring it up to date.
    #[derive(Eq)]
    pub struct JoinCall {
        /// The cluster.
        1 => pub cluster: ClusterId,
        /// The id that the node gets.
        2 => pub node: NodeId,
        /// The cluster's region.
        3 => pub region: RegionNumber,
        /// The shards that it becomes a member of.
        4 => pub shards: Vec<HostedShard>,
        /// The first members of a new cluster, among them this node; empty when the cluster exists.
        5 => pub founders: Vec<NodeId>,
    }
}

record! {
    /// The node is a member.
    #[derive(Eq)]
    pub struct JoinAnswer {
        /// Its generation.
        1 => pub generation: Generation,
    }
}

record_choice! {
    /// A change of a shard's members.
    pub enum MemberChange {
        /// Adds a member, brings it up to date, and lets it vote if there are too few voters.
        1 => Add(NodeId),
        /// Removes a member.
        2 => Remove(NodeId),
        /// Hands the leadership over.
        3 => Lead(NodeId),
    }
}

record! {
    /// Changes the members of a shard.
    pub struct ChangeMembersCall {
        /// The shard.
        1 => pub shard: ShardId,
        /// The change.
        2 => pub change: MemberChange,
    }
}

record! {
    /// What a snapshot is of.
    #[derive(Eq)]
    pub struct SnapshotMetaRecord {
        /// The last entry in it.
        1 => pub applied: Option<LogIdRecord>,
        /// The members as of that entry.
        2 => pub membership: StoredMembershipRecord,
    }
}

record! {
    /// A row of a snapshot.
    #[derive(Eq)]
    pub struct RowRecord without unknown {
        /// Key.
        1 => pub key: Bytes,
        /// Value.
        2 => pub value: Bytes,
    }
}

record! {
    /// A piece of a snapshot; pieces come in order, one at a time.
    pub struct SnapshotCall {
        /// The shard.
        1 => pub shard: ShardId,
        /// Sender.
        2 => pub from: NodeId,
        /// Sender's incarnation.
        3 => pub generation: Generation,
        /// The cluster: a foreign snapshot is refused.
        4 => pub cluster: ClusterId,
        /// The shard's keys.
        5 => pub range: ShardRange,
        /// Leader's claim.
        6 => pub vote: VoteRecord,
        /// What the snapshot is of.
        7 => pub meta: SnapshotMetaRecord,
        /// Tells one transfer from another.
        8 => pub transfer: u64,
        /// Number of the piece, from 0.
        9 => pub piece: u64,
        /// The rows, ascending over all pieces.
        10 => pub rows: Vec<RowRecord>,
        /// Whether this is the last piece.
        11 => pub last: bool,
        /// In the last piece: digest of all rows.
        12 => pub digest: Digest128,
        /// The member that it is for.
        13 => pub recipient: NodeId,
    }
}

record! {
    /// A piece was taken, or the snapshot was installed.
    #[derive(Eq)]
    pub struct SnapshotAnswer {
        /// The vote of the receiver.
        1 => pub vote: VoteRecord,
    }
}

record! {
    /// A leader asks for its succession.
    #[derive(Eq)]
    pub struct TransferCall {
        /// The shard.
        1 => pub shard: ShardId,
        /// Sender.
        2 => pub from: NodeId,
        /// Sender's incarnation.
        3 => pub generation: Generation,
        /// Leader's claim.
        4 => pub vote: VoteRecord,
        /// The successor.
        5 => pub to: NodeId,
        /// Last entry that the successor must have.
        6 => pub last: Option<LogIdRecord>,
        /// The member that it is for.
        7 => pub recipient: NodeId,
    }
}

record! {
    /// An answer that says nothing but that it is done.
    #[derive(Eq)]
    pub struct Nothing {
    }
}
