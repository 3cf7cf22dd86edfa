//! The log of a node.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cairn_journal::{AppendError, FileId, Journal, Place, Record as JournalRecord, Reserve};
use cairn_types::{NodeId, ShardId};
use openraft::EntryPayload;
use openraft::storage::IOFlushed;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::oneshot;

use super::records::{
    CHECKPOINT, CheckpointHead, CutHead, GENERATION, GenerationRecord, PURGE, ShardCheckpoint, TRUNCATE, VOTE,
    VoteHead, entry_record, head_record,
};
use super::tail::Tail;
use crate::raft::{Entry, LogId, LogIdRecord, Membership, RaftTypes, Vote, VoteRecord};

/// The log of a node: the journal, and what it says of each shard.
pub(crate) struct LogStore {
    journal: Journal,
    shards: Mutex<BTreeMap<ShardId, Arc<ShardLog>>>,
    generations: Mutex<BTreeMap<NodeId, GenerationRecord>>,
}

/// The log of a shard.
#[derive(Default)]
pub(crate) struct ShardLog {
    pub(super) tail: Mutex<Tail>,
    /// Reads need no round: see [`ShardLog::is_sole`].
    sole: Sole,
}

/// Whether this member is known to be the only one that counts; see the read path.
#[derive(Default)]
struct Sole {
    marked: AtomicBool,
    /// Changed by everything that ends the knowledge: a mark decided before such a change is not set after it.
    changes: Mutex<u64>,
}

impl LogStore {
    pub(super) fn new(
        journal: Journal,
        tails: BTreeMap<ShardId, Tail>,
        generations: BTreeMap<NodeId, GenerationRecord>,
    ) -> Self {
        let shard = |(id, tail)| (id, Arc::new(ShardLog { tail: Mutex::new(tail), sole: Sole::default() }));
        let shards = Mutex::new(tails.into_iter().map(shard).collect());
        Self { journal, shards, generations: Mutex::new(generations) }
    }

    /// The log of `shard`, empty at first.
    pub(crate) fn shard(&self, shard: ShardId) -> Arc<ShardLog> {
        Arc::clone(self.shards.lock().entry(shard).or_default())
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.shards.lock().is_empty() && self.generations.lock().is_empty()
    }

    /// The last known start of `node`.
    pub(crate) fn generation(&self, node: NodeId) -> Option<GenerationRecord> {
        self.generations.lock().get(&node).cloned()
    }

    /// Records a start, durably. The caller has compared it with the one before.
    pub(crate) async fn record_generation(&self, start: GenerationRecord) -> io::Result<()> {
        let record = head_record(GENERATION, &start);
        let pending = {
            let mut generations = self.generations.lock();
            generations.insert(start.node, start);
            self.journal.append(vec![record], Reserve::Use)
        };
        pending.await.map(|_| ()).map_err(to_io)
    }

    /// Appends entries: readable on return, told to `done` when durable.
    pub(crate) fn append(
        &self,
        shard: ShardId,
        log: &Arc<ShardLog>,
        entries: Vec<Entry>,
        done: IOFlushed<RaftTypes>,
    ) -> io::Result<()> {
        let Some(last) = entries.last().map(|entry| entry.log_id.index()) else {
            done.io_completed(Ok(()));
            return Ok(());
        };
        if entries.iter().any(|entry| matches!(entry.payload, EntryPayload::Membership(_))) {
            log.no_longer_sole();
        }
        let records: Vec<JournalRecord> = entries.iter().map(|entry| entry_record(shard, entry)).collect();
        let stored = Arc::clone(log);
        let mut tail = log.tail.lock();
        for entry in entries {
            tail.push(entry).map_err(io::Error::other)?;
        }
        let completed = move |outcome: Result<Vec<Place>, AppendError>| match outcome {
            Ok(places) => {
                let file = places.last().map(|place| place.position.file).unwrap_or_default();
                stored.tail.lock().stored(file, last);
                done.io_completed(Ok(()));
            }
            Err(error) => done.io_completed(Err(to_io(error))),
        };
        self.journal.append_with(records, Reserve::Keep, completed).map_err(to_io)
    }

    /// Records a vote, durably.
    pub(crate) async fn save_vote(&self, shard: ShardId, log: &ShardLog, vote: Vote) -> io::Result<()> {
        log.no_longer_sole();
        let record = head_record(VOTE, &VoteHead { shard, vote: VoteRecord::of(&vote) });
        let pending = {
            let mut tail = log.tail.lock();
            tail.set_vote(vote);
            self.journal.append(vec![record], Reserve::Use)
        };
        pending.await.map(|_| ()).map_err(to_io)
    }

    /// Removes entries after `keep`; ordered, not synced.
    pub(super) fn truncate_after(&self, shard: ShardId, log: &ShardLog, keep: Option<LogId>) -> io::Result<()> {
        log.no_longer_sole();
        let record = head_record(TRUNCATE, &CutHead { shard, at: keep.map(LogIdRecord::of) });
        let mut tail = log.tail.lock();
        tail.truncate_after(keep);
        self.append_unseen(record)
    }

    /// Removes entries up to `upto`; ordered, not synced.
    pub(super) fn purge(&self, shard: ShardId, log: &ShardLog, upto: LogId) -> io::Result<()> {
        let record = head_record(PURGE, &CutHead { shard, at: Some(LogIdRecord::of(upto)) });
        let mut tail = log.tail.lock();
        tail.purge(upto);
        self.append_unseen(record)
    }

    /// Bytes of entries in memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.shards.lock().values().map(|shard| shard.tail.lock().bytes()).sum()
    }

    /// Files of the log.
    pub(crate) fn file_count(&self) -> usize {
        self.journal.files().len()
    }

    /// Bytes that the log may still take.
    pub(crate) async fn free_bytes(&self) -> io::Result<u64> {
        self.journal.free_bytes().await
    }

    /// Gives back the files that no shard needs, after a checkpoint of what else is in them.
    pub(crate) async fn release_files(&self) -> io::Result<()> {
        let files = self.journal.files();
        let oldest_needed = self.oldest_needed();
        let is_idle = files.first().is_none_or(|first| *first >= oldest_needed.unwrap_or(FileId(u64::MAX)));
        if is_idle || files.len() < 2 {
            return Ok(());
        }
        let checkpoint = self.write_checkpoint().await?;
        // After the checkpoint: what was appended before it is in the count by now.
        let keep = self.oldest_needed().unwrap_or(checkpoint).min(checkpoint);
        for file in self.journal.files().into_iter().filter(|file| *file < keep) {
            if self.journal.is_sealed(file) {
                self.journal.release(file).await.map_err(io::Error::other)?;
            }
        }
        Ok(())
    }

    /// Writes again, behind everything, all that the log says; from the returned file on it is complete.
    pub(crate) async fn write_again(&self) -> io::Result<FileId> {
        let first = self.write_checkpoint().await?;
        for (id, log) in &self.all() {
            let entries: Vec<Entry> = log.tail.lock().entries().iter().cloned().collect();
            for chunk in entries.chunks(1_024) {
                let records = chunk.iter().map(|entry| entry_record(*id, entry)).collect();
                self.journal.append(records, Reserve::Use).await.map_err(to_io)?;
            }
        }
        Ok(first)
    }

    /// Gives back every file before `first`.
    pub(crate) async fn release_before(&self, first: FileId) -> io::Result<()> {
        for file in self.journal.files().into_iter().filter(|file| *file < first) {
            self.journal.release(file).await.map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// Writes what waits, and closes.
    pub(crate) async fn close(&self) {
        self.journal.close().await;
    }

    /// Every shard's log.
    pub(crate) fn all(&self) -> Vec<(ShardId, Arc<ShardLog>)> {
        self.shards.lock().iter().map(|(id, log)| (*id, Arc::clone(log))).collect()
    }

    fn oldest_needed(&self) -> Option<FileId> {
        self.shards.lock().values().filter_map(|shard| shard.tail.lock().oldest_file()).min()
    }

    /// The file that holds a durable checkpoint.
    async fn write_checkpoint(&self) -> io::Result<FileId> {
        let pending = self.append_checkpoint();
        let places = pending.await.map_err(|_| io::Error::other("the journal is closed"))?.map_err(to_io)?;
        Ok(places.first().map(|place| place.position.file).unwrap_or_default())
    }

    /// Holds every lock while the checkpoint takes its place among the records: it is true at that place.
    fn append_checkpoint(&self) -> oneshot::Receiver<Result<Vec<Place>, AppendError>> {
        let shards = self.shards.lock();
        let generations = self.generations.lock();
        let tails: Vec<(ShardId, MutexGuard<'_, Tail>)> =
            shards.iter().map(|(id, shard)| (*id, shard.tail.lock())).collect();
        let shard = |(id, tail): &(ShardId, MutexGuard<'_, Tail>)| ShardCheckpoint {
            shard: *id,
            vote: tail.vote().as_ref().map(VoteRecord::of),
            purged: tail.purged().map(LogIdRecord::of),
        };
        let head = CheckpointHead {
            shards: tails.iter().map(shard).collect(),
            generations: generations.values().cloned().collect(),
            ..CheckpointHead::default()
        };
        let (sender, receiver) = oneshot::channel();
        let done = move |outcome| {
            // The waiter may be gone with its node.
            let _ = sender.send(outcome);
        };
        if let Err(error) = self.journal.append_with(vec![head_record(CHECKPOINT, &head)], Reserve::Use, done) {
            tracing::warn!(%error, "the log takes no checkpoint");
        }
        receiver
    }

    fn append_unseen(&self, record: JournalRecord) -> io::Result<()> {
        let unseen = |outcome: Result<Vec<Place>, AppendError>| {
            if let Err(error) = outcome {
                tracing::warn!(%error, "a cut of the log was not written");
            }
        };
        self.journal.append_with(vec![record], Reserve::Use, unseen).map_err(to_io)
    }
}

impl ShardLog {
    /// Whether reads need no round of heartbeats: this member is the only voter, leads, and has applied an entry of its
    /// term. Ended by any vote, truncation or change of members, before that is appended.
    pub(crate) fn is_sole(&self) -> bool {
        self.sole.marked.load(Ordering::Acquire)
    }

    /// To be taken before it is found out whether the member is the only voter.
    pub(crate) fn sole_changes(&self) -> u64 {
        *self.sole.changes.lock()
    }

    /// The member was the only voter after `changes` were taken; nothing is marked if that may have ended since.
    pub(crate) fn mark_sole(&self, changes: u64) {
        let now = self.sole.changes.lock();
        if *now == changes {
            self.sole.marked.store(true, Ordering::Release);
        }
    }

    /// The last members in the log; `None` if it holds no change of them.
    pub(crate) fn last_membership(&self) -> Option<Membership> {
        self.tail.lock().last_membership().cloned()
    }

    /// The vote.
    pub(crate) fn vote(&self) -> Option<Vote> {
        self.tail.lock().vote()
    }

    /// The last entry, or the last purged.
    pub(crate) fn last(&self) -> Option<LogId> {
        self.tail.lock().last()
    }

    /// Drops the entries up to `upto` from memory; for a log that is about to be rewritten.
    pub(crate) fn forget_up_to(&self, upto: Option<LogId>) {
        if let Some(upto) = upto {
            self.tail.lock().purge(upto);
        }
    }

    /// The last entry purged.
    pub(crate) fn purged(&self) -> Option<LogId> {
        self.tail.lock().purged()
    }

    fn no_longer_sole(&self) {
        let mut changes = self.sole.changes.lock();
        *changes += 1;
        self.sole.marked.store(false, Ordering::Release);
    }
}

pub(super) fn to_io(error: AppendError) -> io::Error {
    io::Error::other(error)
}
