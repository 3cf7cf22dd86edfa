//! `ListObjectVersions`: `GET /b?versions`

use cairn_types::{BucketName, VersionId};

use super::parameters::{Parts, parse_version_id};
use super::{ListPosition, ListScope};
use crate::error::S3Error;
use crate::limits::LIST_ENTRIES_MAX;

/// Versions and delete markers: by key, then newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListObjectVersions {
    /// The bucket.
    pub bucket: BucketName,
    /// Prefix, delimiter, encoding.
    pub scope: ListScope,
    /// The last key or common prefix seen, any text; echoed even empty.
    pub key_marker: String,
    /// The last version of `key_marker` seen; without one all of its versions were.
    pub version_id_marker: Option<VersionId>,
    /// The most versions, markers and common prefixes to return.
    pub max_keys: u32,
}

impl ListObjectVersions {
    pub(super) const PARAMETERS: [&'static str; 4] = ["versions", "key-marker", "version-id-marker", "max-keys"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName) -> Result<Self, S3Error> {
        let key_marker = parts.query.get("key-marker").unwrap_or("").to_owned();
        let version_id_marker = parts.query.nonempty("version-id-marker");
        if let (Some(version), true) = (version_id_marker, key_marker.is_empty()) {
            let message = "A version-id marker cannot be specified without a key marker.";
            return Err(S3Error::invalid_argument("version-id-marker", version, message));
        }
        Ok(Self {
            bucket,
            scope: ListScope::parse(parts)?,
            key_marker,
            version_id_marker: version_id_marker.map(|text| parse_version_id("version-id-marker", text)).transpose()?,
            max_keys: parts.count("max-keys", LIST_ENTRIES_MAX)?,
        })
    }

    /// Where to begin. With a version marker the key's older versions come first.
    pub fn position(&self) -> Option<ListPosition> {
        ListPosition::from_marker(&self.key_marker, &self.scope)
    }
}
