//! Blobs known to be below full redundancy.

use std::collections::BTreeMap;

use cairn_types::record::record;
use cairn_types::{BlobId, Epoch, Geometry, GroupId};

use super::fragment_set::FragmentSet;

record! {
    /// A blob that misses fragments.
    #[derive(Eq)]
    pub struct DegradedBlob {
        /// The blob.
        1 => pub blob: BlobId,
        /// Its place in its run, from 0.
        2 => pub ordinal: u32,
        /// Its placement group.
        3 => pub group: GroupId,
        /// Epoch of the group when it was written.
        4 => pub group_epoch: Epoch,
        /// Its geometry.
        5 => pub geometry: Geometry,
        /// Fragments known not to exist.
        6 => pub missing: FragmentSet,
    }
}

record! {
    /// The blobs of one run that miss fragments. Gone when none does, and when the run becomes garbage.
    pub struct DegradedRow {
        /// In the order of the run.
        1 => pub blobs: Vec<DegradedBlob>,
    }
}

record! {
    /// How many blobs of a shard are known to be below full redundancy.
    #[derive(Eq)]
    pub struct DegradedCountRow {
        /// Blobs by how many fragments they miss.
        1 => pub by_missing: BTreeMap<u8, u64>,
    }
}

impl DegradedCountRow {
    /// All of them.
    pub fn blobs(&self) -> u64 {
        self.by_missing.values().sum()
    }
}
