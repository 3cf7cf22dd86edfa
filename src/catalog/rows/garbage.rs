//! What waits to be collected.

use bytes::Bytes;
use cairn_types::record::{record, record_choice};
use cairn_types::{BucketId, Label, LogIndex, ObjectKey, UploadId};

use super::number_set::NumberSet;

record! {
    /// Number of a garbage row in its shard: the log index of the command that made it, and its place among that
    /// command's rows. A reader that began at or before the index may still need the bytes.
    #[derive(Copy, Eq, PartialOrd, Ord, Hash)]
    pub struct GarbageId without unknown {
        /// The command.
        1 => pub index: LogIndex,
        /// Which of its rows.
        2 => pub ordinal: u32,
    }
}

record! {
    /// Parts of an upload that no version names (any more).
    #[derive(Eq)]
    pub struct UploadGarbage {
        /// Bucket of the upload.
        1 => pub bucket: BucketId,
        /// Key of the upload.
        2 => pub key: ObjectKey,
        /// The upload.
        3 => pub upload: UploadId,
        /// Parts that a version names: they stay.
        4 => pub named: NumberSet,
        /// Parts up to this number are done.
        5 => pub done: u16,
    }
}

record! {
    /// Open uploads of a sealed bucket.
    #[derive(Eq)]
    pub struct BucketGarbage {
        /// The bucket.
        1 => pub bucket: BucketId,
        /// Only uploads that began before this index; later ones came after an unseal.
        2 => pub before: LogIndex,
        /// Rows of uploads up to this catalog key are done.
        3 => pub done: Bytes,
    }
}

record_choice! {
    /// Row of garbage.
    pub enum GarbageRow {
        /// A run to be collected.
        1 => Run(Label),
        /// Parts to be made into garbage, step by step.
        2 => Upload(UploadGarbage),
        /// Uploads to be made into garbage, step by step.
        3 => Bucket(BucketGarbage),
    }
}
