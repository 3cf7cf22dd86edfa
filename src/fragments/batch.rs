//! What records change in the index: a pure function of rows and records.
//!
//! # Invariants
//! S2: the record of a fragment that counts is the one with the highest number above its tombstone's; of two with one
//! number the later (a moved copy) does. So segments can be applied in any order, and a record twice.
//! A tombstone's row stays while a segment that is there may hold a record it kills.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use cairn_journal::{FileId, Place, Position};
use cairn_runtime::kv::KvWrite;
use cairn_types::record::Record;
use cairn_types::{BlobId, Digest128, DiskId, GroupId};

use crate::keys::{self, FragmentKey};
use crate::lead::{Bounds, Lead, Tombstone};
use crate::rows::{
    BoundsRow, FragmentRow, GroupRow, INDEX_VERSION, MetaRow, ScrubRow, SegmentRow, StoredPlace, TombstoneRow,
    add_file, set_member,
};
use crate::tables::Tables;

/// Something that the index must take.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// A fragment's record, first or moved.
    Fragment(Place, Lead),
    /// A tombstone, first or moved.
    Tombstone(Place, Tombstone),
    /// Bounds, first or moved.
    Bounds(Place, Bounds),
    /// A record of a kind that this build does not know: kept.
    Unknown(Place),
    /// All of a segment is indexed.
    Complete(FileId),
    /// Damage was found in a segment.
    Damaged(FileId),
    /// The record of a fragment at this position was found damaged.
    BadFragment(FragmentKey, Position),
    /// The disk is scrubbed so far.
    Scrubbed(ScrubRow),
    /// The tombstone at this position is not moved: drop its row if only its own segment needs it.
    DropTombstone(FragmentKey, Position),
    /// A segment is about to be given back.
    Freeing(FileId),
    /// A segment is gone, and with it records of these fragments; its row goes with [`Change::Gone`].
    Forgotten(FileId, Vec<FragmentKey>),
    /// A segment is gone, and with it records of these fragments.
    Gone(FileId, Vec<FragmentKey>),
}

impl Change {
    /// Fragments whose rows it needs.
    pub(crate) fn keys(&self) -> Vec<FragmentKey> {
        match self {
            Self::Fragment(_, lead) => vec![FragmentKey { blob: lead.blob, index: lead.index }],
            Self::Tombstone(_, tombstone) => {
                vec![FragmentKey { blob: tombstone.blob, index: tombstone.index }]
            }
            Self::DropTombstone(key, _) | Self::BadFragment(key, _) => vec![*key],
            Self::Forgotten(_, keys) | Self::Gone(_, keys) => keys.clone(),
            Self::Bounds(..)
            | Self::Unknown(_)
            | Self::Complete(_)
            | Self::Damaged(_)
            | Self::Scrubbed(_)
            | Self::Freeing(_) => vec![],
        }
    }
}

/// Rows of one fragment.
#[derive(Clone, Debug, Default)]
pub(crate) struct FragmentState {
    pub(crate) live: Option<FragmentRow>,
    pub(crate) dead: Option<TombstoneRow>,
}

/// Changes on their way into the index.
pub(crate) struct Batch<'a> {
    disk: DiskId,
    tables: &'a Tables,
    states: BTreeMap<FragmentKey, FragmentState>,
    touched: BTreeSet<FragmentKey>,
    /// Fragments that were moved or deleted: what is remembered of them is wrong now.
    stale: Vec<FragmentKey>,
    segments: BTreeMap<FileId, SegmentRow>,
    groups: BTreeMap<GroupId, GroupRow>,
    bounds: Option<BoundsRow>,
    scrub: Option<ScrubRow>,
    gone: Vec<FileId>,
    sequence_gone: u64,
}

/// What a batch comes to.
pub(crate) struct Outcome {
    pub(crate) writes: Vec<KvWrite>,
    pub(crate) stale: Vec<FragmentKey>,
    pub(crate) tables: TablesChange,
}

/// What changes in the tables once the writes are in.
pub(crate) struct TablesChange {
    segments: BTreeMap<FileId, SegmentRow>,
    groups: BTreeMap<GroupId, GroupRow>,
    bounds: Option<BoundsRow>,
    scrub: Option<ScrubRow>,
    gone: Vec<FileId>,
    sequence_gone: u64,
}

impl TablesChange {
    pub(crate) fn apply(self, tables: &mut Tables) {
        tables.segments.extend(self.segments);
        self.gone.iter().for_each(|file| {
            tables.segments.remove(file);
        });
        tables.groups.extend(self.groups);
        tables.groups.retain(|_, row| row.fragments > 0);
        if let Some(bounds) = self.bounds {
            tables.bounds = bounds;
        }
        if let Some(scrub) = self.scrub {
            tables.scrub = scrub;
        }
        tables.sequence_gone = self.sequence_gone;
    }
}

impl<'a> Batch<'a> {
    /// A batch over the rows of all fragments that its changes name.
    pub(crate) fn new(disk: DiskId, tables: &'a Tables, states: BTreeMap<FragmentKey, FragmentState>) -> Self {
        Self {
            disk,
            tables,
            states,
            touched: BTreeSet::new(),
            stale: Vec::new(),
            segments: BTreeMap::new(),
            groups: BTreeMap::new(),
            bounds: None,
            scrub: None,
            gone: Vec::new(),
            sequence_gone: tables.sequence_gone,
        }
    }

    /// Takes a change.
    pub(crate) fn apply(&mut self, change: Change) {
        match change {
            Change::Fragment(place, lead) => {
                if self.count_record(place, lead.sequence) {
                    self.fragment(place, &lead);
                }
            }
            Change::Tombstone(place, tombstone) => {
                if self.count_record(place, tombstone.sequence) {
                    self.tombstone(place, &tombstone);
                }
            }
            Change::Bounds(place, bounds) => {
                if self.count_record(place, bounds.sequence) {
                    self.bounds(place, bounds);
                }
            }
            Change::Unknown(place) => {
                if self.count_record(place, 0) {
                    self.add_live(place, 0);
                }
            }
            Change::Complete(file) => self.segment(file).is_complete = true,
            Change::Damaged(file) => self.segment(file).is_damaged = true,
            Change::BadFragment(key, position) => self.bad_fragment(key, position),
            Change::Scrubbed(scrub) => self.scrub = Some(scrub),
            Change::DropTombstone(key, position) => self.drop_tombstone(key, position),
            Change::Freeing(file) => self.segment(file).is_freeing = true,
            Change::Forgotten(file, keys) => self.forget(file, keys),
            Change::Gone(file, keys) => {
                self.forget(file, keys);
                self.remove_segment(file);
            }
        }
    }

    /// The writes, and what they change in memory.
    pub(crate) fn finish(self) -> Outcome {
        let mut writes = Vec::with_capacity(self.touched.len() * 2 + self.segments.len() + 2);
        for key in &self.touched {
            let state = self.states.get(key);
            let live = state.and_then(|state| state.live.as_ref());
            writes.push(put_or_delete(key.fragment_row(), live));
            let dead = state.and_then(|state| state.dead.as_ref());
            writes.push(put_or_delete(key.tombstone_row(), dead));
        }
        for (file, row) in self.segments.iter().filter(|(file, _)| !self.gone.contains(file)) {
            writes.push(KvWrite::Put(keys::segment_row(*file), row.encode()));
        }
        writes.extend(self.gone.iter().map(|file| KvWrite::Delete(keys::segment_row(*file))));
        for (group, row) in &self.groups {
            writes.push(put_or_delete(keys::group_row(*group), (row.fragments > 0).then_some(row)));
        }
        if let Some(bounds) = &self.bounds {
            writes.push(KvWrite::Put(Bytes::from_static(keys::BOUNDS), bounds.encode()));
        }
        if let Some(scrub) = &self.scrub {
            writes.push(KvWrite::Put(Bytes::from_static(keys::SCRUB), scrub.encode()));
        }
        if self.sequence_gone != self.tables.sequence_gone {
            writes.push(meta_write(self.disk, self.sequence_gone));
        }
        let Self { segments, groups, bounds, scrub, gone, sequence_gone, stale, .. } = self;
        Outcome { writes, stale, tables: TablesChange { segments, groups, bounds, scrub, gone, sequence_gone } }
    }

    fn fragment(&mut self, place: Place, lead: &Lead) {
        let key = FragmentKey { blob: lead.blob, index: lead.index };
        let mut state = self.take(key);
        let file = place.position.file;
        if let Some(dead) = state.dead.as_mut().filter(|dead| dead.sequence > lead.sequence) {
            add_file(&mut dead.older, file);
            return self.put(key, state);
        }
        let mut row = FragmentRow::of(lead, place);
        match state.live.take() {
            None => self.appear(lead.group, lead.blob),
            Some(mut live) if counts_over(live.sequence, live.place, row.sequence, row.place) => {
                add_file(&mut live.older, file);
                state.live = Some(live);
                return self.put(key, state);
            }
            Some(live) => {
                self.remove_live(live.place, u64::from(live.place.payload_len));
                self.disappear(live.group, lead.blob);
                self.appear(lead.group, lead.blob);
                row.older.clone_from(&live.older);
                add_file(&mut row.older, live.file());
                self.stale.push(key);
            }
        }
        self.add_live(place, u64::from(place.payload_len));
        state.live = Some(row);
        self.put(key, state);
    }

    fn tombstone(&mut self, place: Place, tombstone: &Tombstone) {
        let key = FragmentKey { blob: tombstone.blob, index: tombstone.index };
        let mut state = self.take(key);
        let mut row = TombstoneRow { sequence: tombstone.sequence, place: place.into(), ..TombstoneRow::default() };
        if let Some(dead) = state.dead.take() {
            if counts_over(dead.sequence, dead.place, row.sequence, row.place) {
                state.dead = Some(dead);
                return self.put(key, state);
            }
            self.remove_live(dead.place, 0);
            row.older = dead.older;
        }
        // Also of a fragment that was written anew since: which of its older records this one kills is not known.
        for file in state.live.iter().flat_map(|live| &live.older) {
            add_file(&mut row.older, FileId(*file));
        }
        if let Some(live) = state.live.take_if(|live| live.sequence < tombstone.sequence) {
            add_file(&mut row.older, live.file());
            self.remove_live(live.place, u64::from(live.place.payload_len));
            self.disappear(live.group, key.blob);
            self.stale.push(key);
        }
        self.add_live(place, 0);
        state.dead = Some(row);
        self.put(key, state);
    }

    fn bounds(&mut self, place: Place, bounds: Bounds) {
        let known = self.bounds.as_ref().unwrap_or(&self.tables.bounds);
        let (sequence, known_place) = (known.bounds.sequence, known.place);
        if counts_over(sequence, known_place, bounds.sequence, place.into()) {
            return;
        }
        if sequence > 0 {
            self.remove_live(known_place, 0);
        }
        self.add_live(place, 0);
        self.bounds = Some(BoundsRow { place: place.into(), bounds, ..BoundsRow::default() });
    }

    /// Only of the record that counts: a fragment that was written anew or moved since is another record.
    fn bad_fragment(&mut self, key: FragmentKey, position: Position) {
        let mut state = self.take(key);
        if let Some(live) = state.live.as_mut().filter(|live| live.place.place().position == position) {
            live.is_damaged = true;
            self.segment(position.file).is_damaged = true;
        }
        self.put(key, state);
    }

    fn drop_tombstone(&mut self, key: FragmentKey, position: Position) {
        let mut state = self.take(key);
        if let Some(mut dead) = state.dead.take_if(|dead| dead.place.place().position == position) {
            dead.older.retain(|file| FileId(*file) != position.file && self.is_there(FileId(*file)));
            if dead.older.is_empty() {
                self.remove_live(dead.place, 0);
            } else {
                state.dead = Some(dead);
            }
        }
        self.put(key, state);
    }

    fn remove_segment(&mut self, file: FileId) {
        let sequence_max = self.segment(file).sequence_max;
        self.sequence_gone = self.sequence_gone.max(sequence_max);
        self.gone.push(file);
    }

    fn forget(&mut self, file: FileId, keys: Vec<FragmentKey>) {
        let others = |files: &mut Vec<u64>, batch: &Self| {
            files.retain(|other| FileId(*other) != file && batch.is_there(FileId(*other)));
        };
        for key in keys {
            let mut state = self.take(key);
            if let Some(live) = &mut state.live {
                others(&mut live.older, self);
            }
            if let Some(mut dead) = state.dead.take() {
                others(&mut dead.older, self);
                if dead.older.is_empty() || dead.file() == file {
                    self.remove_live(dead.place, 0);
                } else {
                    state.dead = Some(dead);
                }
            }
            self.put(key, state);
        }
    }

    /// Notes that a record is indexed; `false` if it was before.
    fn count_record(&mut self, place: Place, sequence: u64) -> bool {
        let segment = self.segment(place.position.file);
        if place.position.offset < segment.indexed_end {
            return false;
        }
        segment.indexed_flush = place.flush_offset;
        segment.indexed_end = place.end();
        segment.record_bytes += place.len();
        segment.sequence_max = segment.sequence_max.max(sequence);
        true
    }

    fn add_live(&mut self, place: Place, payload: u64) {
        let segment = self.segment(place.position.file);
        segment.live_bytes += place.len();
        segment.payload_bytes += payload;
    }

    fn remove_live(&mut self, place: StoredPlace, payload: u64) {
        let place = place.place();
        // The row of a segment that was given back went with its numbers.
        if !self.is_there(place.position.file) {
            return;
        }
        let segment = self.segment(place.position.file);
        segment.live_bytes = segment.live_bytes.saturating_sub(place.len());
        segment.payload_bytes = segment.payload_bytes.saturating_sub(payload);
    }

    fn is_there(&self, file: FileId) -> bool {
        let is_known = self.tables.segments.contains_key(&file) || self.segments.contains_key(&file);
        is_known && !self.gone.contains(&file)
    }

    fn segment(&mut self, file: FileId) -> &mut SegmentRow {
        let tables = self.tables;
        self.segments.entry(file).or_insert_with(|| tables.segments.get(&file).cloned().unwrap_or_default())
    }

    fn appear(&mut self, group: GroupId, blob: BlobId) {
        let row = self.group(group);
        row.fragments += 1;
        row.set = Digest128(row.set.0.wrapping_add(set_member(blob)));
    }

    fn disappear(&mut self, group: GroupId, blob: BlobId) {
        let row = self.group(group);
        row.fragments = row.fragments.saturating_sub(1);
        row.set = Digest128(row.set.0.wrapping_sub(set_member(blob)));
    }

    fn group(&mut self, group: GroupId) -> &mut GroupRow {
        let tables = self.tables;
        self.groups.entry(group).or_insert_with(|| tables.groups.get(&group).copied().unwrap_or_default())
    }

    fn take(&mut self, key: FragmentKey) -> FragmentState {
        self.states.remove(&key).unwrap_or_default()
    }

    fn put(&mut self, key: FragmentKey, state: FragmentState) {
        self.touched.insert(key);
        self.states.insert(key, state);
    }
}

/// Whether a record known before counts over a new one.
fn counts_over(known: u64, known_place: StoredPlace, new: u64, new_place: StoredPlace) -> bool {
    let place = |place: StoredPlace| place.place().position;
    (known, place(known_place)) >= (new, place(new_place))
}

/// The row that says what the index is.
pub(crate) fn meta_write(disk: DiskId, sequence_max: u64) -> KvWrite {
    let row = MetaRow { version: INDEX_VERSION, disk, sequence_max, ..MetaRow::default() };
    KvWrite::Put(Bytes::from_static(keys::META), row.encode())
}

fn put_or_delete<R: Record>(key: Bytes, row: Option<&R>) -> KvWrite {
    match row {
        Some(row) => KvWrite::Put(key, row.encode()),
        None => KvWrite::Delete(key),
    }
}

#[cfg(test)]
mod tests;
