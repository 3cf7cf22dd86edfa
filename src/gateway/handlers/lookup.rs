//! Finding the version that a request is about.

use cairn_catalog::command::VersionChange;
use cairn_catalog::query::BodyWish;
use cairn_catalog::reply::Published;
use cairn_catalog::rows::Nothing;
use cairn_objects::{ObjectRead, ReadRequest, UpdateRequest};
use cairn_s3::header::format_http_date;
use cairn_s3::operation::OnObject;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{ObjectKey, VersionId};
use http::header::{HeaderName, HeaderValue, LAST_MODIFIED};

use super::rows::{shown_id, update_target};
use crate::pipeline::{Exchange, Governed, governed, version_target};

/// Finds a version that is an object.
///
/// # Errors
/// `NoSuchKey`, `NoSuchVersion`; where a delete marker is the latest version `NoSuchKey`, where one is named
/// `MethodNotAllowed`, both with headers that say so. `AccessDenied` for whoever may not read it, and instead of all others
/// for whoever may not list the bucket.
pub(super) async fn find_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    (key, version_id): (&ObjectKey, Option<VersionId>),
    body: BodyWish,
) -> Result<ObjectRead, S3Error> {
    let objects = exchange.gateway.objects();
    let request = ReadRequest { key: key.clone(), target: version_target(version_id), body };
    let found = governed!(bucket, |view| objects.open(&view, request.clone()));
    let error = match found {
        Ok(found) if !found.version().is_marker() => {
            bucket.admit(found.version())?;
            return Ok(found);
        }
        Ok(found) => marker(bucket, &found, key, version_id),
        Err(error) => named(error, key, version_id),
    };
    if is_absence(&error) {
        bucket.admit_absence()?;
    }
    Err(error)
}

/// Whether an error tells what is there, rather than that nothing is known.
fn is_absence(error: &S3Error) -> bool {
    matches!(error.code, S3ErrorCode::NoSuchKey | S3ErrorCode::NoSuchVersion | S3ErrorCode::MethodNotAllowed)
}

/// As [`find_object`], for what a version carries beside its bytes.
pub(super) async fn find_version(
    exchange: &Exchange,
    bucket: &mut Governed,
    object: &OnObject,
) -> Result<ObjectRead, S3Error> {
    let wish = BodyWish::Nothing(Nothing::default());
    find_object(exchange, bucket, (&object.key, object.version_id), wish).await
}

/// Changes one aspect of a version in place; answers which version it was.
///
/// # Errors
/// `NoSuchKey`, `NoSuchVersion`; `MethodNotAllowed` of a delete marker; `AccessDenied` where a lock forbids it.
pub(super) async fn update_version(
    exchange: &Exchange,
    bucket: &mut Governed,
    object: &OnObject,
    change: VersionChange,
) -> Result<Published, S3Error> {
    let objects = exchange.gateway.objects();
    let (key, target) = (object.key.clone(), update_target(object.version_id));
    let request = UpdateRequest { key, target, changes: vec![change] };
    let changed = governed!(bucket, |view| objects.update(&view, request.clone()));
    changed.map_err(|error| named(error, &object.key, object.version_id))
}

/// Says what was not found.
fn named(error: S3Error, key: &ObjectKey, version_id: Option<VersionId>) -> S3Error {
    match (error.code, version_id) {
        (S3ErrorCode::NoSuchKey | S3ErrorCode::NoSuchVersion, Some(id)) => {
            S3Error::new(S3ErrorCode::NoSuchVersion).element("Key", key.as_str()).element("VersionId", id.to_string())
        }
        (S3ErrorCode::NoSuchKey, None) => error.element("Key", key.as_str()),
        _ => error,
    }
}

fn marker(bucket: &Governed, found: &ObjectRead, key: &ObjectKey, asked: Option<VersionId>) -> S3Error {
    let version = found.version();
    let error = match asked {
        None => S3Error::new(S3ErrorCode::NoSuchKey).element("Key", key.as_str()),
        Some(_) => {
            let error = S3Error::method_not_allowed("GET", "DeleteMarker", "DELETE");
            match HeaderValue::try_from(format_http_date(version.last_modified())) {
                Ok(date) => error.header(LAST_MODIFIED, date),
                Err(_) => error,
            }
        }
    };
    let error = error.header(HeaderName::from_static("x-amz-delete-marker"), HeaderValue::from_static("true"));
    let id = shown_id(bucket.bucket(), version.id()).and_then(|id| HeaderValue::try_from(id.to_string()).ok());
    match id {
        Some(id) => error.header(HeaderName::from_static("x-amz-version-id"), id),
        None => error,
    }
}
