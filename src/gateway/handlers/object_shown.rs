//! What `GET` and `HEAD` show of an object beside its bytes, headers and metadata, each to those who may know it.

use cairn_catalog::rows::VersionRow;
use cairn_policy::Action;
use cairn_s3::S3Error;
use cairn_s3::header::WebsiteRedirect;
use cairn_s3::response::ShownSettings;
use cairn_types::{ObjectKey, VersionId};

use super::new_object::{wire_hold, wire_retention};
use super::rows::wire_class;
use crate::pipeline::{Governed, READ_TAGS, Right};

/// Adds to what is shown of a version what its reader may know.
pub(super) async fn show_settings(
    bucket: &Governed,
    object: (&ObjectKey, Option<VersionId>),
    version: &VersionRow,
    shown: &mut ShownSettings,
) -> Result<(), S3Error> {
    let meta = &version.meta;
    let redirect = meta.headers.website_redirect.as_ref().and_then(|bytes| std::str::from_utf8(bytes).ok());
    shown.storage_class = wire_class(meta.class);
    shown.website_redirect = redirect.and_then(|text| WebsiteRedirect::parse(text).ok());
    if !meta.tags.is_empty() && bucket.may(Right::on_version(READ_TAGS, object.0, object.1)).await? {
        shown.tag_count = meta.tags.len();
    }
    if let Some(lock) = &meta.lock {
        if may(bucket, Action::GetObjectRetention, object).await? {
            shown.retention = lock.retention.map(wire_retention);
        }
        if may(bucket, Action::GetObjectLegalHold, object).await? {
            shown.legal_hold = wire_hold(lock);
        }
    }
    Ok(())
}

/// Whether the caller may do more with an object than what it asks for.
pub(super) async fn may(
    bucket: &Governed,
    action: Action,
    (key, version_id): (&ObjectKey, Option<VersionId>),
) -> Result<bool, S3Error> {
    bucket.may(Right::on_object(action, key, version_id)).await
}
