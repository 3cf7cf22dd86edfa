//! `?object-lock`: whether locks are possible is kept in the bucket's settings, since commands read it; the default
//! retention is a document, since gateways apply it.

use bytes::Bytes;
use cairn_catalog::rows::{BucketSettings, VersioningMode};
use cairn_s3::lock::{DefaultRetention, ObjectLockConfiguration};
use cairn_s3::operation::BucketConfiguration;
use cairn_s3::response::Response;
use cairn_s3::{S3Error, S3ErrorCode};
use http::StatusCode;

use super::Change;
use crate::buckets::Bucket;

/// The configuration, if locks are possible.
pub(super) fn shown(bucket: &Bucket) -> Option<Response> {
    let default_retention = default_retention(bucket);
    let document = ObjectLockConfiguration { default_retention }.to_xml();
    bucket.settings.object_lock.then(|| Response::xml(StatusCode::OK, document))
}

/// The bucket with object lock, and with this default. Once on it stays on.
pub(super) fn change(bucket: &Bucket, document: &[u8]) -> Result<Change, S3Error> {
    let configuration = ObjectLockConfiguration::parse(document)?;
    if bucket.settings.versioning != VersioningMode::Enabled {
        let message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
        return Err(S3Error::with_message(S3ErrorCode::InvalidBucketState, message));
    }
    let settings = BucketSettings { object_lock: true, ..bucket.settings.clone() };
    Ok(Change::with_settings(Bytes::from(configuration.to_xml()), settings))
}

/// The retention that objects get whose writer names none.
pub(in crate::handlers) fn default_retention(bucket: &Bucket) -> Option<DefaultRetention> {
    if !bucket.settings.object_lock {
        return None;
    }
    let document = bucket.document(BucketConfiguration::ObjectLock.parameter())?;
    ObjectLockConfiguration::parse(document).ok()?.default_retention
}
