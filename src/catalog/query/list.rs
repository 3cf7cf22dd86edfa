//! Listings.
//!
//! # Invariants
//! C2: entries and prefixes come in the order of their bytes; what lies between where the asker began and `covered_to`
//! is all there was. The asker goes on from `covered_to`, each time in the shard that holds
//! [`first_key`](PagedList::first_key), until a page has `ended` without a `shard_end`.

use bytes::Bytes;
use cairn_types::record::{record, record_choice};
use cairn_types::{BucketId, CanonicalId, ObjectKey, UnixMillis, UploadId, VersionOrder};

use crate::command::BucketScope;
use crate::rows::{BodyFacts, ChecksumForm, HeadSummary, Nothing, StorageClass, VersionKind};

record! {
    /// A place among versions.
    #[derive(Eq)]
    pub struct VersionPosition {
        /// The key.
        1 => pub key: Bytes,
        /// The version; absent names the null version, wherever it is.
        2 => pub order: Option<VersionOrder>,
    }
}

record! {
    /// A place among uploads.
    #[derive(Eq)]
    pub struct UploadPosition {
        /// The key.
        1 => pub key: Bytes,
        /// The upload.
        2 => pub upload: UploadId,
    }
}

record_choice! {
    /// Where a listing begins or stopped. Keys here are any bytes: clients choose them.
    pub enum ListPosition {
        /// Before everything.
        1 => Start(Nothing),
        /// After this key and all that lies under it.
        2 => AfterKey(Bytes),
        /// After every key that begins so.
        3 => AfterPrefix(Bytes),
        /// After one version of a key.
        4 => AfterVersion(VersionPosition),
        /// After one upload of a key.
        5 => AfterUpload(UploadPosition),
        /// Before this key: where a shard begins.
        6 => FromKey(Bytes),
    }
}

record! {
    /// What every listing asks.
    pub struct PagedList {
        /// The bucket.
        1 => pub scope: BucketScope,
        /// Only keys that begin so.
        2 => pub prefix: Bytes,
        /// Keys that have it after the prefix are rolled into one common prefix; empty means none.
        3 => pub delimiter: Bytes,
        /// Where to begin.
        4 => pub after: ListPosition,
        /// Entries and common prefixes at most; at most [`ENTRIES_PER_QUERY_MAX`](crate::limits::ENTRIES_PER_QUERY_MAX).
        5 => pub max: u32,
    }
}

record! {
    /// Asks for keys whose latest version is not a delete marker.
    pub struct ListObjects {
        /// Which.
        1 => pub list: PagedList,
    }
}

record! {
    /// Asks for versions and delete markers: keys ascending, newest first.
    pub struct ListVersions {
        /// Which.
        1 => pub list: PagedList,
    }
}

record! {
    /// Asks for open uploads: keys ascending, then by start.
    pub struct ListUploads {
        /// Which.
        1 => pub list: PagedList,
    }
}

record! {
    /// A key in a listing.
    pub struct ListedObject {
        /// The key.
        1 => pub key: ObjectKey,
        /// The order of its latest version; the time of it is the last-modified time.
        2 => pub order: VersionOrder,
        /// What listings show.
        3 => pub summary: HeadSummary,
    }
}

record! {
    /// A page of keys.
    pub struct ObjectPage {
        /// Keys.
        1 => pub entries: Vec<ListedObject>,
        /// Common prefixes.
        2 => pub prefixes: Vec<Bytes>,
        /// Where to go on, in this shard or, if it ended at the shard's end, in the next one.
        3 => pub covered_to: ListPosition,
        /// The end of what is asked for, or of the shard, is reached.
        4 => pub ended: bool,
        /// Where the shard's range ends in this bucket; absent if the bucket ends within it.
        5 => pub shard_end: Option<Bytes>,
    }
}

record! {
    /// A version in a listing.
    pub struct ListedVersion {
        /// The key.
        1 => pub key: ObjectKey,
        /// Its order; the time of it is the last-modified time.
        2 => pub order: VersionOrder,
        /// Whether clients call it `null`.
        3 => pub null: bool,
        /// Whether it is the key's latest.
        4 => pub latest: bool,
        /// What it is.
        5 => pub kind: VersionKind,
        /// Size, ETag, checksums.
        6 => pub facts: BodyFacts,
        /// Storage class.
        7 => pub class: StorageClass,
        /// Owner.
        8 => pub owner: CanonicalId,
    }
}

record! {
    /// A page of versions.
    pub struct VersionPage {
        /// Versions.
        1 => pub entries: Vec<ListedVersion>,
        /// Common prefixes.
        2 => pub prefixes: Vec<Bytes>,
        /// Where to go on, in this shard or, if it ended at the shard's end, in the next one.
        3 => pub covered_to: ListPosition,
        /// The end of what is asked for, or of the shard, is reached.
        4 => pub ended: bool,
        /// Where the shard's range ends in this bucket; absent if the bucket ends within it.
        5 => pub shard_end: Option<Bytes>,
    }
}

record! {
    /// An upload in a listing.
    pub struct ListedUpload {
        /// The key.
        1 => pub key: ObjectKey,
        /// The upload.
        2 => pub upload: UploadId,
        /// When it began.
        3 => pub initiated: UnixMillis,
        /// Who began it.
        4 => pub initiator: CanonicalId,
        /// Owner of the object to be.
        5 => pub owner: CanonicalId,
        /// Storage class.
        6 => pub class: StorageClass,
        /// Checksum that the client chose.
        7 => pub checksum: Option<ChecksumForm>,
    }
}

record! {
    /// A page of uploads.
    pub struct UploadPage {
        /// Uploads.
        1 => pub entries: Vec<ListedUpload>,
        /// Common prefixes.
        2 => pub prefixes: Vec<Bytes>,
        /// Where to go on, in this shard or, if it ended at the shard's end, in the next one.
        3 => pub covered_to: ListPosition,
        /// The end of what is asked for, or of the shard, is reached.
        4 => pub ended: bool,
        /// Where the shard's range ends in this bucket; absent if the bucket ends within it.
        5 => pub shard_end: Option<Bytes>,
    }
}

impl PagedList {
    /// The bucket.
    pub fn bucket(&self) -> BucketId {
        self.scope.bucket
    }

    /// The lowest key that the listing can return: the shard that holds it is the one to ask.
    pub fn first_key(&self) -> Bytes {
        let after = match &self.after {
            ListPosition::Start(_) => Bytes::new(),
            ListPosition::FromKey(key) => until_nul(key),
            ListPosition::AfterKey(key) => after_key(key),
            ListPosition::AfterPrefix(prefix) => {
                // A prefix of 0xff bytes alone has nothing after it, and no key begins so: keys are UTF-8.
                crate::keys::successor(prefix).map_or_else(|| Bytes::from_static(&[0xff]), Bytes::from)
            }
            ListPosition::AfterVersion(position) => until_nul(&position.key),
            ListPosition::AfterUpload(position) => until_nul(&position.key),
        };
        after.max(self.prefix.clone())
    }
}

/// The lowest key after `key`. Keys hold no NUL, so the lowest byte that can follow is 1.
fn after_key(key: &Bytes) -> Bytes {
    let mut after = until_nul(key).to_vec();
    after.push(1);
    after.into()
}

/// `key` up to its first NUL: no key lies between the two, and suffixes of rows follow a NUL.
fn until_nul(key: &Bytes) -> Bytes {
    key.slice(..key.iter().position(|byte| *byte == 0).unwrap_or(key.len()))
}
