//! Finding the version that a request is about.

use cairn_catalog::query::BodyWish;
use cairn_objects::{ObjectRead, ReadRequest};
use cairn_s3::header::format_http_date;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{ObjectKey, VersionId};
use http::header::{HeaderName, HeaderValue, LAST_MODIFIED};

use super::rows::{shown_id, version_target};
use crate::pipeline::{Exchange, Governed, governed};

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
