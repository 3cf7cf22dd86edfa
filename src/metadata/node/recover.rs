//! Goes on with one member alone, after the others are lost: offline, on one directory, and only when told to.
//!
//! # Invariants
//! Everything in the member's log is kept. What it may lack is named: whatever a majority without it acknowledged.
//!
//! # Crash
//! Nothing is given back before the log is written anew; the identity's quarantine ends last.

use std::io;
use std::sync::Arc;

use cairn_journal::OnFence;
use cairn_runtime::Context;
use cairn_runtime::disk::Disk;
use cairn_runtime::kv::Kv;
use cairn_types::{ClusterId, ErrorKind, HasKind, LogIndex, NodeId, ShardId};
use openraft::EntryPayload;
use openraft::storage::IOFlushed;
use openraft::type_config::TypeConfigExt;
use openraft::vote::leader_id_std::CommittedLeaderId;

use super::identity::{IdentityRecord, read_identity, write_identity};
use super::{NodeSettings, join};
use crate::limits::STOP_GRACE;
use crate::log::{LogStore, OpenLogError, open_log};
use crate::raft::{Entry, LogId, Membership, RaftTypes, Vote};
use crate::service::HostedShard;
use crate::state::{ShardState, StateParts};

/// Recovery failed; the directory is as it was, or recovery may be repeated.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The directory has no identity, or a damaged one.
    #[error("read the identity of the metadata directory")]
    Identity(#[source] io::Error),
    /// There is nothing to recover.
    #[error("the metadata directory belongs to no cluster")]
    Vacant,
    /// The log cannot be read.
    #[error("open the log of the metadata directory")]
    Log(#[source] OpenLogError),
    /// The rows cannot be read.
    #[error("read the rows of the metadata directory")]
    Rows(#[source] io::Error),
    /// Rows and log do not meet: what lies between them is lost, and without it nothing behind it can be applied.
    #[error("entries {from} to {to} of shard {shard} are neither in the log nor in the rows")]
    Gap {
        /// The shard.
        shard: ShardId,
        /// First lost.
        from: u64,
        /// Last lost.
        to: u64,
    },
    /// The log or the identity could not be written.
    #[error("write the log of the metadata directory")]
    Write(#[source] io::Error),
}

impl HasKind for RecoverError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Identity(_) | Self::Gap { .. } => ErrorKind::Corrupt,
            Self::Vacant => ErrorKind::NotFound,
            Self::Log(_) | Self::Rows(_) | Self::Write(_) => ErrorKind::Unavailable,
        }
    }
}

/// What recovery did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovered {
    /// The survivor.
    pub node: NodeId,
    /// Its cluster.
    pub cluster: ClusterId,
    /// What was wrong with its log; entries behind it may be lost.
    pub faults: Vec<String>,
    /// Its shards.
    pub shards: Vec<RecoveredShard>,
}

/// A shard with the survivor as its only member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecoveredShard {
    /// The shard.
    pub shard: ShardId,
    /// The last entry that is kept. Whatever was acknowledged behind it, by others alone, is lost.
    pub last: LogIndex,
    /// Members that it had besides.
    pub lost_members: Vec<NodeId>,
}

/// Makes the member in this directory the only one of each of its shards, and ends its quarantine. The node must not run,
/// and those that are given up must never run again.
pub async fn recover(context: &Context, disk: Arc<dyn Disk>, kv: Arc<dyn Kv>) -> Result<Recovered, RecoverError> {
    let context = Context { tasks: context.tasks.child(), ..context.clone() };
    let mut identity =
        read_identity(disk.as_ref()).await.map_err(RecoverError::Identity)?.ok_or(RecoverError::Vacant)?;
    let file_bytes = NodeSettings::default().log_file_bytes;
    let opened = open_log(&context, Arc::clone(&disk), file_bytes, OnFence::Lift).await.map_err(RecoverError::Log)?;
    let mut shards = Vec::new();
    for hosted in &identity.shards {
        shards.push(examine(&opened.store, &identity, hosted, &kv).await?);
    }
    write_anew(&opened.store, &identity).await.map_err(RecoverError::Write)?;
    let known = opened.store.generation(identity.node).map(|start| start.generation).unwrap_or_default();
    identity.generation = known;
    identity.quarantine.clear();
    identity.founders.clear();
    write_identity(&disk, &identity).await.map_err(RecoverError::Write)?;
    opened.store.close().await;
    context.tasks.shutdown(STOP_GRACE).await;
    let faults = opened.faults.iter().map(ToString::to_string).collect();
    Ok(Recovered { node: identity.node, cluster: identity.cluster, faults, shards })
}

/// All that is kept, then the survivor as the only member; then nothing of the old files is needed.
async fn write_anew(store: &Arc<LogStore>, identity: &IdentityRecord) -> io::Result<()> {
    let first = store.write_again().await?;
    for hosted in &identity.shards {
        append_sole_member(store, hosted.shard, identity.node).await?;
    }
    store.release_before(first).await
}

/// What of a shard is kept.
async fn examine(
    store: &LogStore,
    identity: &IdentityRecord,
    hosted: &HostedShard,
    kv: &Arc<dyn Kv>,
) -> Result<RecoveredShard, RecoverError> {
    let rows = |error| RecoverError::Rows(error);
    let parts: StateParts = join::state_parts(identity, hosted, kv).map_err(rows)?;
    let progress = ShardState::open(parts).await.map_err(rows)?.progress();
    let log = store.shard(hosted.shard);
    let applied = progress.applied;
    if applied > log.last() {
        // The rows have all that the log has: it goes on behind them.
        log.forget_up_to(applied);
    }
    check_gap(hosted.shard, applied, log.purged())?;
    let membership = log.last_membership().unwrap_or_else(|| progress.membership.membership().clone());
    let last = log.last();
    let lost_members = membership.nodes().map(|(node, _)| *node).filter(|node| *node != identity.node).collect();
    Ok(RecoveredShard {
        shard: hosted.shard,
        last: LogIndex(last.map(|id| id.index()).unwrap_or_default()),
        lost_members,
    })
}

/// The rows reach to where the log begins.
fn check_gap(shard: ShardId, applied: Option<LogId>, purged: Option<LogId>) -> Result<(), RecoverError> {
    let (next, begins) = (next_index(applied), next_index(purged));
    if next < begins {
        return Err(RecoverError::Gap { shard, from: next, to: begins - 1 });
    }
    Ok(())
}

fn next_index(id: Option<LogId>) -> u64 {
    id.map_or(0, |id| id.index() + 1)
}

/// A vote above all that were given, and an entry that makes the survivor the only member.
async fn append_sole_member(store: &Arc<LogStore>, shard: ShardId, node: NodeId) -> io::Result<()> {
    let log = store.shard(shard);
    let voted = log.vote().map_or(0, |vote| vote.leader_id.term);
    let last = log.last();
    let term = voted.max(last.map_or(0, |id| **id.committed_leader_id())) + 1;
    store.save_vote(shard, &log, Vote::new(term, node)).await?;
    let membership = Membership::new_with_defaults(vec![[node].into()], [node]);
    let log_id = LogId::new(CommittedLeaderId::new(term), next_index(last));
    let entry = Entry { log_id, payload: EntryPayload::Membership(membership) };
    let (sender, receiver) = RaftTypes::oneshot();
    store.append(shard, &log, vec![entry], IOFlushed::signal(sender))?;
    receiver.await.map_err(|_| io::Error::other("the log is closed"))?
}
