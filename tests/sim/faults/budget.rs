//! How much may be broken at once, so that everything acknowledged must survive and everything must go on.

use std::collections::BTreeSet;

/// What is broken now, by kind.
#[derive(Default)]
pub(super) struct Budget {
    metadata: BTreeSet<usize>,
    storage: BTreeSet<usize>,
}

/// A minority of three voters.
const METADATA_MAX: usize = 1;

/// The parity of 4+2: any more and acknowledged objects may be unreadable.
const STORAGE_MAX: usize = 2;

impl Budget {
    /// Whether one more metadata node may be away; if so it counts as such.
    pub(super) fn take_metadata(&mut self, place: usize) -> bool {
        self.metadata.len() < METADATA_MAX && self.metadata.insert(place)
    }

    pub(super) fn give_metadata(&mut self, place: usize) {
        self.metadata.remove(&place);
    }

    /// Whether one more storage node may be away; if so it counts as such.
    pub(super) fn take_storage(&mut self, place: usize) -> bool {
        self.storage.len() < STORAGE_MAX && self.storage.insert(place)
    }

    pub(super) fn give_storage(&mut self, place: usize) {
        self.storage.remove(&place);
    }
}
