//! What waits to be collected.

use bytes::Bytes;
use cairn_types::record::{record, record_choice};
use cairn_types::{BucketId, Label, LogIndex, ObjectKey, UploadId};

use super::number_set::NumberSet;
use crate::limits::{PART_NUMBER_MAX, PART_ROW_NUMBER_MAX};

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
        /// Parts that a version names: they stay, and so does every part above 10,000, which came by an append to that
        /// version. Empty: no part stays.
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

impl UploadGarbage {
    /// The highest number that it is about.
    pub fn last_number(&self) -> u16 {
        if self.named.is_empty() { PART_ROW_NUMBER_MAX } else { PART_NUMBER_MAX }
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
