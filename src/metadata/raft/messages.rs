//! Messages between the members of a shard (docs/formats/raft.md). Each names its shard and who sends it.

use cairn_types::record::record;
use cairn_types::{Generation, NodeId, ShardId};

use super::codec::{EntryRecord, LogIdRecord, VoteRecord};

record! {
    /// Raft's AppendEntries.
    pub struct AppendCall {
        /// The shard.
        1 => pub shard: ShardId,
        /// Sender.
        2 => pub from: NodeId,
        /// Sender's incarnation.
        3 => pub generation: Generation,
        /// Leader's claim.
        4 => pub vote: VoteRecord,
        /// Entry before the first sent.
        5 => pub previous: Option<LogIdRecord>,
        /// What the leader knows to be committed.
        6 => pub committed: Option<LogIdRecord>,
        /// The entries.
        7 => pub entries: Vec<EntryRecord>,
        /// The member that it is for: another one at its address refuses.
        8 => pub recipient: NodeId,
    }
}

record! {
    /// Answer to AppendEntries: exactly one of the fields is set.
    pub struct AppendAnswer {
        /// All were stored.
        1 => pub stored: bool,
        /// Stored up to here.
        2 => pub stored_to: Option<LogIdRecord>,
        /// The entry before the first is another one here.
        3 => pub conflict: bool,
        /// A higher vote is known here.
        4 => pub higher_vote: Option<VoteRecord>,
    }
}

record! {
    /// Raft's RequestVote, and the vote before it (pre-vote).
    pub struct VoteCall {
        /// The shard.
        1 => pub shard: ShardId,
        /// Sender.
        2 => pub from: NodeId,
        /// Sender's incarnation.
        3 => pub generation: Generation,
        /// The vote asked for.
        4 => pub vote: VoteRecord,
        /// Candidate's last entry.
        5 => pub last: Option<LogIdRecord>,
        /// Whether the present leader asked the candidate to take over.
        6 => pub transfer: bool,
        /// The member that it is for.
        7 => pub recipient: NodeId,
    }
}

record! {
    /// Answer to RequestVote.
    pub struct VoteAnswer {
        /// The vote of this member after the call.
        1 => pub vote: VoteRecord,
        /// Whether it was granted.
        2 => pub granted: bool,
        /// Last entry of this member.
        3 => pub last: Option<LogIdRecord>,
    }
}
