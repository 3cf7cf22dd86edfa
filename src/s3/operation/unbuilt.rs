//! What requests may ask for, and the cluster does not do yet.
//!
//! # Invariants
//!
//! X1: no promise is dropped in silence. Everything of S3 that this crate understands is either done or listed here, and
//! what is listed is answered `501 NotImplemented` before anything is authorised, read or stored. To let a feature through,
//! its line goes.

use super::{BucketConfiguration, CopyTags, CreateBucketConfiguration, ObjectSettings, Operation};
use crate::error::{S3Error, S3ErrorCode};
use crate::header::StorageClass;

/// Configurations of buckets that can be set and removed.
const SETTABLE: &[BucketConfiguration] = &[
    BucketConfiguration::Cors,
    BucketConfiguration::Encryption,
    BucketConfiguration::OwnershipControls,
    BucketConfiguration::Policy,
    BucketConfiguration::PublicAccessBlock,
    BucketConfiguration::RequestPayment,
    BucketConfiguration::Versioning,
];

/// Whether an operation asks for something.
type Asks = fn(&Operation) -> bool;

/// Operations that there are not.
const OPERATIONS: &[Asks] = &[
    |operation| matches!(operation, Operation::PutBucketConfiguration(put) if !SETTABLE.contains(&put.kind)),
    |operation| matches!(operation, Operation::DeleteBucketConfiguration(delete) if !SETTABLE.contains(&delete.kind)),
    |operation| matches!(operation, Operation::PutObjectTagging(_) | Operation::DeleteObjectTagging(_)),
    |operation| matches!(operation, Operation::PutObjectRetention(_) | Operation::PutObjectLegalHold(_)),
    |operation| matches!(operation, Operation::RenameObject(_)),
    |operation| matches!(operation, Operation::TagResource(_) | Operation::UntagResource(_)),
];

/// Wishes that are not granted, each by the header that brings it.
const HEADERS: &[(&str, Asks)] = &[
    ("x-amz-storage-class", |operation| {
        of_settings(operation, |settings| settings.storage_class.is_some_and(|class| class != StorageClass::Standard))
    }),
    ("x-amz-website-redirect-location", |operation| {
        of_settings(operation, |settings| settings.website_redirect.is_some())
    }),
    ("x-amz-object-lock-mode", |operation| of_settings(operation, |settings| !settings.lock.is_none())),
    ("x-amz-tagging", has_tags),
    (
        "x-amz-write-offset-bytes",
        |operation| matches!(operation, Operation::PutObject(put) if put.write_offset.is_some()),
    ),
    (
        "x-amz-bucket-object-lock-enabled",
        |operation| matches!(operation, Operation::CreateBucket(create) if create.object_lock),
    ),
];

/// Refuses a request that asks for any of it.
pub(super) fn refuse(operation: &Operation) -> Result<(), S3Error> {
    if OPERATIONS.iter().any(|is_it| is_it(operation)) {
        return Err(S3Error::not_implemented_operation());
    }
    match HEADERS.iter().find(|(_, asks)| asks(operation)) {
        Some((name, _)) => Err(S3Error::not_implemented_header(name)),
        None => Ok(()),
    }
}

/// Refuses what the body of `CreateBucket` may ask for.
pub(super) fn refuse_with_bucket(configuration: &CreateBucketConfiguration) -> Result<(), S3Error> {
    if configuration.tags.is_empty() {
        return Ok(());
    }
    Err(S3Error::with_message(S3ErrorCode::NotImplemented, "Tags of buckets are not implemented"))
}

fn of_settings(operation: &Operation, asks: fn(&ObjectSettings) -> bool) -> bool {
    operation.settings().is_some_and(asks)
}

fn has_tags(operation: &Operation) -> bool {
    match operation {
        Operation::PutObject(put) => !put.tags.is_empty(),
        Operation::CreateMultipartUpload(create) => !create.tags.is_empty(),
        Operation::CopyObject(copy) => matches!(&copy.tags, CopyTags::Replace(tags) if !tags.is_empty()),
        _ => false,
    }
}
