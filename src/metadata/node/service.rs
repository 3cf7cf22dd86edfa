//! The node as a service, for callers in this process and, behind the handler, in others.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use cairn_catalog::command::Command;
use cairn_catalog::query::Query;
use cairn_catalog::reply::Reply;
use cairn_runtime::Instant;
use cairn_types::{LogIndex, ShardId};

use super::{Node, Shard};
use crate::raft::{AppendAnswer, AppendCall, VoteAnswer, VoteCall};
use crate::service::{
    Answered, ChangeMembersCall, HelloAnswer, HelloCall, JoinAnswer, JoinCall, MetadataService, NodeStatus,
    RenewAnswer, RenewCall, ServiceError, SnapshotAnswer, SnapshotCall, TransferCall,
};

impl Node {
    /// The running member of a shard, or why there is none.
    pub(super) fn running(&self, shard: ShardId) -> Result<Arc<Shard>, ServiceError> {
        if self.quarantine.lock().is_some() {
            return Err(ServiceError::Quarantined);
        }
        if let Some(shard) = self.shard(shard) {
            return Ok(shard);
        }
        let hosts = |identity: &super::IdentityRecord| identity.shards.iter().any(|hosted| hosted.shard == shard);
        let is_host = self.identity.lock().as_ref().is_some_and(hosts);
        Err(if is_host { ServiceError::NotStarted } else { ServiceError::NotMember })
    }
}

#[async_trait]
impl MetadataService for Node {
    async fn submit(&self, shard: ShardId, command: Arc<Command>, deadline: Instant) -> Result<Reply, ServiceError> {
        self.running(shard)?.submit(self, &command, deadline).await
    }

    async fn query(&self, shard: ShardId, query: Arc<Query>, deadline: Instant) -> Result<Answered, ServiceError> {
        self.running(shard)?.query(query, deadline).await
    }

    async fn renew(&self, call: RenewCall, deadline: Instant) -> Result<RenewAnswer, ServiceError> {
        let root = self.running(ShardId::ROOT)?;
        let is_open = self.leases.renew(&root, &self.context.clock, call, deadline).await?;
        Ok(RenewAnswer { is_open })
    }

    async fn oldest_reads(&self, deadline: Instant) -> Result<BTreeMap<ShardId, LogIndex>, ServiceError> {
        let root = self.running(ShardId::ROOT)?;
        root.linearize(deadline).await?;
        self.leases.oldest_reads(self.context.clock.now())
    }

    async fn status(&self, _: Instant) -> Result<NodeStatus, ServiceError> {
        Ok(self.present_status())
    }

    async fn hello(&self, call: HelloCall, _: Instant) -> Result<HelloAnswer, ServiceError> {
        self.record_hello(call).await
    }

    async fn join(&self, call: JoinCall, _: Instant) -> Result<JoinAnswer, ServiceError> {
        self.join_cluster(call).await
    }

    async fn change_members(&self, call: ChangeMembersCall, deadline: Instant) -> Result<(), ServiceError> {
        let shard = self.running(call.shard)?;
        shard.change_members(call.change, deadline).await
    }

    async fn append(&self, call: AppendCall, _: Instant) -> Result<AppendAnswer, ServiceError> {
        self.take_append(call).await
    }

    async fn vote(&self, call: VoteCall, _: Instant) -> Result<VoteAnswer, ServiceError> {
        self.take_vote(call).await
    }

    async fn pre_vote(&self, call: VoteCall, _: Instant) -> Result<VoteAnswer, ServiceError> {
        self.take_pre_vote(call).await
    }

    async fn snapshot(&self, call: SnapshotCall, _: Instant) -> Result<SnapshotAnswer, ServiceError> {
        self.take_snapshot(call).await
    }

    async fn transfer(&self, call: TransferCall, _: Instant) -> Result<(), ServiceError> {
        self.take_transfer(call).await
    }
}
