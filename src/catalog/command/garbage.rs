//! Collection and redundancy.

use cairn_types::record::record;
use cairn_types::{BlobId, Label};

use crate::rows::GarbageId;

record! {
    /// Declares runs collected: every disk that is up has a durable tombstone of each of their fragments. Removes the
    /// run rows, last, and the garbage rows. Rows that are gone are passed over.
    #[derive(Eq)]
    pub struct GarbageDone {
        /// Rows of runs, at most [`GARBAGE_DONE_MAX`](crate::limits::GARBAGE_DONE_MAX).
        1 => pub rows: Vec<GarbageId>,
    }
}

record! {
    /// Takes one bounded step in turning an upload's parts, or a bucket's uploads, into garbage of their own.
    #[derive(Copy, Eq)]
    pub struct UnrollGarbage without unknown {
        /// The row.
        1 => pub row: GarbageId,
    }
}

record! {
    /// A fragment of a blob: missing, or durable after all.
    #[derive(Eq)]
    pub struct FragmentNote {
        /// Where the run lies.
        1 => pub label: Label,
        /// The blob.
        2 => pub blob: BlobId,
        /// The fragment's index.
        3 => pub index: u8,
    }
}
