//! Raft's calls as a member gets them.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_runtime::Instant;
use cairn_runtime::kv::Replace;
use cairn_types::{Digest128, DigestBuilder, Generation, NodeId, ShardId};
use openraft::async_runtime::WatchReceiver;
use openraft::raft::{AppendEntriesRequest, AppendEntriesResponse, TransferLeaderRequest, VoteRequest, VoteResponse};
use openraft::storage::Snapshot;
use tokio::sync::Mutex;

use super::{Node, Shard};
use crate::limits::SNAPSHOT_IDLE;
use crate::raft::{
    AppendAnswer, AppendCall, EntryRecord, LogId, LogIdRecord, RaftTypes, SnapshotMeta, VoteAnswer, VoteCall,
    VoteRecord,
};
use crate::service::{ServiceError, SnapshotAnswer, SnapshotCall, TransferCall};
use crate::state::{ShardSnapshot, rows_digest};

/// Snapshots on their way in, at most one for each shard.
pub(super) type Receiving = Mutex<BTreeMap<ShardId, Incoming>>;

/// A snapshot that is being received.
pub(super) struct Incoming {
    transfer: u64,
    next: u64,
    replace: Box<dyn Replace>,
    digest: DigestBuilder,
    heard: Instant,
}

/// Who calls.
struct Caller {
    node: NodeId,
    generation: Generation,
}

impl Node {
    /// The shard that a peer calls, if the peer may and means this node: an answer of another one would be counted as
    /// that of the member it is for.
    fn called(&self, shard: ShardId, caller: Caller, recipient: NodeId) -> Result<Arc<Shard>, ServiceError> {
        let shard = self.running(shard)?;
        if recipient != shard.node() {
            return Err(ServiceError::Foreign);
        }
        let known = self.log.generation(caller.node).map(|start| start.generation).unwrap_or_default();
        if caller.generation < known { Err(ServiceError::StaleGeneration) } else { Ok(shard) }
    }

    pub(super) async fn take_append(&self, call: AppendCall) -> Result<AppendAnswer, ServiceError> {
        let shard = self.called(call.shard, Caller { node: call.from, generation: call.generation }, call.recipient)?;
        let entries = call.entries.into_iter().map(EntryRecord::into_entry).collect::<Result<_, _>>();
        let request = AppendEntriesRequest {
            vote: call.vote.to_vote(),
            prev_log_id: log_id(call.previous)?,
            entries: entries.map_err(|_| ServiceError::Invalid)?,
            leader_commit: log_id(call.committed)?,
        };
        let response = shard.raft.append_entries(request).await.map_err(|_| ServiceError::Unreachable)?;
        let mut answer = AppendAnswer::default();
        match response {
            AppendEntriesResponse::Success => answer.stored = true,
            AppendEntriesResponse::PartialSuccess(to) => answer.stored_to = to.map(LogIdRecord::of),
            AppendEntriesResponse::Conflict => answer.conflict = true,
            AppendEntriesResponse::HigherVote(vote) => answer.higher_vote = Some(VoteRecord::of(&vote)),
        }
        Ok(answer)
    }

    pub(super) async fn take_vote(&self, call: VoteCall) -> Result<VoteAnswer, ServiceError> {
        let shard = self.called(call.shard, Caller { node: call.from, generation: call.generation }, call.recipient)?;
        let response = shard.raft.vote(vote_request(&call)?).await.map_err(|_| ServiceError::Unreachable)?;
        Ok(vote_answer(&response))
    }

    pub(super) async fn take_pre_vote(&self, call: VoteCall) -> Result<VoteAnswer, ServiceError> {
        let shard = self.called(call.shard, Caller { node: call.from, generation: call.generation }, call.recipient)?;
        let response = shard.raft.pre_vote(vote_request(&call)?).await.map_err(|_| ServiceError::Unreachable)?;
        Ok(vote_answer(&response))
    }

    pub(super) async fn take_transfer(&self, call: TransferCall) -> Result<(), ServiceError> {
        let shard = self.called(call.shard, Caller { node: call.from, generation: call.generation }, call.recipient)?;
        let request = TransferLeaderRequest::new(call.vote.to_vote(), call.to, log_id(call.last)?);
        let response = shard.raft.handle_transfer_leader(request).await.map_err(|_| ServiceError::Unreachable)?;
        response.map_err(|_| ServiceError::Busy)
    }

    /// Takes a piece of a snapshot; the last one makes it the shard's rows.
    pub(super) async fn take_snapshot(&self, mut call: SnapshotCall) -> Result<SnapshotAnswer, ServiceError> {
        let shard = self.called(call.shard, Caller { node: call.from, generation: call.generation }, call.recipient)?;
        if call.cluster != shard.state.parts.cluster || call.range != shard.hosted.range {
            return Err(ServiceError::Foreign);
        }
        let own_vote = shard.raft.server_metrics().borrow_watched().vote;
        if own_vote > call.vote.to_vote() {
            return Ok(SnapshotAnswer { vote: VoteRecord::of(&own_vote), ..SnapshotAnswer::default() });
        }
        let mut receiving = self.receiving.lock().await;
        self.drop_idle(&mut receiving);
        let mut incoming = self.incoming(&mut receiving, &shard, &call).await?;
        rows_digest(&mut incoming.digest, call.rows.iter().map(|row| (&row.key, &row.value)));
        let rows = std::mem::take(&mut call.rows).into_iter().map(|row| (row.key, row.value)).collect();
        incoming.replace.append(rows).await.map_err(|error| refused_rows(&error))?;
        if !call.last {
            incoming.next += 1;
            incoming.heard = self.context.clock.now();
            receiving.insert(call.shard, incoming);
            return Ok(SnapshotAnswer { vote: call.vote, ..SnapshotAnswer::default() });
        }
        drop(receiving);
        install(&shard, &call, incoming).await
    }

    /// The transfer that a piece belongs to, taken out of those under way.
    async fn incoming(
        &self,
        receiving: &mut BTreeMap<ShardId, Incoming>,
        shard: &Shard,
        call: &SnapshotCall,
    ) -> Result<Incoming, ServiceError> {
        let known = receiving.remove(&call.shard);
        if call.piece == 0 {
            let replace = shard.state.parts.kv.begin_replace(shard.state.ranges()).await;
            return Ok(Incoming {
                transfer: call.transfer,
                next: 0,
                replace: replace.map_err(|error| refused_rows(&error))?,
                digest: DigestBuilder::new(call.transfer),
                heard: self.context.clock.now(),
            });
        }
        // A piece twice, or out of order: the sender begins anew.
        known.filter(|known| known.transfer == call.transfer && known.next == call.piece).ok_or(ServiceError::Unknown)
    }

    fn drop_idle(&self, receiving: &mut BTreeMap<ShardId, Incoming>) {
        let now = self.context.clock.now();
        receiving.retain(|_, incoming| now < incoming.heard + SNAPSHOT_IDLE);
    }
}

async fn install(shard: &Shard, call: &SnapshotCall, incoming: Incoming) -> Result<SnapshotAnswer, ServiceError> {
    let digest: Digest128 = incoming.digest.finish();
    if digest != call.digest {
        tracing::error!(shard = %shard.id, "a received snapshot is damaged");
        return Err(ServiceError::Corrupt);
    }
    let membership = call.meta.membership.clone().into_stored().map_err(|_| ServiceError::Invalid)?;
    let meta = SnapshotMeta { last_log_id: log_id(call.meta.applied)?, last_membership: membership };
    let snapshot = Snapshot { meta, snapshot: ShardSnapshot::Received(incoming.replace) };
    let response = shard.raft.install_full_snapshot(call.vote.to_vote(), snapshot).await;
    let response = response.map_err(|_| ServiceError::Unreachable)?;
    Ok(SnapshotAnswer { vote: VoteRecord::of(&response.vote), ..SnapshotAnswer::default() })
}

fn log_id(record: Option<LogIdRecord>) -> Result<Option<LogId>, ServiceError> {
    record.map(LogIdRecord::to_log_id).transpose().map_err(|_| ServiceError::Invalid)
}

fn vote_request(call: &VoteCall) -> Result<VoteRequest<RaftTypes>, ServiceError> {
    let mut request = VoteRequest::new(call.vote.to_vote(), log_id(call.last)?);
    request.leadership_transfer = call.transfer;
    Ok(request)
}

fn vote_answer(response: &VoteResponse<RaftTypes>) -> VoteAnswer {
    VoteAnswer {
        vote: VoteRecord::of(&response.vote),
        granted: response.vote_granted,
        last: response.last_log_id.map(LogIdRecord::of),
        ..VoteAnswer::default()
    }
}

fn refused_rows(error: &std::io::Error) -> ServiceError {
    tracing::warn!(%error, "the engine refused rows of a snapshot");
    ServiceError::Unknown
}
