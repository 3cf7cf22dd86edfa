//! Changes of a shard's members, on its leader.

use std::collections::BTreeSet;

use cairn_runtime::Instant;
use cairn_types::NodeId;
use openraft::async_runtime::WatchReceiver;
use openraft::errors::{ClientWriteError, RaftError};
use openraft::{ChangeMembers, EmptyNode};

use super::Shard;
use crate::limits::VOTERS_MAX;
use crate::raft::{Membership, RaftTypes};
use crate::service::{MemberChange, ServiceError};

type ChangeError = RaftError<RaftTypes, ClientWriteError<RaftTypes>>;

impl Shard {
    /// Makes a change; the caller repeats it on [`ServiceError::Busy`], when another change is under way.
    pub(super) async fn change_members(&self, change: MemberChange, deadline: Instant) -> Result<(), ServiceError> {
        if !self.is_leader() {
            return Err(ServiceError::NotLeader { hint: self.leader() });
        }
        let work = async {
            match change {
                MemberChange::Add(node) => self.add(node).await,
                MemberChange::Remove(node) => self.remove(node).await,
                MemberChange::Lead(node) => {
                    let triggered = self.raft.trigger().transfer_leader(node).await;
                    triggered.map_err(|_| ServiceError::Unreachable)
                }
            }
        };
        self.clock().until(deadline, work).await.unwrap_or(Err(ServiceError::Unknown))
    }

    /// A learner first, brought up to date, then a voter if there are too few.
    async fn add(&self, node: NodeId) -> Result<(), ServiceError> {
        let membership = self.membership();
        if membership.voter_ids().any(|voter| voter == node) {
            return Ok(());
        }
        self.raft.add_learner(node, EmptyNode {}, true).await.map_err(|error| change_error(&error))?;
        if membership.voter_ids().collect::<BTreeSet<_>>().len() < VOTERS_MAX {
            self.promote(node).await?;
        }
        Ok(())
    }

    /// Takes a member out; a learner that stands by takes a voter's place.
    async fn remove(&self, node: NodeId) -> Result<(), ServiceError> {
        let membership = self.membership();
        if membership.get_node(&node).is_none() {
            return Ok(());
        }
        let nodes = BTreeSet::from([node]);
        if !membership.voter_ids().any(|voter| voter == node) {
            return self.change(ChangeMembers::RemoveNodes(nodes)).await;
        }
        let standby = membership.learner_ids().next();
        if let Some(standby) = standby {
            self.promote(standby).await?;
        }
        self.change(ChangeMembers::RemoveVoters(nodes)).await
    }

    async fn promote(&self, node: NodeId) -> Result<(), ServiceError> {
        self.change(ChangeMembers::AddVoterIds(BTreeSet::from([node]))).await
    }

    async fn change(&self, change: ChangeMembers<NodeId, EmptyNode>) -> Result<(), ServiceError> {
        let changed = self.raft.change_membership(change, false).await;
        changed.map(|_| ()).map_err(|error| change_error(&error))
    }

    pub(super) fn membership(&self) -> Membership {
        self.raft.server_metrics().borrow_watched().membership_config.membership().clone()
    }
}

fn change_error(error: &ChangeError) -> ServiceError {
    match error {
        RaftError::APIError(ClientWriteError::ForwardToLeader(forward)) => {
            ServiceError::NotLeader { hint: forward.leader_id }
        }
        RaftError::APIError(ClientWriteError::ChangeMembershipError(error)) => {
            tracing::warn!(%error, "the members of a shard cannot be changed now");
            ServiceError::Busy
        }
        RaftError::APIError(ClientWriteError::LogEntryDiscarded(_) | ClientWriteError::PreconditionFailed(_))
        | RaftError::Fatal(_) => ServiceError::Unknown,
    }
}
