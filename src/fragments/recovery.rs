//! Brings the index up to what the segments hold.
//!
//! # Crash
//! Each batch moves the indexed points of its segments with its rows, so replaying goes on where it stopped.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use cairn_journal::{Damage, FileId, Journal, Position, ReplayDepth, Replayed, ReplayedRecord};
use cairn_runtime::kv::Kv;
use cairn_types::DiskId;
use cairn_types::record::Record;

use crate::batch::Change;
use crate::error::OpenError;
use crate::index::Index;
use crate::lead::{Bounds, Lead, Tombstone, kind};
use crate::limits::BATCH_CHANGES_MAX;

/// What was done to the index.
pub(crate) struct CaughtUp {
    pub(crate) index: Index,
    pub(crate) damage: Vec<Damage>,
    pub(crate) was_rebuilt: bool,
    pub(crate) replayed: u64,
}

/// Loads the index, or makes a new one, and replays what it lacks.
pub(crate) async fn catch_up(journal: &Journal, disk: DiskId, kv: &Arc<dyn Kv>) -> Result<CaughtUp, OpenError> {
    let files: BTreeSet<FileId> = journal.files().into_iter().collect();
    let loaded = Index::load(disk, Arc::clone(kv)).await.map_err(OpenError::Index)?;
    let (index, was_rebuilt) = match loaded.filter(|index| fits(index, &files)) {
        Some(index) => (index, false),
        None => (Index::create(disk, Arc::clone(kv)).await.map_err(OpenError::Index)?, !files.is_empty()),
    };
    let mut caught_up = CaughtUp { index, damage: Vec::new(), was_rebuilt, replayed: 0 };
    caught_up.forget_gone(&files).await.map_err(OpenError::Index)?;
    for file in files {
        caught_up.replay(journal, file).await?;
    }
    Ok(caught_up)
}

/// Whether every segment that the index knows is there, but for those that were being given back.
fn fits(index: &Index, files: &BTreeSet<FileId>) -> bool {
    index.tables(|tables| tables.segments.iter().all(|(file, segment)| files.contains(file) || segment.is_freeing))
}

impl CaughtUp {
    async fn forget_gone(&self, files: &BTreeSet<FileId>) -> io::Result<()> {
        let gone = self.index.tables(|tables| {
            let gone = tables.segments.keys().filter(|file| !files.contains(file));
            gone.map(|file| Change::Gone(*file, Vec::new())).collect::<Vec<_>>()
        });
        self.index.apply(gone).await.map(drop)
    }

    async fn replay(&mut self, journal: &Journal, file: FileId) -> Result<(), OpenError> {
        let known = self.index.tables(|tables| tables.segments.get(&file).cloned()).unwrap_or_default();
        if known.is_complete {
            return Ok(());
        }
        let from = Position { file, offset: known.indexed_flush };
        let mut replay = journal.replay_file(from, ReplayDepth::Heads).map_err(OpenError::Read)?;
        let mut changes = Vec::new();
        while let Some(step) = replay.next().await.map_err(OpenError::Read)? {
            match step {
                Replayed::Record(record) if record.place.position.offset < known.indexed_end => {}
                Replayed::Record(record) => changes.push(self.change_of(&record)),
                Replayed::FlushEnd(_) => {}
                Replayed::FileEnd(_) => changes.push(Change::Complete(file)),
                Replayed::Damage(damage) => {
                    changes.push(Change::Damaged(file));
                    self.damage.push(damage);
                }
            }
            if changes.len() >= BATCH_CHANGES_MAX {
                self.index.apply(std::mem::take(&mut changes)).await.map_err(OpenError::Index)?;
            }
        }
        self.index.apply(changes).await.map(drop).map_err(OpenError::Index)
    }

    fn change_of(&mut self, record: &ReplayedRecord) -> Change {
        self.replayed += 1;
        change_of(record).unwrap_or_else(|| {
            let position = record.place.position;
            self.damage.push(Damage::Record { position, end: record.place.end() });
            Change::Damaged(position.file)
        })
    }
}

/// What a record means; `None` if its head is not what its kind says.
pub(crate) fn change_of(record: &ReplayedRecord) -> Option<Change> {
    let (place, head) = (record.place, record.head.clone());
    match record.kind {
        kind::FRAGMENT | kind::MOVED => {
            let lead = Lead::decode(head).ok()?;
            let is_sound =
                lead.layout().is_some_and(|layout| layout.payload_len() as u64 == u64::from(place.payload_len));
            is_sound.then_some(Change::Fragment(place, lead))
        }
        kind::TOMBSTONE => Tombstone::decode(head).ok().map(|tombstone| Change::Tombstone(place, tombstone)),
        kind::BOUNDS => Bounds::decode(head).ok().map(|bounds| Change::Bounds(place, bounds)),
        _ => Some(Change::Unknown(place)),
    }
}
