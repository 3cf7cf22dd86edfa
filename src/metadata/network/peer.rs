//! A member of a shard as the others see it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use cairn_placement::ShardRange;
use cairn_runtime::{Clock, Entropy, Instant};
use cairn_types::{ClusterId, Generation, NodeId, ShardId};
use openraft::EmptyNode;
use openraft::errors::{NetworkError, RPCError, ReplicationClosed, StreamingError, Unreachable};
use openraft::network::{RPCOption, RaftNetworkFactory, RaftNetworkV2};
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, TransferLeaderRequest, TransferLeaderResponse,
    VoteRequest, VoteResponse,
};

use crate::raft::{
    AppendAnswer, AppendCall, EntryRecord, LogIdRecord, RaftSnapshot, RaftTypes, Vote, VoteAnswer, VoteCall, VoteRecord,
};
use crate::service::{Directory, MetadataService, ServiceError, TransferCall};
use crate::state::ShardSnapshot;

/// What the calls of a member say of it.
#[derive(Clone)]
pub(crate) struct NetworkParts {
    pub(crate) directory: Directory,
    pub(crate) clock: Clock,
    pub(crate) entropy: Entropy,
    pub(crate) cluster: ClusterId,
    pub(crate) node: NodeId,
    pub(crate) generation: Generation,
    pub(crate) shard: ShardId,
    pub(crate) range: ShardRange,
}

/// Makes peers.
pub(crate) struct PeerFactory(pub(crate) Arc<NetworkParts>);

/// One peer of one shard.
pub(crate) struct Peer {
    pub(super) parts: Arc<NetworkParts>,
    pub(super) target: NodeId,
}

impl RaftNetworkFactory<RaftTypes> for PeerFactory {
    type Network = Peer;

    async fn new_client(&mut self, target: NodeId, _: &EmptyNode) -> Peer {
        Peer { parts: Arc::clone(&self.0), target }
    }
}

impl Peer {
    /// Calls the peer, for at most `limit`.
    pub(super) async fn call<T, F>(
        &self,
        limit: Duration,
        call: impl FnOnce(Arc<dyn MetadataService>, Instant) -> F,
    ) -> Result<T, ServiceError>
    where
        F: Future<Output = Result<T, ServiceError>>,
    {
        let service = self.parts.directory.get(self.target).ok_or(ServiceError::Unreachable)?;
        let deadline = self.parts.clock.now() + limit;
        let answer = self.parts.clock.until(deadline, call(service, deadline)).await;
        answer.unwrap_or(Err(ServiceError::Unknown))
    }

    fn append_call(&self, request: &AppendEntriesRequest<RaftTypes>) -> AppendCall {
        AppendCall {
            shard: self.parts.shard,
            from: self.parts.node,
            generation: self.parts.generation,
            vote: VoteRecord::of(&request.vote),
            previous: request.prev_log_id.map(LogIdRecord::of),
            committed: request.leader_commit.map(LogIdRecord::of),
            entries: request.entries.iter().map(EntryRecord::of).collect(),
            recipient: self.target,
            ..AppendCall::default()
        }
    }

    fn vote_call(&self, request: &VoteRequest<RaftTypes>) -> VoteCall {
        VoteCall {
            shard: self.parts.shard,
            from: self.parts.node,
            generation: self.parts.generation,
            vote: VoteRecord::of(&request.vote),
            last: request.last_log_id.map(LogIdRecord::of),
            transfer: request.leadership_transfer,
            recipient: self.target,
            ..VoteCall::default()
        }
    }
}

/// A peer that cannot take part is left alone for a while; anything else is tried again soon.
pub(super) fn rpc_error(error: &ServiceError) -> RPCError<RaftTypes> {
    match error {
        ServiceError::Unreachable
        | ServiceError::NotMember
        | ServiceError::NotStarted
        | ServiceError::Quarantined
        | ServiceError::Foreign
        | ServiceError::StaleGeneration => RPCError::Unreachable(Unreachable::new(error)),
        ServiceError::NotLeader { .. }
        | ServiceError::Busy
        | ServiceError::Unknown
        | ServiceError::Corrupt
        | ServiceError::Invalid => RPCError::Network(NetworkError::new(error)),
    }
}

fn append_response(answer: AppendAnswer) -> Result<AppendEntriesResponse<RaftTypes>, ServiceError> {
    if let Some(vote) = answer.higher_vote {
        return Ok(AppendEntriesResponse::HigherVote(vote.to_vote()));
    }
    if let Some(to) = answer.stored_to {
        let to = to.to_log_id().map_err(|_| ServiceError::Unknown)?;
        return Ok(AppendEntriesResponse::PartialSuccess(Some(to)));
    }
    match (answer.stored, answer.conflict) {
        (true, _) => Ok(AppendEntriesResponse::Success),
        (false, true) => Ok(AppendEntriesResponse::Conflict),
        (false, false) => Err(ServiceError::Unknown),
    }
}

fn vote_response(answer: VoteAnswer) -> Result<VoteResponse<RaftTypes>, ServiceError> {
    let last = answer.last.map(LogIdRecord::to_log_id).transpose().map_err(|_| ServiceError::Unknown)?;
    Ok(VoteResponse::new(answer.vote.to_vote(), last, answer.granted))
}

impl RaftNetworkV2<RaftTypes> for Peer {
    type SnapshotData = ShardSnapshot;

    async fn append_entries(
        &mut self,
        request: AppendEntriesRequest<RaftTypes>,
        option: RPCOption,
    ) -> Result<AppendEntriesResponse<RaftTypes>, RPCError<RaftTypes>> {
        let call = self.append_call(&request);
        let answer = self.call(option.soft_ttl(), |peer, until| async move { peer.append(call, until).await }).await;
        answer.and_then(append_response).map_err(|error| rpc_error(&error))
    }

    async fn vote(
        &mut self,
        request: VoteRequest<RaftTypes>,
        option: RPCOption,
    ) -> Result<VoteResponse<RaftTypes>, RPCError<RaftTypes>> {
        let call = self.vote_call(&request);
        let answer = self.call(option.soft_ttl(), |peer, until| async move { peer.vote(call, until).await }).await;
        answer.and_then(vote_response).map_err(|error| rpc_error(&error))
    }

    async fn pre_vote(
        &mut self,
        request: VoteRequest<RaftTypes>,
        option: RPCOption,
    ) -> Result<VoteResponse<RaftTypes>, RPCError<RaftTypes>> {
        let call = self.vote_call(&request);
        let answer = self.call(option.soft_ttl(), |peer, until| async move { peer.pre_vote(call, until).await }).await;
        answer.and_then(vote_response).map_err(|error| rpc_error(&error))
    }

    async fn full_snapshot(
        &mut self,
        vote: Vote,
        snapshot: RaftSnapshot,
        cancel: impl Future<Output = ReplicationClosed> + Send + 'static,
        _: RPCOption,
    ) -> Result<SnapshotResponse<RaftTypes>, StreamingError<RaftTypes>> {
        self.send_snapshot(vote, snapshot, cancel).await
    }

    async fn transfer_leader(
        &mut self,
        request: TransferLeaderRequest<RaftTypes>,
        option: RPCOption,
    ) -> Result<TransferLeaderResponse<RaftTypes>, RPCError<RaftTypes>> {
        let call = TransferCall {
            shard: self.parts.shard,
            from: self.parts.node,
            generation: self.parts.generation,
            vote: VoteRecord::of(request.from_leader()),
            to: *request.to_node_id(),
            last: request.last_log_id().map(|id| LogIdRecord::of(*id)),
            recipient: self.target,
            ..TransferCall::default()
        };
        let answer = self.call(option.soft_ttl(), |peer, until| async move { peer.transfer(call, until).await }).await;
        answer.map(Ok).map_err(|error| rpc_error(&error))
    }
}
