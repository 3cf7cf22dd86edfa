//! Buckets: in the root shard, and in the shards that hold their keys.

use bytes::Bytes;
use cairn_types::record::record;
use cairn_types::{BucketId, BucketName, CanonicalId, ConfigVersion, SessionId};

use crate::rows::{BucketSettings, BucketState};

record! {
    /// A bucket, and the configuration under which it was decided to look at it.
    #[derive(Copy, Eq)]
    pub struct BucketScope without unknown {
        /// The bucket.
        1 => pub bucket: BucketId,
        /// Configuration version of the bucket that the decision was made under.
        2 => pub config_version: ConfigVersion,
    }
}

record! {
    /// Root: makes a bucket under an id that the proposer drew.
    #[derive(Eq)]
    pub struct CreateBucket {
        /// Its id.
        1 => pub bucket: BucketId,
        /// Its name.
        2 => pub name: BucketName,
        /// Namespace of the name.
        3 => pub namespace: String,
        /// Its owner.
        4 => pub owner: CanonicalId,
        /// Region it is made for.
        5 => pub region: String,
        /// What governs its writes.
        6 => pub settings: BucketSettings,
        /// Sub-resources that it starts with.
        7 => pub documents: Vec<(String, Bytes)>,
    }
}

record! {
    /// Root: sets or removes one sub-resource of a bucket, with the settings that follow from it. Raises the bucket's
    /// configuration version.
    #[derive(Eq)]
    pub struct SetBucketDocument {
        /// The bucket.
        1 => pub bucket: BucketId,
        /// The configuration version that was read: refused when it is not the present one. 0 compares nothing.
        2 => pub expected: ConfigVersion,
        /// Name of the sub-resource; empty changes the settings alone.
        3 => pub sub_resource: String,
        /// The document; absent removes it.
        4 => pub document: Option<Bytes>,
        /// New settings; absent leaves them.
        5 => pub settings: Option<BucketSettings>,
    }
}

record! {
    /// Root: begins the deletion of a bucket, or reopens it when a shard was not empty. Raises the bucket's configuration
    /// version. To set the state that it has does nothing.
    #[derive(Copy, Eq)]
    pub struct SetBucketState without unknown {
        /// The bucket.
        1 => pub bucket: BucketId,
        /// The state.
        2 => pub state: BucketState,
    }
}

record! {
    /// Root: removes a bucket that every shard has sealed; its name is free. Refused unless it is being deleted.
    #[derive(Copy, Eq)]
    pub struct FinishDeleteBucket without unknown {
        /// The bucket.
        1 => pub bucket: BucketId,
    }
}

record! {
    /// In a data shard: removes the seal of a deleted bucket, once no session can know the bucket any more. In the root:
    /// removes the note that seals of it stand.
    #[derive(Copy, Eq)]
    pub struct ForgetBucket without unknown {
        /// The bucket.
        1 => pub bucket: BucketId,
        /// The deletion's index in the root's log: every session below it must be fenced in this shard.
        2 => pub sessions_below: SessionId,
    }
}

record! {
    /// Data shard: records a bucket's configuration version. Commands decided under an older one are refused from now
    /// on. The first one makes the shard's share of the bucket.
    #[derive(Copy, Eq)]
    pub struct RecordConfiguration without unknown {
        /// The bucket and its version.
        1 => pub scope: BucketScope,
    }
}

record! {
    /// Data shard: seals or unseals its share of a bucket. Sealing is refused while the share holds a version or a
    /// delete marker, and puts open uploads on the garbage table.
    #[derive(Copy, Eq)]
    pub struct SealBucket without unknown {
        /// The bucket and the configuration version of its state.
        1 => pub scope: BucketScope,
        /// Seal, or unseal.
        2 => pub sealed: bool,
    }
}
