//! A shard's rows as Raft's state machine.

use std::io;
use std::sync::Arc;

use cairn_catalog::reply::Reply;
use futures::{FutureExt, Stream, StreamExt};
use openraft::storage::{EntryResponder, RaftSnapshotBuilder, RaftStateMachine, Snapshot};
use openraft::{EntryPayload, OptionalSend};

use super::apply::{Step, apply_steps};
use super::shard_state::{Progress, ShardState};
use super::snapshot::{ShardSnapshot, SnapshotReader};
use crate::limits::{APPLY_BYTES_MAX, APPLY_ENTRIES_MAX};
use crate::raft::{Entry, LogId, Outcome, RaftSnapshot, RaftTypes, SnapshotMeta, StoredMembership};
use crate::rounds::Rounds;

/// Flushes of the engine, shared by the shards of a node; an error as text.
pub(crate) type FlushRounds = Rounds<Result<(), String>>;

/// The state machine of one shard.
pub(crate) struct ShardMachine {
    state: Arc<ShardState>,
    flushes: Arc<FlushRounds>,
}

/// Makes what Raft calls a snapshot: the knowledge that everything up to an entry is flushed.
pub(crate) struct FlushedState {
    state: Arc<ShardState>,
    flushes: Arc<FlushRounds>,
    progress: Progress,
}

impl ShardMachine {
    pub(crate) fn new(state: Arc<ShardState>, flushes: Arc<FlushRounds>) -> Self {
        Self { state, flushes }
    }

    async fn install(&self, meta: &SnapshotMeta, snapshot: ShardSnapshot) -> io::Result<()> {
        let replace = match snapshot {
            ShardSnapshot::Received(replace) => replace,
            ShardSnapshot::View(mut reader) => {
                let mut replace = self.state.parts.kv.begin_replace(self.state.ranges()).await?;
                while !reader.is_done() {
                    replace.append(reader.next().await?).await?;
                }
                replace
            }
        };
        replace.commit().await?;
        self.state.reload().await?;
        if self.state.applied() != meta.last_log_id {
            return Err(io::Error::other("the rows of a snapshot are not those that it names"));
        }
        Ok(())
    }
}

/// The entries that are ready, as many as go into one batch of rows; none at the end.
async fn next_batch<S>(entries: &mut S) -> io::Result<Vec<EntryResponder<RaftTypes>>>
where
    S: Stream<Item = io::Result<EntryResponder<RaftTypes>>> + Unpin,
{
    let mut batch = Vec::new();
    let mut bytes = 0;
    let mut next = entries.next().await;
    while let Some(item) = next {
        let item = item?;
        bytes += command_bytes(&item.0);
        batch.push(item);
        if batch.len() >= APPLY_ENTRIES_MAX || bytes >= APPLY_BYTES_MAX {
            break;
        }
        next = entries.next().now_or_never().flatten();
    }
    Ok(batch)
}

fn command_bytes(entry: &Entry) -> usize {
    match &entry.payload {
        EntryPayload::Normal(proposal) => proposal.0.len(),
        EntryPayload::Blank | EntryPayload::Membership(_) => 0,
    }
}

fn meta_of(progress: &Progress) -> SnapshotMeta {
    SnapshotMeta { last_log_id: progress.applied, last_membership: progress.membership.clone() }
}

impl RaftStateMachine<RaftTypes> for ShardMachine {
    type SnapshotData = ShardSnapshot;
    type SnapshotBuilder = FlushedState;

    async fn applied_state(&mut self) -> io::Result<(Option<LogId>, StoredMembership)> {
        let progress = self.state.progress();
        Ok((progress.applied, progress.membership))
    }

    async fn apply<S>(&mut self, mut entries: S) -> io::Result<()>
    where
        S: Stream<Item = io::Result<EntryResponder<RaftTypes>>> + Unpin + OptionalSend,
    {
        loop {
            let batch = next_batch(&mut entries).await?;
            if batch.is_empty() {
                return Ok(());
            }
            let (entries, responders): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
            let steps = entries.into_iter().map(Step::of).collect::<io::Result<Vec<_>>>()?;
            let replies: Vec<Reply> = apply_steps(&self.state, steps).await?;
            for (responder, reply) in responders.into_iter().zip(replies) {
                if let Some(responder) = responder {
                    responder.send(Outcome(reply));
                }
            }
        }
    }

    async fn get_snapshot_builder(&mut self) -> FlushedState {
        let progress = self.state.progress();
        FlushedState { state: Arc::clone(&self.state), flushes: Arc::clone(&self.flushes), progress }
    }

    async fn install_snapshot(&mut self, meta: &SnapshotMeta, snapshot: ShardSnapshot) -> io::Result<()> {
        self.install(meta, snapshot).await
    }

    async fn get_current_snapshot(&mut self) -> io::Result<Option<RaftSnapshot>> {
        let progress = self.state.progress();
        if progress.applied.is_none() {
            return Ok(None);
        }
        let reader = SnapshotReader::new(Arc::clone(&self.state));
        Ok(Some(Snapshot { meta: meta_of(&progress), snapshot: ShardSnapshot::View(reader) }))
    }
}

impl RaftSnapshotBuilder<RaftTypes> for FlushedState {
    type SnapshotData = ShardSnapshot;

    async fn build_snapshot(&mut self) -> io::Result<RaftSnapshot> {
        let flushed = self.flushes.join().await.ok_or_else(|| io::Error::other("the node stops"))?;
        flushed.map_err(io::Error::other)?;
        self.state.set_flushed(self.progress.applied);
        // Who installs it takes rows of now, which are no older.
        let reader = SnapshotReader::new(Arc::clone(&self.state));
        Ok(Snapshot { meta: meta_of(&self.progress), snapshot: ShardSnapshot::View(reader) })
    }
}
