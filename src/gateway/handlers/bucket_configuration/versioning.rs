//! `?versioning`: kept in the bucket's settings, since commands read it.

use cairn_catalog::rows::{BucketSettings, VersioningMode};
use cairn_s3::configuration::{VersioningConfiguration, VersioningStatus};
use cairn_s3::response::Response;
use cairn_s3::{S3Error, S3ErrorCode};
use http::StatusCode;

use super::Change;
use crate::buckets::Bucket;

/// A bucket that never had versioning has a document without a status.
pub(super) fn shown(bucket: &Bucket) -> Response {
    let status = match bucket.settings.versioning {
        VersioningMode::Off => None,
        VersioningMode::Enabled => Some(VersioningStatus::Enabled),
        VersioningMode::Suspended => Some(VersioningStatus::Suspended),
    };
    Response::xml(StatusCode::OK, VersioningConfiguration { status }.to_xml())
}

/// The bucket with another versioning. Locks protect versions, so where they are possible versions are kept.
pub(super) fn change(bucket: &Bucket, document: &[u8]) -> Result<Change, S3Error> {
    let versioning = match VersioningConfiguration::parse(document)? {
        VersioningStatus::Enabled => VersioningMode::Enabled,
        VersioningStatus::Suspended => VersioningMode::Suspended,
    };
    if bucket.settings.object_lock && versioning != VersioningMode::Enabled {
        let message =
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.";
        return Err(S3Error::with_message(S3ErrorCode::InvalidBucketState, message));
    }
    Ok(Change::settings(BucketSettings { versioning, ..bucket.settings.clone() }))
}
