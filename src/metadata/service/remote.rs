//! A metadata node in another process.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_catalog::command::Command;
use cairn_catalog::query::Query;
use cairn_catalog::reply::Reply;
use cairn_rpc::{Message, Method, Transport};
use cairn_runtime::Instant;
use cairn_types::record::{Field, Record, Writer};
use cairn_types::{LogIndex, ShardId};

use super::calls::{Nothing, OldestReads};
use super::{
    Answered, ChangeMembersCall, HelloAnswer, HelloCall, JoinAnswer, JoinCall, MetadataService, NodeStatus,
    RenewAnswer, RenewCall, ServiceError, SnapshotAnswer, SnapshotCall, TransferCall,
};
use crate::raft::{AppendAnswer, AppendCall, VoteAnswer, VoteCall};

/// Calls a node through a transport.
pub struct RemoteMetadata {
    transport: Arc<dyn Transport>,
    address: SocketAddr,
}

impl RemoteMetadata {
    /// The node at `address`.
    pub fn new(transport: Arc<dyn Transport>, address: SocketAddr) -> Self {
        Self { transport, address }
    }

    async fn call<A: Record>(&self, method: Method, head: Bytes, deadline: Instant) -> Result<A, ServiceError> {
        let answer = self.transport.call(self.address, method, Message::of(head), deadline).await?;
        // The call happened; that its answer cannot be read makes its outcome unknown.
        A::decode(answer.head).map_err(|_| ServiceError::Unknown)
    }
}

/// A call of a shard and one more field, without taking the field's value apart from its owner.
fn shard_call(shard: ShardId, write: impl FnOnce(&mut Writer)) -> Bytes {
    let mut out = Writer::with_capacity(512);
    if !shard.is_absent() {
        shard.write(1, &mut out);
    }
    write(&mut out);
    out.into_bytes()
}

#[async_trait]
impl MetadataService for RemoteMetadata {
    async fn submit(&self, shard: ShardId, command: Arc<Command>, deadline: Instant) -> Result<Reply, ServiceError> {
        let head = shard_call(shard, |out| command.write(2, out));
        self.call("metadata/submit", head, deadline).await
    }

    async fn query(&self, shard: ShardId, query: Arc<Query>, deadline: Instant) -> Result<Answered, ServiceError> {
        let head = shard_call(shard, |out| query.write(2, out));
        self.call("metadata/query", head, deadline).await
    }

    async fn renew(&self, call: RenewCall, deadline: Instant) -> Result<RenewAnswer, ServiceError> {
        self.call("metadata/renew", call.encode(), deadline).await
    }

    async fn oldest_reads(&self, deadline: Instant) -> Result<BTreeMap<ShardId, LogIndex>, ServiceError> {
        let answer: OldestReads = self.call("metadata/oldest-reads", Bytes::new(), deadline).await?;
        Ok(answer.reads)
    }

    async fn status(&self, deadline: Instant) -> Result<NodeStatus, ServiceError> {
        self.call("metadata/status", Bytes::new(), deadline).await
    }

    async fn hello(&self, call: HelloCall, deadline: Instant) -> Result<HelloAnswer, ServiceError> {
        self.call("metadata/hello", call.encode(), deadline).await
    }

    async fn join(&self, call: JoinCall, deadline: Instant) -> Result<JoinAnswer, ServiceError> {
        self.call("metadata/join", call.encode(), deadline).await
    }

    async fn change_members(&self, call: ChangeMembersCall, deadline: Instant) -> Result<(), ServiceError> {
        self.call::<Nothing>("metadata/change-members", call.encode(), deadline).await.map(|_| ())
    }

    async fn append(&self, call: AppendCall, deadline: Instant) -> Result<AppendAnswer, ServiceError> {
        self.call("metadata/append", call.encode(), deadline).await
    }

    async fn vote(&self, call: VoteCall, deadline: Instant) -> Result<VoteAnswer, ServiceError> {
        self.call("metadata/vote", call.encode(), deadline).await
    }

    async fn pre_vote(&self, call: VoteCall, deadline: Instant) -> Result<VoteAnswer, ServiceError> {
        self.call("metadata/pre-vote", call.encode(), deadline).await
    }

    async fn snapshot(&self, call: SnapshotCall, deadline: Instant) -> Result<SnapshotAnswer, ServiceError> {
        self.call("metadata/snapshot", call.encode(), deadline).await
    }

    async fn transfer(&self, call: TransferCall, deadline: Instant) -> Result<(), ServiceError> {
        self.call::<Nothing>("metadata/transfer", call.encode(), deadline).await.map(|_| ())
    }
}
