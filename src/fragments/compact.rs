//! Gives the space of mostly dead segments back.
//!
//! # Crash
//! Copies are synced, then the index has them and is flushed, then the segment goes: at every point each fragment has a
//! record that counts. A copy keeps its original's number, so that a tombstone that came meanwhile kills both.
//!
//! # Concurrency
//! One compaction at a time; puts, reads and deletes go on.

use bytes::Bytes;
use cairn_journal::{Damage, FileId, Place, Position, ReplayDepth, Replayed, ReplayedRecord};

use crate::batch::Change;
use crate::error::{CompactError, WriteError};
use crate::keys::FragmentKey;
use crate::lead::kind;
use crate::limits::{BATCH_CHANGES_MAX, COMPACTION_BYTES_IN_FLIGHT, COMPACTION_LIVE_PERCENT};
use crate::pipeline::{Pending, Told};
use crate::recovery::change_of;
use crate::store::FragmentStore;

/// What a compaction did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Compacted {
    /// Records moved.
    pub moved_records: u64,
    /// Their bytes, payloads included.
    pub moved_bytes: u64,
}

/// A compaction under way.
struct Compaction<'a> {
    store: &'a FragmentStore,
    segment: FileId,
    told: Vec<Told>,
    bytes_in_flight: u64,
    /// Fragments with records in the segment: their rows may name it.
    keys: Vec<FragmentKey>,
    damage: Vec<Damage>,
    done: Compacted,
}

impl FragmentStore {
    /// The sealed segment with the smallest live share, if that is worth it. Damaged ones with live records are left out:
    /// they are kept until what is damaged was deleted.
    pub fn compaction_candidate(&self) -> Option<FileId> {
        let worth = |segment: &crate::usage::SegmentUsage| {
            let is_mostly_dead = segment.live_bytes * 100 <= segment.record_bytes * COMPACTION_LIVE_PERCENT;
            segment.is_sealed && is_mostly_dead && (!segment.is_damaged || segment.live_bytes == 0)
        };
        let share = |segment: &crate::usage::SegmentUsage| {
            segment.live_bytes.saturating_mul(1_000) / segment.record_bytes.max(1)
        };
        self.segments().into_iter().filter(worth).min_by_key(share).map(|segment| segment.segment)
    }

    /// Moves what counts out of `segment` and gives its space back. Works on a full disk.
    ///
    /// # Cancel safety
    /// May be dropped at any point: copies count or not, nothing is lost, and it can be done again.
    pub async fn compact(&self, segment: FileId) -> Result<Compacted, CompactError> {
        let _one = self.compacting.lock().await;
        if !self.journal.is_sealed(segment) {
            return Err(CompactError::NotSealed(segment));
        }
        let mut compaction = Compaction {
            store: self,
            segment,
            told: Vec::new(),
            bytes_in_flight: 0,
            keys: Vec::new(),
            damage: Vec::new(),
            done: Compacted::default(),
        };
        compaction.move_all().await?;
        compaction.free().await?;
        Ok(compaction.done)
    }
}

impl Compaction<'_> {
    async fn move_all(&mut self) -> Result<(), CompactError> {
        let from = Position { file: self.segment, offset: 0 };
        let mut replay = self.store.journal.replay_file(from, ReplayDepth::Whole).map_err(CompactError::Read)?;
        while let Some(step) = replay.next().await.map_err(CompactError::Read)? {
            match step {
                Replayed::Record(record) => self.record(record).await?,
                Replayed::Damage(damage) => self.damage.push(damage),
                Replayed::FlushEnd(_) | Replayed::FileEnd(_) => {}
            }
        }
        self.settle().await
    }

    /// Moves a record if it counts. One with a damaged payload stays: its damage is the next step of the replay.
    async fn record(&mut self, record: ReplayedRecord) -> Result<(), CompactError> {
        let Some(change) = change_of(&record) else {
            self.damage.push(Damage::Record { position: record.place.position, end: record.place.end() });
            return Ok(());
        };
        self.keys.extend(change.keys());
        let Some(payload) = record.payload else { return Ok(()) };
        match change {
            Change::Fragment(place, lead) => {
                let key = FragmentKey { blob: lead.blob, index: lead.index };
                let row = self.store.index.fragment(key).await.map_err(CompactError::Index)?;
                if row.is_some_and(|row| row.place.place().position == place.position) {
                    self.copy(place, kind::MOVED, record.head, payload, Pending::Fragment(lead)).await?;
                }
            }
            Change::Tombstone(place, tombstone) => {
                let key = FragmentKey { blob: tombstone.blob, index: tombstone.index };
                if self.tombstone_is_needed(key, place.position).await? {
                    let pending = Pending::Tombstone(tombstone);
                    self.copy(place, kind::TOMBSTONE, record.head, payload, pending).await?;
                }
            }
            Change::Bounds(place, bounds) => {
                let current = self.store.index.tables(|tables| tables.bounds.place.place().position);
                if current == place.position {
                    self.copy(place, kind::BOUNDS, record.head, payload, Pending::Bounds(bounds)).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether another segment may hold a record that this tombstone kills; if not, its row goes.
    async fn tombstone_is_needed(&self, key: FragmentKey, position: Position) -> Result<bool, CompactError> {
        self.apply(vec![Change::DropTombstone(key, position)]).await?;
        let row = self.store.index.tombstone(key).await.map_err(CompactError::Index)?;
        Ok(row.is_some_and(|row| row.place.place().position == position))
    }

    async fn copy(
        &mut self,
        place: Place,
        kind: u16,
        head: Bytes,
        payload: Bytes,
        pending: Pending,
    ) -> Result<(), CompactError> {
        if self.bytes_in_flight + place.len() > COMPACTION_BYTES_IN_FLIGHT {
            self.settle().await?;
        }
        self.bytes_in_flight += place.len();
        self.done.moved_records += 1;
        self.done.moved_bytes += place.len();
        let told = self.store.pipeline.copy(kind, head, payload, pending);
        self.told.push(told.map_err(CompactError::Write)?);
        Ok(())
    }

    /// Waits until the copies are durable and indexed.
    async fn settle(&mut self) -> Result<(), CompactError> {
        for told in std::mem::take(&mut self.told) {
            told.await.unwrap_or(Err(WriteError::Closed)).map_err(CompactError::Write)?;
        }
        self.bytes_in_flight = 0;
        Ok(())
    }

    /// Gives the segment back if nothing in it counts any more.
    async fn free(&mut self) -> Result<(), CompactError> {
        let segment = self.segment;
        let row = self.store.index.tables(|tables| tables.segments.get(&segment).cloned()).unwrap_or_default();
        if row.live_bytes > 0 && self.damage.is_empty() {
            return Err(CompactError::Unmoved(row.live_bytes));
        }
        if row.live_bytes > 0 {
            self.apply(vec![Change::Damaged(segment)]).await?;
            return Err(CompactError::Damaged(std::mem::take(&mut self.damage)));
        }
        self.apply(vec![Change::Freeing(segment)]).await?;
        self.store.index.kv().flush().await.map_err(CompactError::Index)?;
        self.store.journal.release(segment).await.map_err(CompactError::Release)?;
        self.forget().await
    }

    /// Takes the segment out of the index. The rows of its fragments come first: a crash in between leaves the segment's
    /// row, marked, for the next start.
    async fn forget(&mut self) -> Result<(), CompactError> {
        let mut keys = std::mem::take(&mut self.keys);
        keys.sort_unstable();
        keys.dedup();
        let last = keys.split_off(keys.len() - keys.len() % BATCH_CHANGES_MAX);
        for some in keys.chunks(BATCH_CHANGES_MAX) {
            self.apply(vec![Change::Forgotten(self.segment, some.to_vec())]).await?;
        }
        self.apply(vec![Change::Gone(self.segment, last)]).await
    }

    async fn apply(&self, changes: Vec<Change>) -> Result<(), CompactError> {
        self.store.applier.apply(changes).await.map_err(CompactError::Write)
    }
}

const _: () = assert!(COMPACTION_LIVE_PERCENT < 100);
