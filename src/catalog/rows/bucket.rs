//! Buckets: rows of the root shard.

use bytes::Bytes;
use cairn_types::record::{record, record_enum};
use cairn_types::{BucketId, BucketName, CanonicalId, ConfigVersion, LogIndex, UnixMillis};

use super::storage_class::StorageClass;

record_enum! {
    /// State of a bucket.
    pub enum BucketState {
        /// In use.
        1 => Active,
        /// Being deleted: its shards are asked to seal it.
        2 => Deleting,
    }
}

record_enum! {
    /// What a write does with the versions that are there.
    pub enum VersioningMode {
        /// Versioning was never on: every write is the null version.
        1 => Off,
        /// Every write is a version of its own.
        2 => Enabled,
        /// Every write is the null version, beside versions from before.
        3 => Suspended,
    }
}

record_enum! {
    /// Who owns objects that others write.
    pub enum Ownership {
        /// The writer.
        1 => ObjectWriter,
        /// The bucket's owner, if the writer says so.
        2 => BucketOwnerPreferred,
        /// The bucket's owner; ACLs are off.
        3 => BucketOwnerEnforced,
    }
}

record! {
    /// What governs the writes of a bucket.
    #[derive(Eq)]
    pub struct BucketSettings {
        /// Versioning.
        1 => pub versioning: VersioningMode,
        /// Object lock is on.
        2 => pub object_lock: bool,
        /// Ownership of objects.
        3 => pub ownership: Ownership,
        /// ACL, a document of the policy layer; absent means private to the owner.
        4 => pub acl: Option<Bytes>,
        /// Class of objects that name none.
        5 => pub default_class: StorageClass,
        /// Bytes it may hold; absent means no bound.
        6 => pub quota_bytes: Option<u64>,
    }
}

record! {
    /// Row of a bucket.
    #[derive(Eq)]
    pub struct BucketRow {
        /// Its name.
        1 => pub name: BucketName,
        /// Namespace of the name; empty is the one that all accounts share.
        2 => pub namespace: String,
        /// Its owner.
        3 => pub owner: CanonicalId,
        /// Region it was made for.
        4 => pub region: String,
        /// When.
        5 => pub created: UnixMillis,
        /// Its state.
        6 => pub state: BucketState,
        /// Grows with every change of settings, documents or state.
        7 => pub config_version: ConfigVersion,
        /// What governs its writes.
        8 => pub settings: BucketSettings,
    }
}

record! {
    /// Entry of a bucket's name, and of a bucket among those of its owner.
    #[derive(Copy, Eq)]
    pub struct BucketNameRow without unknown {
        /// The bucket.
        1 => pub bucket: BucketId,
    }
}

record! {
    /// Row of one sub-resource of a bucket.
    #[derive(Eq)]
    pub struct BucketDocumentRow {
        /// The document as the S3 layer keeps it.
        1 => pub document: Bytes,
        /// Configuration version that it came with.
        2 => pub version: ConfigVersion,
    }
}

record! {
    /// Row of a deleted bucket whose seals still stand in shards.
    #[derive(Copy, Eq)]
    pub struct DeletedBucketRow without unknown {
        /// Root log index of the deletion: sessions opened later never knew the bucket.
        1 => pub deleted: LogIndex,
    }
}
