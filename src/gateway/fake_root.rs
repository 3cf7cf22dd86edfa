//! A root shard for tests: answers what the test tells it to.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use cairn_catalog::command::Command;
use cairn_catalog::query::{Answer, Query};
use cairn_catalog::reply::Reply;
use cairn_metadata::{
    Answered, AppendAnswer, AppendCall, ChangeMembersCall, Directory, HelloAnswer, HelloCall, JoinAnswer, JoinCall,
    MetadataClient, MetadataService, NodeStatus, RenewAnswer, RenewCall, ServiceError, SnapshotAnswer, SnapshotCall,
    TransferCall, VoteAnswer, VoteCall,
};
use cairn_runtime::{Context, Instant};
use cairn_types::{LogIndex, NodeId, ShardId};
use parking_lot::Mutex;

type Answering = Box<dyn FnMut(&Query) -> Result<Answer, ServiceError> + Send>;

/// One node that answers questions, and how often it was asked.
#[derive(Clone)]
pub(crate) struct FakeRoot(Arc<State>);

struct State {
    answering: Mutex<Answering>,
    asked: AtomicUsize,
}

impl FakeRoot {
    pub(crate) fn new(answering: impl FnMut(&Query) -> Result<Answer, ServiceError> + Send + 'static) -> Self {
        Self(Arc::new(State { answering: Mutex::new(Box::new(answering)), asked: AtomicUsize::new(0) }))
    }

    /// From now on it answers so.
    pub(crate) fn answer(&self, answering: impl FnMut(&Query) -> Result<Answer, ServiceError> + Send + 'static) {
        *self.0.answering.lock() = Box::new(answering);
    }

    pub(crate) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }

    pub(crate) fn client(&self, context: &Context) -> MetadataClient {
        let directory = Directory::new();
        directory.put(NodeId(1), Arc::new(self.clone()));
        MetadataClient::new(context.clone(), directory)
    }
}

/// Nothing but questions is asked of it.
const NEVER: ServiceError = ServiceError::Invalid;

#[async_trait]
impl MetadataService for FakeRoot {
    async fn query(&self, _: ShardId, query: Arc<Query>, _: Instant) -> Result<Answered, ServiceError> {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        let answer = (*self.0.answering.lock())(&query)?;
        Ok(Answered { answer, ..Answered::default() })
    }

    async fn submit(&self, _: ShardId, _: Arc<Command>, _: Instant) -> Result<Reply, ServiceError> {
        Err(NEVER)
    }

    async fn renew(&self, _: RenewCall, _: Instant) -> Result<RenewAnswer, ServiceError> {
        Err(NEVER)
    }

    async fn oldest_reads(&self, _: Instant) -> Result<BTreeMap<ShardId, LogIndex>, ServiceError> {
        Err(NEVER)
    }

    async fn status(&self, _: Instant) -> Result<NodeStatus, ServiceError> {
        Err(NEVER)
    }

    async fn hello(&self, _: HelloCall, _: Instant) -> Result<HelloAnswer, ServiceError> {
        Err(NEVER)
    }

    async fn join(&self, _: JoinCall, _: Instant) -> Result<JoinAnswer, ServiceError> {
        Err(NEVER)
    }

    async fn change_members(&self, _: ChangeMembersCall, _: Instant) -> Result<(), ServiceError> {
        Err(NEVER)
    }

    async fn append(&self, _: AppendCall, _: Instant) -> Result<AppendAnswer, ServiceError> {
        Err(NEVER)
    }

    async fn vote(&self, _: VoteCall, _: Instant) -> Result<VoteAnswer, ServiceError> {
        Err(NEVER)
    }

    async fn pre_vote(&self, _: VoteCall, _: Instant) -> Result<VoteAnswer, ServiceError> {
        Err(NEVER)
    }

    async fn snapshot(&self, _: SnapshotCall, _: Instant) -> Result<SnapshotAnswer, ServiceError> {
        Err(NEVER)
    }

    async fn transfer(&self, _: TransferCall, _: Instant) -> Result<(), ServiceError> {
        Err(NEVER)
    }
}
