//! Buckets in the root shard.

use bytes::Bytes;
use cairn_types::record::record;
use cairn_types::{BucketId, CanonicalId, LogIndex};

use crate::rows::BucketRow;

record! {
    /// Asks for a bucket.
    #[derive(Eq)]
    pub struct FindBucket {
        /// Namespace of the name.
        1 => pub namespace: String,
        /// Its name, as asked: one that is no bucket name is not found.
        2 => pub name: String,
        /// Or its id, where it is not 0.
        3 => pub bucket: BucketId,
    }
}

record! {
    /// A bucket.
    #[derive(Eq)]
    pub struct BucketFound {
        /// Its id.
        1 => pub bucket: BucketId,
        /// Its row.
        2 => pub row: BucketRow,
        /// Its sub-resources.
        3 => pub documents: Vec<(String, Bytes)>,
    }
}

record! {
    /// Asks for buckets by name.
    #[derive(Eq)]
    pub struct ListBuckets {
        /// Namespace of the names.
        1 => pub namespace: String,
        /// Only buckets of this owner; absent means of any.
        2 => pub owner: Option<CanonicalId>,
        /// Only names that begin so.
        3 => pub prefix: String,
        /// Names after this one.
        4 => pub after: String,
        /// So many at most.
        5 => pub max: u32,
    }
}

record! {
    /// A bucket in a listing.
    #[derive(Eq)]
    pub struct ListedBucket {
        /// Its id.
        1 => pub bucket: BucketId,
        /// Its row.
        2 => pub row: BucketRow,
    }
}

record! {
    /// A page of buckets.
    #[derive(Eq)]
    pub struct BucketPage {
        /// By name.
        1 => pub entries: Vec<ListedBucket>,
        /// The name to go on after; absent at the end.
        2 => pub next: Option<String>,
    }
}

record! {
    /// Deleted buckets whose seals stand, and the index of their deletion.
    #[derive(Eq)]
    pub struct DeletedBuckets {
        /// By id.
        1 => pub entries: Vec<(BucketId, LogIndex)>,
    }
}
