//! `ListMultipartUploads`: `GET /b?uploads`

use cairn_types::{BucketName, UploadId};

use super::parameters::Parts;
use super::{ListPosition, ListScope};
use crate::error::S3Error;
use crate::limits::LIST_ENTRIES_MAX;

/// Open uploads: by key, then by start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListMultipartUploads {
    /// The bucket.
    pub bucket: BucketName,
    /// Prefix, delimiter, encoding.
    pub scope: ListScope,
    /// The last key or common prefix seen, any text; echoed even empty.
    pub key_marker: String,
    /// `upload-id-marker` as sent; echoed.
    pub upload_id_marker: String,
    /// The most uploads and common prefixes to return.
    pub max_uploads: u32,
}

impl ListMultipartUploads {
    pub(super) const PARAMETERS: [&'static str; 4] = ["uploads", "key-marker", "upload-id-marker", "max-uploads"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName) -> Result<Self, S3Error> {
        Ok(Self {
            bucket,
            scope: ListScope::parse(parts)?,
            key_marker: parts.query.get("key-marker").unwrap_or("").to_owned(),
            upload_id_marker: parts.query.get("upload-id-marker").unwrap_or("").to_owned(),
            max_uploads: parts.count("max-uploads", LIST_ENTRIES_MAX)?,
        })
    }

    /// Where to begin.
    pub fn position(&self) -> Option<ListPosition> {
        ListPosition::from_marker(&self.key_marker, &self.scope)
    }

    /// The last upload of `key_marker` seen. Without a key marker S3 ignores it; one that is no id of ours has no
    /// uploads after it to tell apart, so it counts as the end of the key.
    pub fn upload_marker(&self) -> Option<UploadId> {
        if self.key_marker.is_empty() { None } else { UploadId::parse(&self.upload_id_marker) }
    }
}
