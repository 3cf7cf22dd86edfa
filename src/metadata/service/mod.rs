//! What a metadata node does for others, and how they reach it.
//!
//! # Invariants
//! An error says whether the call may have happened: [`ServiceError::Unknown`] alone means that it may.

mod calls;
mod directory;
mod error;
mod handler;
mod remote;
mod status;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use cairn_catalog::command::Command;
use cairn_catalog::query::Query;
use cairn_catalog::reply::Reply;
use cairn_runtime::Instant;
use cairn_types::{LogIndex, ShardId};

pub use calls::{
    Answered, ChangeMembersCall, HelloAnswer, HelloCall, HostedShard, JoinAnswer, JoinCall, MemberChange, RenewAnswer,
    RenewCall, RowRecord, SnapshotAnswer, SnapshotCall, SnapshotMetaRecord, SubmitCall, TransferCall,
};
pub use directory::Directory;
pub use error::ServiceError;
pub use handler::MetadataHandler;
pub use remote::RemoteMetadata;
pub use status::{DigestAt, MemberStatus, NodeStatus, ShardStatus};

use crate::raft::{AppendAnswer, AppendCall, VoteAnswer, VoteCall};

/// Name of the service in method paths.
pub const SERVICE_NAME: &str = "metadata";

/// A metadata node, in this process or in another.
///
/// # Cancel safety
/// Dropping a call loses its answer: what it asked for may happen.
#[async_trait]
pub trait MetadataService: Send + Sync + 'static {
    /// Proposes a command; only the shard's leader does, which fixes the command's time. Answers once it is applied.
    async fn submit(&self, shard: ShardId, command: Arc<Command>, deadline: Instant) -> Result<Reply, ServiceError>;
    /// Answers a question on the shard's state, linearizable; only the leader does.
    async fn query(&self, shard: ShardId, query: Arc<Query>, deadline: Instant) -> Result<Answered, ServiceError>;
    /// Renews a session's lease; only the root's leader does.
    async fn renew(&self, call: RenewCall, deadline: Instant) -> Result<RenewAnswer, ServiceError>;
    /// By shard, the oldest read that any session has open; only the root's leader does, and only once every session
    /// had the time to report to it.
    async fn oldest_reads(&self, deadline: Instant) -> Result<BTreeMap<ShardId, LogIndex>, ServiceError>;
    /// How the node and its shards stand.
    async fn status(&self, deadline: Instant) -> Result<NodeStatus, ServiceError>;
    /// Announces a start of a peer.
    async fn hello(&self, call: HelloCall, deadline: Instant) -> Result<HelloAnswer, ServiceError>;
    /// Makes a node with an empty directory a member of a cluster.
    async fn join(&self, call: JoinCall, deadline: Instant) -> Result<JoinAnswer, ServiceError>;
    /// Changes the members of a shard; only its leader does. Answers once the change is committed.
    async fn change_members(&self, call: ChangeMembersCall, deadline: Instant) -> Result<(), ServiceError>;
    /// Raft's AppendEntries.
    async fn append(&self, call: AppendCall, deadline: Instant) -> Result<AppendAnswer, ServiceError>;
    /// Raft's RequestVote.
    async fn vote(&self, call: VoteCall, deadline: Instant) -> Result<VoteAnswer, ServiceError>;
    /// Whether a vote would be granted; changes nothing.
    async fn pre_vote(&self, call: VoteCall, deadline: Instant) -> Result<VoteAnswer, ServiceError>;
    /// A piece of a snapshot.
    async fn snapshot(&self, call: SnapshotCall, deadline: Instant) -> Result<SnapshotAnswer, ServiceError>;
    /// A leader asks for its succession.
    async fn transfer(&self, call: TransferCall, deadline: Instant) -> Result<(), ServiceError>;
}
