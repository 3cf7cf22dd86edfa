//! Any order of segments gives the same rows.

use std::collections::BTreeMap;

use cairn_journal::{FileId, Place, Position};
use cairn_types::{BlobId, BlobSequence, DiskId, Epoch, Geometry, GroupId, SessionId};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};

use super::{Batch, Change, FragmentState};
use crate::keys::FragmentKey;
use crate::lead::{Lead, Tombstone};
use crate::tables::Tables;

const RECORD_BYTES: u64 = 4_096;

#[derive(Clone, Copy, Debug)]
enum Op {
    Put(u64),
    Delete(u64),
    /// As compaction does: a copy with the original's number, in the newest segment.
    Move(u64),
    NextSegment,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = (0u8..8, 0u64..3).prop_map(|(kind, blob)| match kind {
        0..=2 => Op::Put(blob),
        3..=4 => Op::Delete(blob),
        5 => Op::Move(blob),
        _ => Op::NextSegment,
    });
    proptest::collection::vec(op, 0..24)
}

fn key(blob: u64) -> FragmentKey {
    FragmentKey { blob: BlobId::new(SessionId(1), BlobSequence(blob)), index: 0 }
}

fn place(file: u64, number: u64) -> Place {
    Place {
        position: Position { file: FileId(file), offset: number * RECORD_BYTES },
        flush_offset: number * RECORD_BYTES,
        head_len: 10,
        payload_offset: number * RECORD_BYTES + 58,
        payload_len: 100,
    }
}

/// Records as a disk would have written them, and what counts at the end.
#[derive(Default)]
struct History {
    segments: BTreeMap<u64, Vec<Change>>,
    newest: u64,
    sequence: u64,
    /// Per blob: number of the record that counts.
    live: BTreeMap<u64, u64>,
}

impl History {
    fn of(ops: &[Op]) -> Self {
        let mut history = Self { newest: 1, ..Self::default() };
        ops.iter().for_each(|op| history.apply(*op));
        history
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Put(blob) if !self.live.contains_key(&blob) => {
                self.sequence += 1;
                self.live.insert(blob, self.sequence);
                self.fragment(blob, self.sequence);
            }
            Op::Delete(blob) if self.live.remove(&blob).is_some() => {
                self.sequence += 1;
                let tombstone = Tombstone { sequence: self.sequence, blob: key(blob).blob, ..Tombstone::default() };
                let place = self.next_place();
                self.push(Change::Tombstone(place, tombstone));
            }
            Op::Move(blob) => {
                // Also of one deleted meanwhile: the copy was on its way.
                if let Some(sequence) = self.sequence_of(blob) {
                    self.fragment(blob, sequence);
                }
            }
            Op::NextSegment => self.newest += 1,
            Op::Put(_) | Op::Delete(_) => {}
        }
    }

    fn sequence_of(&self, blob: u64) -> Option<u64> {
        let records = self.segments.values().flatten().filter_map(|change| match change {
            Change::Fragment(_, lead) if lead.blob == key(blob).blob => Some(lead.sequence),
            _ => None,
        });
        records.max()
    }

    fn fragment(&mut self, blob: u64, sequence: u64) {
        let geometry = Geometry::new(1, 0).expect("valid");
        let lead = Lead {
            sequence,
            blob: key(blob).blob,
            geometry,
            group: GroupId(1),
            epoch: Epoch(1),
            blob_bytes: 100,
            ..Lead::default()
        };
        let place = self.next_place();
        self.push(Change::Fragment(place, lead));
    }

    fn next_place(&self) -> Place {
        let count = self.segments.get(&self.newest).map_or(0, Vec::len) as u64;
        place(self.newest, count + 1)
    }

    fn push(&mut self, change: Change) {
        self.segments.entry(self.newest).or_default().push(change);
    }
}

/// The index in memory.
#[derive(Default)]
struct Rows {
    tables: Tables,
    states: BTreeMap<FragmentKey, FragmentState>,
}

impl Rows {
    fn apply(&mut self, changes: &[Change]) {
        let mut batch = Batch::new(DiskId(1), &self.tables, self.states.clone());
        changes.iter().for_each(|change| batch.apply(change.clone()));
        self.states = batch.states.clone();
        let outcome = batch.finish();
        outcome.tables.apply(&mut self.tables);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn segments_in_any_order_and_twice_give_what_counts(
        (ops, order) in (ops(), Just((1..=24u64).collect::<Vec<_>>()).prop_shuffle()), twice in any::<bool>(),
    ) {
        let history = History::of(&ops);
        let mut rows = Rows::default();
        for file in order.iter().chain(order.iter().take(if twice { 24 } else { 0 })) {
            if let Some(changes) = history.segments.get(file) {
                rows.apply(changes);
            }
        }
        let mut live = BTreeMap::new();
        for (key, state) in &rows.states {
            if let Some(row) = &state.live {
                live.insert(key.blob.sequence.0, row.sequence);
            }
            // A tombstone's row knows every segment with a record that it kills.
            for (file, changes) in &history.segments {
                let killed = changes.iter().any(|change| matches!(change, Change::Fragment(_, lead)
                    if lead.blob == key.blob
                        && state.dead.as_ref().is_some_and(|dead| lead.sequence < dead.sequence)));
                prop_assert!(!killed || state.dead.as_ref().is_some_and(|dead| dead.older.contains(file)));
            }
        }
        prop_assert_eq!(&live, &history.live);
        let group = rows.tables.groups.get(&GroupId(1)).copied().unwrap_or_default();
        prop_assert_eq!(group.fragments, live.len() as u64);
        let payload: u64 = rows.tables.segments.values().map(|segment| segment.payload_bytes).sum();
        prop_assert_eq!(payload, 100 * live.len() as u64);
    }
}

#[test]
fn a_tombstone_goes_only_when_no_other_segment_needs_it() {
    let history = History::of(&[Op::Put(1), Op::NextSegment, Op::Delete(1), Op::NextSegment, Op::Put(2)]);
    let mut rows = Rows::default();
    history.segments.values().for_each(|changes| rows.apply(changes));
    let tombstone = rows.states[&key(1)].dead.clone().expect("deleted").place.place();
    rows.apply(&[Change::DropTombstone(key(1), tombstone.position)]);
    assert!(rows.states[&key(1)].dead.is_some(), "segment 1 holds the fragment");
    let live_bytes = rows.tables.segments[&FileId(2)].live_bytes;
    assert_eq!(live_bytes, tombstone.len());
    rows.apply(&[Change::Freeing(FileId(1)), Change::Gone(FileId(1), vec![key(1)])]);
    assert!(rows.states[&key(1)].dead.is_none(), "nothing is left to kill");
    assert_eq!(rows.tables.segments[&FileId(2)].live_bytes, 0);
    assert!(!rows.tables.segments.contains_key(&FileId(1)));
    assert_eq!(rows.tables.sequence_max(), 3);
}
