//! `?versioning`: kept in the bucket's settings, since commands read it.

use cairn_catalog::rows::{BucketSettings, VersioningMode};
use cairn_s3::S3Error;
use cairn_s3::configuration::{VersioningConfiguration, VersioningStatus};
use cairn_s3::response::Response;
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

/// The bucket with another versioning.
pub(super) fn change(bucket: &Bucket, document: &[u8]) -> Result<Change, S3Error> {
    let versioning = match VersioningConfiguration::parse(document)? {
        VersioningStatus::Enabled => VersioningMode::Enabled,
        VersioningStatus::Suspended => VersioningMode::Suspended,
    };
    Ok(Change::settings(BucketSettings { versioning, ..bucket.settings.clone() }))
}
