//! `ListObjects`: `GET /b`

use cairn_types::BucketName;

use super::parameters::Parts;
use super::{ListPosition, ListScope};
use crate::error::S3Error;
use crate::limits::LIST_ENTRIES_MAX;

/// Keys in order, in S3's first form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListObjects {
    /// The bucket.
    pub bucket: BucketName,
    /// Prefix, delimiter, encoding.
    pub scope: ListScope,
    /// The last entry seen, any text; echoed even empty.
    pub marker: String,
    /// The most keys and common prefixes to return; 0 returns none and is not truncated.
    pub max_keys: u32,
}

impl ListObjects {
    pub(super) const PARAMETERS: [&'static str; 2] = ["marker", "max-keys"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName) -> Result<Self, S3Error> {
        Ok(Self {
            bucket,
            scope: ListScope::parse(parts)?,
            marker: parts.query.get("marker").unwrap_or("").to_owned(),
            max_keys: parts.count("max-keys", LIST_ENTRIES_MAX)?,
        })
    }

    /// Where to begin.
    pub fn position(&self) -> Option<ListPosition> {
        ListPosition::from_marker(&self.marker, &self.scope)
    }
}
