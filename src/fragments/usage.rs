//! What a disk holds, from the small tables: always at hand, always exact.

use cairn_journal::FileId;
use cairn_types::{Digest128, GroupId};

use crate::rows::SegmentRow;
use crate::store::FragmentStore;

/// Bytes of a disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Segments.
    pub segments: u64,
    /// Fragments not deleted.
    pub fragments: u64,
    /// Payload bytes of those.
    pub payload_bytes: u64,
    /// Bytes of records that count: fragments, needed tombstones, bounds.
    pub live_bytes: u64,
    /// Bytes of records that do not: compaction gives them back.
    pub dead_bytes: u64,
}

/// Bytes of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SegmentUsage {
    /// The segment.
    pub segment: FileId,
    /// Whether nothing is appended to it any more.
    pub is_sealed: bool,
    /// Bytes of its records.
    pub record_bytes: u64,
    /// Bytes of those that count.
    pub live_bytes: u64,
    /// Whether damage was found in it.
    pub is_damaged: bool,
}

/// What a disk has of a placement group: equal on two disks of a sealed group exactly if they hold the same blobs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct GroupContent {
    /// Fragments.
    pub fragments: u64,
    /// Sum of the hashes of their blob ids.
    pub set: Digest128,
}

impl FragmentStore {
    /// Bytes of the disk.
    pub fn usage(&self) -> Usage {
        self.index.tables(|tables| {
            let sum = |field: fn(&SegmentRow) -> u64| tables.segments.values().map(field).sum::<u64>();
            let live_bytes = sum(|segment| segment.live_bytes);
            Usage {
                segments: tables.segments.len() as u64,
                fragments: tables.groups.values().map(|group| group.fragments).sum(),
                payload_bytes: sum(|segment| segment.payload_bytes),
                live_bytes,
                dead_bytes: sum(|segment| segment.record_bytes).saturating_sub(live_bytes),
            }
        })
    }

    /// Every segment.
    pub fn segments(&self) -> Vec<SegmentUsage> {
        let files = self.journal.files();
        let of = |file: FileId| {
            let row = self.index.tables(|tables| tables.segments.get(&file).cloned()).unwrap_or_default();
            SegmentUsage {
                segment: file,
                is_sealed: self.journal.is_sealed(file),
                record_bytes: row.record_bytes,
                live_bytes: row.live_bytes,
                is_damaged: row.is_damaged,
            }
        };
        files.into_iter().map(of).collect()
    }

    /// What the disk has of `group`.
    pub fn group(&self, group: GroupId) -> GroupContent {
        let row = self.index.tables(|tables| tables.groups.get(&group).copied()).unwrap_or_default();
        GroupContent { fragments: row.fragments, set: row.set }
    }

    /// Every group of which the disk has a fragment.
    pub fn groups(&self) -> Vec<(GroupId, GroupContent)> {
        let content = |fragments, set| GroupContent { fragments, set };
        self.index.tables(|tables| {
            tables.groups.iter().map(|(group, row)| (*group, content(row.fragments, row.set))).collect()
        })
    }

    /// Bytes that segments may still take: free on the device and in spares.
    pub async fn free_bytes(&self) -> std::io::Result<u64> {
        self.journal.free_bytes().await
    }
}
