//! openraft's values as records (docs/formats/raft.md).

use std::collections::BTreeSet;

use bytes::Bytes;
use cairn_types::NodeId;
use cairn_types::record::{FieldError, record, record_choice};
use openraft::vote::leader_id_std::CommittedLeaderId;
use openraft::{EmptyNode, EntryPayload};

use super::types::{Entry, LogId, Membership, Proposal, StoredMembership, Vote};

record! {
    /// Place of an entry in a log.
    #[derive(Copy, Eq)]
    pub struct LogIdRecord without unknown {
        /// Term of the leader that wrote it.
        1 => pub term: u64,
        /// Position, from 0; stored plus 1, so that the first differs from none.
        2 => pub index_plus_1: u64,
    }
}

impl LogIdRecord {
    pub(crate) fn of(id: LogId) -> Self {
        Self { term: **id.committed_leader_id(), index_plus_1: id.index() + 1 }
    }

    pub(crate) fn to_log_id(self) -> Result<LogId, FieldError> {
        let index = self.index_plus_1.checked_sub(1).ok_or(FieldError::OutOfRange)?;
        Ok(LogId::new(CommittedLeaderId::new(self.term), index))
    }
}

record! {
    /// A vote, or a leader's claim.
    #[derive(Copy, Eq)]
    pub struct VoteRecord without unknown {
        /// The term.
        1 => pub term: u64,
        /// Whom it is for.
        2 => pub node: NodeId,
        /// Whether a majority has granted it.
        3 => pub committed: bool,
    }
}

impl VoteRecord {
    pub(crate) fn of(vote: &Vote) -> Self {
        Self { term: vote.leader_id.term, node: vote.leader_id.voted_for, committed: vote.committed }
    }

    pub(crate) fn to_vote(self) -> Vote {
        if self.committed { Vote::new_committed(self.term, self.node) } else { Vote::new(self.term, self.node) }
    }
}

record! {
    /// Members of a shard: one set of voters, or two while they change (joint consensus).
    #[derive(Eq)]
    pub struct MembershipRecord {
        /// Sets of voters.
        1 => pub voters: Vec<VoterSet>,
        /// All members, learners included.
        2 => pub members: Vec<NodeId>,
    }
}

record! {
    /// A set of voters.
    #[derive(Eq)]
    pub struct VoterSet without unknown {
        /// Their ids.
        1 => pub nodes: Vec<NodeId>,
    }
}

impl MembershipRecord {
    pub(crate) fn of(membership: &Membership) -> Self {
        let set = |set: &BTreeSet<NodeId>| VoterSet { nodes: set.iter().copied().collect() };
        Self {
            voters: membership.get_joint_config().iter().map(set).collect(),
            members: membership.nodes().map(|(node, _)| *node).collect(),
            ..Self::default()
        }
    }

    pub(crate) fn into_membership(self) -> Membership {
        let voters = self.voters.into_iter().map(|set| set.nodes.into_iter().collect()).collect();
        Membership::new_with_defaults(voters, self.members)
    }
}

record! {
    /// Members, and the entry that made them so.
    #[derive(Eq)]
    pub struct StoredMembershipRecord {
        /// The entry; absent before the first.
        1 => pub log_id: Option<LogIdRecord>,
        /// The members.
        2 => pub membership: MembershipRecord,
    }
}

impl StoredMembershipRecord {
    pub(crate) fn of(stored: &StoredMembership) -> Self {
        Self {
            log_id: stored.log_id().as_ref().map(|id| LogIdRecord::of(*id)),
            membership: MembershipRecord::of(stored.membership()),
            ..Self::default()
        }
    }

    pub(crate) fn into_stored(self) -> Result<StoredMembership, FieldError> {
        let log_id = self.log_id.map(LogIdRecord::to_log_id).transpose()?;
        Ok(StoredMembership::new(log_id, self.membership.into_membership()))
    }
}

record_choice! {
    /// What an entry holds.
    pub enum PayloadRecord {
        /// Nothing: a new leader's first.
        1 => Blank(bool),
        /// A command.
        2 => Command(Bytes),
        /// A change of members.
        3 => Membership(MembershipRecord),
    }
}

record! {
    /// An entry of a log.
    pub struct EntryRecord without unknown {
        /// Its place.
        1 => pub log_id: LogIdRecord,
        /// What it holds.
        2 => pub payload: PayloadRecord,
    }
}

impl EntryRecord {
    pub(crate) fn of(entry: &Entry) -> Self {
        let payload = match &entry.payload {
            EntryPayload::Blank => PayloadRecord::Blank(true),
            EntryPayload::Normal(proposal) => PayloadRecord::Command(proposal.0.clone()),
            EntryPayload::Membership(membership) => PayloadRecord::Membership(MembershipRecord::of(membership)),
        };
        Self { log_id: LogIdRecord::of(entry.log_id), payload }
    }

    pub(crate) fn into_entry(self) -> Result<Entry, FieldError> {
        let payload = match self.payload {
            PayloadRecord::Blank(_) => EntryPayload::Blank,
            PayloadRecord::Command(command) => EntryPayload::Normal(Proposal(command)),
            PayloadRecord::Membership(membership) => {
                EntryPayload::<Proposal, NodeId, EmptyNode>::Membership(membership.into_membership())
            }
        };
        Ok(Entry { log_id: self.log_id.to_log_id()?, payload })
    }
}
