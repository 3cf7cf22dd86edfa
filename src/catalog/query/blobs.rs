//! Runs, garbage and redundancy.

use bytes::Bytes;
use cairn_types::record::{record, record_enum};
use cairn_types::{BlobId, Label, LogIndex};

use crate::rows::{BlobPlace, DegradedBlob, GarbageId, GarbageRow, RunRow};

record! {
    /// Asks for a run and one page of its blobs.
    pub struct RunBlobs {
        /// Where the run lies.
        1 => pub label: Label,
        /// 0 for the blobs in the run's row, then the pages.
        2 => pub page: u32,
    }
}

record! {
    /// A page of a run.
    pub struct RunPage {
        /// The run; its blobs only if page 0 was asked for.
        1 => pub run: RunRow,
        /// The blobs of the page.
        2 => pub blobs: Vec<BlobPlace>,
        /// Whether there are further pages.
        3 => pub more: bool,
    }
}

record! {
    /// A fragment's blob, as the fragment itself says.
    #[derive(Eq)]
    pub struct BlobCheck {
        /// The label that the fragment carries.
        1 => pub label: Label,
        /// Its blob.
        2 => pub blob: BlobId,
    }
}

record! {
    /// Asks whether fragments may be collected. The answer has to be linearizable.
    #[derive(Eq)]
    pub struct CheckBlobs {
        /// At most [`BLOBS_PER_CHECK_MAX`](crate::limits::BLOBS_PER_CHECK_MAX).
        1 => pub blobs: Vec<BlobCheck>,
    }
}

record_enum! {
    /// What may be done with a fragment.
    pub enum BlobState {
        /// It may yet be introduced: leave it.
        1 => Undecided,
        /// A version or part holds its run: keep it.
        2 => Referenced,
        /// A garbage row holds its run: the worker of that row collects it.
        3 => Garbage,
        /// No run names it and none ever will: collect it.
        4 => Collectable,
        /// Its label lies in another shard: ask there.
        5 => WrongShard,
    }
}

record! {
    /// One state per blob, in the order asked.
    #[derive(Eq)]
    pub struct CheckedBlobs {
        /// The states.
        1 => pub states: Vec<BlobState>,
    }
}

record! {
    /// Asks for garbage.
    #[derive(Eq)]
    pub struct ListGarbage {
        /// Rows above this one.
        1 => pub after: GarbageId,
        /// Only rows made before this index: readers that began earlier may still need later ones. 0 means all.
        2 => pub before: LogIndex,
        /// So many at most.
        3 => pub max: u32,
    }
}

record! {
    /// A garbage row.
    pub struct GarbageEntry {
        /// Its id.
        1 => pub id: GarbageId,
        /// The row.
        2 => pub row: GarbageRow,
        /// For a run: the blobs of its row.
        3 => pub blobs: Vec<BlobPlace>,
        /// For a run: how many further pages of blobs it has.
        4 => pub pages: u32,
    }
}

record! {
    /// A page of garbage.
    pub struct GarbagePage {
        /// Rows, ascending.
        1 => pub entries: Vec<GarbageEntry>,
        /// Whether there are more.
        2 => pub more: bool,
    }
}

record! {
    /// Asks how many blobs are below full redundancy.
    #[derive(Eq)]
    pub struct DegradedCount {
    }
}

record! {
    /// Asks which blobs are below full redundancy.
    #[derive(Eq)]
    pub struct ListDegraded {
        /// Where the last page ended; empty begins.
        1 => pub after: Bytes,
        /// So many runs at most.
        2 => pub max: u32,
    }
}

record! {
    /// A run with degraded blobs.
    pub struct DegradedEntry {
        /// Where the run lies.
        1 => pub label: Label,
        /// Its degraded blobs.
        2 => pub blobs: Vec<DegradedBlob>,
    }
}

record! {
    /// A page of degraded runs.
    pub struct DegradedPage {
        /// Runs.
        1 => pub entries: Vec<DegradedEntry>,
        /// Where to go on; empty at the end.
        2 => pub next: Bytes,
    }
}
