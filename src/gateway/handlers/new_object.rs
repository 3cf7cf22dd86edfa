//! What a writer says about a new object beside its bytes, headers and metadata.

use cairn_catalog::rows::{
    ObjectLock, ObjectMeta, Retention as RowRetention, RetentionMode as RowMode, StandardHeaders,
};
use cairn_s3::S3Error;
use cairn_s3::lock::{LegalHold, RequestedLock, Retention, RetentionMode};
use cairn_s3::operation::ObjectSettings;
use cairn_s3::tagging::TagSet;
use cairn_types::UnixMillis;

use super::bucket_configuration::default_retention;
use super::rows::row_class;
use crate::buckets::Bucket;
use crate::pipeline::{Governed, object_lock_off};

/// The metadata with all that the settings say, but for the lock, which the bucket has a say in.
pub(super) fn with_settings(meta: ObjectMeta, tags: TagSet, settings: &ObjectSettings) -> ObjectMeta {
    let redirect = settings.website_redirect.as_ref();
    ObjectMeta {
        class: row_class(settings.storage_class.unwrap_or_default()),
        headers: StandardHeaders {
            website_redirect: redirect.map(|location| bytes::Bytes::copy_from_slice(location.as_str().as_bytes())),
            ..meta.headers
        },
        tags: tags.into_pairs(),
        ..meta
    }
}

/// What is known of the bytes of an object that may be locked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bytes {
    /// The client said what they have, or they come from another object.
    Proved,
    /// Nothing says that they are what was meant.
    Unproved,
}

/// Refuses locks where there can be none, retention that is over already, and bytes that nothing proves where they would be
/// kept for years. A bucket that was remembered is looked at again before it is a reason.
///
/// # Errors
/// `InvalidRequest`, `InvalidArgument`.
pub(super) async fn admit_lock(
    bucket: &mut Governed,
    wanted: &RequestedLock,
    (now, bytes): (UnixMillis, Bytes),
) -> Result<(), S3Error> {
    if check_lock(bucket.bucket(), wanted, (now, bytes)).is_ok() {
        return Ok(());
    }
    bucket.see_now().await?;
    check_lock(bucket.bucket(), wanted, (now, bytes))
}

/// As [`admit_lock`], of the bucket as it was seen.
pub(super) fn check_lock(
    bucket: &Bucket,
    wanted: &RequestedLock,
    (now, bytes): (UnixMillis, Bytes),
) -> Result<(), S3Error> {
    if !wanted.is_none() && !bucket.settings.object_lock {
        return Err(object_lock_off());
    }
    wanted.retention.map_or(Ok(()), |retention| retention.check_future(now))?;
    let is_locked = !wanted.is_none() || default_retention(bucket).is_some();
    if is_locked && bytes == Bytes::Unproved { Err(RequestedLock::unproved_body()) } else { Ok(()) }
}

/// The metadata with the lock that the object gets: the writer's retention, or else the bucket's default.
pub(super) fn with_lock(meta: ObjectMeta, bucket: &Bucket, wanted: &RequestedLock, now: UnixMillis) -> ObjectMeta {
    let default = || default_retention(bucket).map(|default| default.from(now));
    let retention = wanted.retention.or_else(default);
    if retention.is_none() && wanted.legal_hold.is_none() {
        return meta;
    }
    let lock = ObjectLock {
        retention: retention.map(row_retention),
        legal_hold: wanted.legal_hold == Some(LegalHold::On),
        ..ObjectLock::default()
    };
    ObjectMeta { lock: Some(lock), ..meta }
}

/// A retention for a row.
pub(super) fn row_retention(retention: Retention) -> RowRetention {
    let mode = match retention.mode {
        RetentionMode::Governance => RowMode::Governance,
        RetentionMode::Compliance => RowMode::Compliance,
    };
    RowRetention { mode, until: retention.until }
}

/// A retention of a row.
pub(super) fn wire_retention(retention: RowRetention) -> Retention {
    let mode = match retention.mode {
        RowMode::Governance => RetentionMode::Governance,
        RowMode::Compliance => RetentionMode::Compliance,
    };
    Retention { mode, until: retention.until }
}

/// Whether a version has a legal hold; `None` where nobody said so. Rows tell a hold that was lifted from one that never was
/// by there being a lock without retention.
pub(super) fn wire_hold(lock: &ObjectLock) -> Option<LegalHold> {
    match (lock.legal_hold, lock.retention) {
        (true, _) => Some(LegalHold::On),
        (false, None) => Some(LegalHold::Off),
        (false, Some(_)) => None,
    }
}
