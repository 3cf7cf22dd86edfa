//! Which right an operation needs.

use cairn_policy::Action;
use cairn_s3::operation::{BucketConfiguration, ObjectConfiguration, Operation};

use crate::buckets::Seen;

/// The action that policies know an operation by.
pub(super) fn action_of(operation: &Operation) -> Action {
    match operation {
        Operation::ListBuckets(_) => Action::ListAllMyBuckets,
        Operation::Sts => Action::GetCallerIdentity,
        Operation::ListResourceTags(_) => Action::ListTagsForResource,
        Operation::TagResource(_) => Action::TagResource,
        Operation::UntagResource(_) => Action::UntagResource,
        Operation::CreateBucket(_) => Action::CreateBucket,
        Operation::HeadBucket(_) | Operation::ListObjects(_) | Operation::ListObjectsV2(_) => Action::ListBucket,
        Operation::DeleteBucket(_) => Action::DeleteBucket,
        Operation::GetBucketLocation(_) => Action::GetBucketLocation,
        Operation::GetBucketAcl(_) => Action::GetBucketAcl,
        Operation::GetBucketConfiguration(get) => action_of_reading(get.kind),
        // A browser's question changes nothing and shows nothing but rules.
        Operation::Preflight(_) => Action::GetBucketCORS,
        Operation::PutBucketConfiguration(put) => action_of_changing(put.kind),
        Operation::DeleteBucketConfiguration(delete) => action_of_changing(delete.kind),
        Operation::PutBucketAcl(_) => Action::PutBucketAcl,
        Operation::ListObjectVersions(_) => Action::ListBucketVersions,
        Operation::ListMultipartUploads(_) => Action::ListBucketMultipartUploads,
        Operation::DeleteObjects(_) => Action::DeleteObject,
        Operation::PutObject(_)
        | Operation::PostObject(_)
        | Operation::CopyObject(_)
        | Operation::CreateMultipartUpload(_)
        | Operation::UploadPart(_)
        | Operation::UploadPartCopy(_)
        | Operation::CompleteMultipartUpload(_) => Action::PutObject,
        Operation::GetObject(read) | Operation::HeadObject(read) if read.version_id.is_some() => {
            Action::GetObjectVersion
        }
        Operation::GetObject(_) | Operation::HeadObject(_) => Action::GetObject,
        Operation::DeleteObject(delete) if delete.version_id.is_some() => Action::DeleteObjectVersion,
        Operation::DeleteObject(_) => Action::DeleteObject,
        Operation::GetObjectAttributes(_) => Action::GetObjectAttributes,
        Operation::GetObjectAcl(_) => Action::GetObjectAcl,
        Operation::GetObjectTagging(_) => Action::GetObjectTagging,
        Operation::GetObjectConfiguration(_, ObjectConfiguration::Retention) => Action::GetObjectRetention,
        Operation::GetObjectConfiguration(_, ObjectConfiguration::LegalHold) => Action::GetObjectLegalHold,
        Operation::PutObjectAcl(_) => Action::PutObjectAcl,
        Operation::PutObjectTagging(_) => Action::PutObjectTagging,
        Operation::DeleteObjectTagging(_) => Action::DeleteObjectTagging,
        Operation::PutObjectRetention(_) => Action::PutObjectRetention,
        Operation::PutObjectLegalHold(_) => Action::PutObjectLegalHold,
        Operation::RenameObject(_) => Action::PutObject,
        Operation::AbortMultipartUpload(_) => Action::AbortMultipartUpload,
        Operation::ListParts(_) => Action::ListMultipartUploadParts,
    }
}

/// The action that reads a configuration of a bucket: policies know many of them by other names than the operations have.
fn action_of_reading(kind: BucketConfiguration) -> Action {
    match kind {
        BucketConfiguration::Abac => Action::GetBucketAbac,
        BucketConfiguration::Accelerate => Action::GetAccelerateConfiguration,
        BucketConfiguration::Analytics => Action::GetAnalyticsConfiguration,
        BucketConfiguration::Cors => Action::GetBucketCORS,
        BucketConfiguration::Encryption => Action::GetEncryptionConfiguration,
        BucketConfiguration::IntelligentTiering => Action::GetIntelligentTieringConfiguration,
        BucketConfiguration::Inventory => Action::GetInventoryConfiguration,
        BucketConfiguration::Lifecycle => Action::GetLifecycleConfiguration,
        BucketConfiguration::Logging => Action::GetBucketLogging,
        BucketConfiguration::Metadata | BucketConfiguration::MetadataTable => {
            Action::GetBucketMetadataTableConfiguration
        }
        BucketConfiguration::Metrics => Action::GetMetricsConfiguration,
        BucketConfiguration::Notification => Action::GetBucketNotification,
        BucketConfiguration::ObjectLock => Action::GetBucketObjectLockConfiguration,
        BucketConfiguration::OwnershipControls => Action::GetBucketOwnershipControls,
        BucketConfiguration::Policy => Action::GetBucketPolicy,
        BucketConfiguration::PolicyStatus => Action::GetBucketPolicyStatus,
        BucketConfiguration::PublicAccessBlock => Action::GetBucketPublicAccessBlock,
        BucketConfiguration::Replication => Action::GetReplicationConfiguration,
        BucketConfiguration::RequestPayment => Action::GetBucketRequestPayment,
        BucketConfiguration::Tagging => Action::GetBucketTagging,
        BucketConfiguration::Versioning => Action::GetBucketVersioning,
        BucketConfiguration::Website => Action::GetBucketWebsite,
    }
}

/// The action that sets or removes a configuration of a bucket.
fn action_of_changing(kind: BucketConfiguration) -> Action {
    match kind {
        BucketConfiguration::Abac => Action::PutBucketAbac,
        BucketConfiguration::Accelerate => Action::PutAccelerateConfiguration,
        BucketConfiguration::Analytics => Action::PutAnalyticsConfiguration,
        BucketConfiguration::Cors => Action::PutBucketCORS,
        BucketConfiguration::Encryption => Action::PutEncryptionConfiguration,
        BucketConfiguration::IntelligentTiering => Action::PutIntelligentTieringConfiguration,
        BucketConfiguration::Inventory => Action::PutInventoryConfiguration,
        BucketConfiguration::Lifecycle => Action::PutLifecycleConfiguration,
        BucketConfiguration::Logging => Action::PutBucketLogging,
        BucketConfiguration::Metadata | BucketConfiguration::MetadataTable => {
            Action::CreateBucketMetadataTableConfiguration
        }
        BucketConfiguration::Metrics => Action::PutMetricsConfiguration,
        BucketConfiguration::Notification => Action::PutBucketNotification,
        BucketConfiguration::ObjectLock => Action::PutBucketObjectLockConfiguration,
        BucketConfiguration::OwnershipControls => Action::PutBucketOwnershipControls,
        // The status follows from the policy.
        BucketConfiguration::Policy | BucketConfiguration::PolicyStatus => Action::PutBucketPolicy,
        BucketConfiguration::PublicAccessBlock => Action::PutBucketPublicAccessBlock,
        BucketConfiguration::Replication => Action::PutReplicationConfiguration,
        BucketConfiguration::RequestPayment => Action::PutBucketRequestPayment,
        BucketConfiguration::Tagging => Action::PutBucketTagging,
        BucketConfiguration::Versioning => Action::PutBucketVersioning,
        BucketConfiguration::Website => Action::PutBucketWebsite,
    }
}

/// How sure an operation must be of its bucket: those that ask a shard are corrected by it.
pub(super) fn seen_for(operation: &Operation) -> Seen {
    match operation {
        Operation::HeadBucket(_)
        | Operation::DeleteBucket(_)
        | Operation::GetBucketLocation(_)
        | Operation::GetBucketAcl(_)
        | Operation::GetBucketConfiguration(_)
        | Operation::PutBucketConfiguration(_)
        | Operation::DeleteBucketConfiguration(_)
        | Operation::PutBucketAcl(_)
        | Operation::ListResourceTags(_)
        | Operation::TagResource(_)
        | Operation::UntagResource(_) => Seen::Now,
        // An empty page is given without asking anybody.
        Operation::ListObjects(list) if list.max_keys == 0 => Seen::Now,
        Operation::ListObjectsV2(list) if list.max_keys == 0 => Seen::Now,
        Operation::ListObjectVersions(list) if list.max_keys == 0 => Seen::Now,
        Operation::ListMultipartUploads(list) if list.max_uploads == 0 => Seen::Now,
        _ => Seen::Before,
    }
}
