//! What the rows hold. Field by field: `docs/formats/catalog.md`.
//!
//! # Invariants
//! The value of a row is one byte, the row's format (1), and a record. Tags and numbers are never reused; fields that a
//! newer build wrote survive a rewrite by an older one.

mod bucket;
mod checksum;
mod cluster;
mod degraded;
mod digest;
mod encryption;
mod etag;
mod feed;
mod fragment_set;
mod garbage;
mod head;
mod identity;
mod kms;
mod lease;
mod lock;
mod nothing;
mod number_set;
mod part_index;
mod row;
mod run;
mod session;
mod share;
mod storage_class;
mod upload;
mod version;

pub use bucket::{
    BucketDocumentRow, BucketNameRow, BucketRow, BucketSettings, BucketState, DeletedBucketRow, Ownership,
    VersioningMode,
};
pub use checksum::{Checksum, ChecksumAlgorithm, ChecksumForm, ChecksumKind, ChecksumOrigin};
pub use cluster::{ClusterRow, DiskRow, DiskState, MapKind, MapRow, NodeProfile, NodeRow, NodeState};
pub use degraded::{DegradedBlob, DegradedCountRow, DegradedRow};
pub use digest::DigestRow;
pub use encryption::{Encryption, EncryptionMode};
pub use etag::{ETag, ETagKind};
pub use feed::{FeedEvent, FeedPosition, FeedRow};
pub use fragment_set::FragmentSet;
pub use garbage::{BucketGarbage, GarbageId, GarbageRow, UploadGarbage};
pub use head::{HeadRow, HeadSummary};
pub use identity::{
    AccessKeyRow, AccessKeyState, AccountAliasRow, AccountRow, AccountState, AliasKind, IdentityDocumentRow,
    POLICY_KIND, UserRow,
};
pub use kms::{KMS_KEY_KIND, KmsKey, KmsKeyState, KmsKeyVersion};
pub use lease::LeaseRow;
pub use lock::{ObjectLock, Retention, RetentionMode};
pub use nothing::Nothing;
pub use number_set::NumberSet;
pub use part_index::{PartIndex, PartPlace};
pub use row::{ROW_FORMAT, Row, RowError};
pub use run::{BlobPlace, Holder, PartHolder, RunPageRow, RunRow, StagedRun};
pub use session::{GenerationRow, HorizonRow, SessionRow};
pub use share::{FeedState, ShareRow, ShareState, Usage};
pub use storage_class::StorageClass;
pub use upload::{AttemptId, PartBody, PartRow, RunElsewhere, UploadRow, UploadState};
pub use version::{
    BodyFacts, BodyPlace, InlinePlace, ObjectMeta, ReplicationStatus, RestoreState, RunPlace, RunPlaces,
    StandardHeaders, UploadPlace, VersionKind, VersionRow,
};
