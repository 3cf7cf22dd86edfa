//! The types openraft is instantiated with.

use std::fmt;

use bytes::Bytes;
use cairn_catalog::reply::Reply;
use cairn_types::NodeId;
use openraft::EmptyNode;

use super::runtime::RaftRuntime;

/// A command on its way through the log: encoded once by its proposer, decoded where it is applied.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Proposal(pub(crate) Bytes);

impl fmt::Debug for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proposal({} bytes)", self.0.len())
    }
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// What the state machine answers to the member that proposed.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Outcome(pub(crate) Reply);

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("reply")
    }
}

openraft::declare_raft_types!(
    /// One shard's Raft group: commands in, replies out, one leader per term.
    pub(crate) RaftTypes:
        D = Proposal,
        R = Outcome,
        NodeId = NodeId,
        Node = EmptyNode,
        Term = u64,
        LeaderId = openraft::impls::leader_id_std::LeaderId<u64, NodeId>,
        AsyncRuntime = RaftRuntime,
);

pub(crate) type Entry = openraft::alias::EntryOf<RaftTypes>;
pub(crate) type LogId = openraft::alias::LogIdOf<RaftTypes>;
pub(crate) type Vote = openraft::alias::VoteOf<RaftTypes>;
pub(crate) type Membership = openraft::Membership<NodeId, EmptyNode>;
pub(crate) type RaftSnapshot = openraft::alias::SnapshotOf<RaftTypes, crate::state::ShardSnapshot>;
pub(crate) type SnapshotMeta = openraft::alias::SnapshotMetaOf<RaftTypes>;
pub(crate) type StoredMembership = openraft::alias::StoredMembershipOf<RaftTypes>;
