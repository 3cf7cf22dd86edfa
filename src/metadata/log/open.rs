//! Opens a node's log and finds out what it says, and whether it can be trusted.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use cairn_journal::{Damage, Journal, OnFence, OpenError, Options, ReadError, ReplayDepth, Replayed, ReplayedRecord};
use cairn_runtime::Context;
use cairn_runtime::disk::Disk;
use cairn_types::record::{FieldError, Record};
use cairn_types::{NodeId, ShardId};

use super::records::{
    CHECKPOINT, CheckpointHead, CutHead, ENTRY, GENERATION, GenerationRecord, PURGE, TRUNCATE, VOTE, VoteHead,
    decode_entry,
};
use super::store::LogStore;
use super::tail::{Hole, Tail};
use crate::raft::Entry;

/// Opening a log failed.
#[derive(Debug, thiserror::Error)]
pub enum OpenLogError {
    /// The journal cannot be opened.
    #[error("open the journal of the log")]
    Journal(#[from] OpenError),
    /// The journal cannot be read.
    #[error("read the journal of the log")]
    Read(#[from] ReadError),
}

/// Why a log is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LogFault {
    #[error("the log is damaged: {0}")]
    Damage(Damage),
    #[error("a sync of the log failed earlier")]
    Fenced,
    #[error("the log of shard {shard} has a hole: {hole}")]
    Hole { shard: ShardId, hole: Hole },
    #[error("a record of the log is of an unknown form: {0}")]
    Record(FieldError),
    #[error("the log has a record of the unknown kind {0}")]
    Kind(u16),
}

/// An open log.
pub(crate) struct OpenedLog {
    pub(crate) store: Arc<LogStore>,
    /// None: it can be trusted.
    pub(crate) faults: Vec<LogFault>,
}

impl OpenedLog {
    /// Whether nothing was ever written.
    pub(crate) fn is_empty(&self) -> bool {
        self.faults.is_empty() && self.store.is_empty()
    }
}

/// Opens the log of a node. With [`OnFence::Lift`] a log that a failed sync ended is written again.
pub(crate) async fn open_log(
    context: &Context,
    disk: Arc<dyn Disk>,
    file_bytes: u64,
    on_fence: OnFence,
) -> Result<OpenedLog, OpenLogError> {
    let options = Options { file_bytes, on_fence, ..Options::for_logs() };
    let (journal, recovered) = Journal::open(disk, context.entropy.clone(), &context.tasks, options).await?;
    let mut reading = Reading::default();
    reading.faults.extend(recovered.damage.iter().cloned().map(LogFault::Damage));
    if recovered.is_fenced {
        reading.faults.push(LogFault::Fenced);
    }
    let mut replay = journal.replay(ReplayDepth::Whole);
    while let Some(step) = replay.next().await? {
        match step {
            Replayed::Record(record) => reading.take(record),
            Replayed::Damage(damage) => reading.faults.push(LogFault::Damage(damage)),
            Replayed::FlushEnd(_) | Replayed::FileEnd(_) => {}
        }
    }
    reading.check_beginnings();
    let store = Arc::new(LogStore::new(journal, reading.tails, reading.generations));
    Ok(OpenedLog { store, faults: reading.faults })
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    tails: BTreeMap<ShardId, Tail>,
    generations: BTreeMap<NodeId, GenerationRecord>,
    /// Entries before a hole. A hole is none if a later purge covers it: then the files before it were given back.
    before_holes: BTreeMap<ShardId, VecDeque<Entry>>,
    faults: Vec<LogFault>,
}

impl Reading {
    fn take(&mut self, record: ReplayedRecord) {
        let result = match record.kind {
            ENTRY => self.entry(record),
            VOTE => self.vote(&record),
            TRUNCATE => self.truncate(&record),
            PURGE => self.purge(&record),
            CHECKPOINT => self.checkpoint(&record),
            GENERATION => self.generation(&record),
            other => {
                self.faults.push(LogFault::Kind(other));
                Ok(())
            }
        };
        if let Err(error) = result {
            self.faults.push(LogFault::Record(error));
        }
    }

    fn entry(&mut self, record: ReplayedRecord) -> Result<(), FieldError> {
        // Without a payload its damage follows, and quarantines.
        let Some(payload) = record.payload else { return Ok(()) };
        let (shard, entry) = decode_entry(record.head, payload)?;
        let index = entry.log_id.index();
        let tail = self.tails.entry(shard).or_default();
        if tail.purged().is_some_and(|purged| index <= purged.index()) {
            return Ok(());
        }
        if tail.has(entry.log_id) {
            // Written again by a recovery.
            tail.stored(record.place.position.file, index);
            return Ok(());
        }
        if tail.last().is_some_and(|last| index > last.index() + 1) {
            let before = tail.take_entries();
            self.before_holes.entry(shard).or_insert(before);
        }
        match tail.push_first(entry) {
            Ok(()) => tail.stored(record.place.position.file, index),
            Err(hole) => self.faults.push(LogFault::Hole { shard, hole }),
        }
        Ok(())
    }

    fn vote(&mut self, record: &ReplayedRecord) -> Result<(), FieldError> {
        let head = VoteHead::decode(record.head.clone())?;
        self.tails.entry(head.shard).or_default().set_vote(head.vote.to_vote());
        Ok(())
    }

    fn truncate(&mut self, record: &ReplayedRecord) -> Result<(), FieldError> {
        let head = CutHead::decode(record.head.clone())?;
        let keep = head.at.map(|at| at.to_log_id()).transpose()?;
        self.tails.entry(head.shard).or_default().truncate_after(keep);
        Ok(())
    }

    fn purge(&mut self, record: &ReplayedRecord) -> Result<(), FieldError> {
        let head = CutHead::decode(record.head.clone())?;
        if let Some(at) = head.at {
            self.tails.entry(head.shard).or_default().purge(at.to_log_id()?);
        }
        Ok(())
    }

    fn checkpoint(&mut self, record: &ReplayedRecord) -> Result<(), FieldError> {
        let head = CheckpointHead::decode(record.head.clone())?;
        for shard in head.shards {
            let tail = self.tails.entry(shard.shard).or_default();
            if let Some(vote) = shard.vote {
                tail.set_vote(vote.to_vote());
            }
            if let Some(purged) = shard.purged {
                tail.purge(purged.to_log_id()?);
            }
        }
        self.generations = head.generations.into_iter().map(|start| (start.node, start)).collect();
        Ok(())
    }

    fn generation(&mut self, record: &ReplayedRecord) -> Result<(), FieldError> {
        let start = GenerationRecord::decode(record.head.clone())?;
        self.generations.insert(start.node, start);
        Ok(())
    }

    /// The first entry of each shard follows what is purged; else what lies before the hole is what can be told.
    fn check_beginnings(&mut self) {
        for (shard, tail) in &mut self.tails {
            let expected = tail.purged().map_or(0, |purged| purged.index() + 1);
            let Some(found) = tail.entries().front().map(|entry| entry.log_id.index()) else { continue };
            if found != expected {
                self.faults.push(LogFault::Hole { shard: *shard, hole: Hole { expected, found } });
                let before = self.before_holes.remove(shard).unwrap_or_default();
                tail.put_before_hole(before);
            }
        }
    }
}
