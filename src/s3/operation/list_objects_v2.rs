//! `ListObjectsV2`: `GET /b?list-type=2`

use cairn_types::BucketName;

use super::parameters::Parts;
use super::{ListPosition, ListScope};
use crate::error::S3Error;
use crate::limits::LIST_ENTRIES_MAX;

/// Keys in order, in S3's second form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListObjectsV2 {
    /// The bucket.
    pub bucket: BucketName,
    /// Prefix, delimiter, encoding.
    pub scope: ListScope,
    /// `start-after`, any text; echoed.
    pub start_after: Option<String>,
    /// `continuation-token` as sent; echoed. An empty one counts as absent and is echoed all the same.
    pub continuation_token: Option<String>,
    /// What the token says.
    token_position: Option<ListPosition>,
    /// The most keys and common prefixes to return.
    pub max_keys: u32,
    /// Whether owners are wanted.
    pub fetch_owner: bool,
}

impl ListObjectsV2 {
    pub(super) const PARAMETERS: [&'static str; 5] =
        ["list-type", "continuation-token", "start-after", "max-keys", "fetch-owner"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName) -> Result<Self, S3Error> {
        let token = parts.query.get("continuation-token");
        let from_token = |token: &str| ListPosition::from_token(token, bucket.as_str());
        Ok(Self {
            scope: ListScope::parse(parts)?,
            start_after: parts.query.get("start-after").map(str::to_owned),
            continuation_token: token.map(str::to_owned),
            token_position: token.filter(|token| !token.is_empty()).map(from_token).transpose()?,
            max_keys: parts.count("max-keys", LIST_ENTRIES_MAX)?,
            fetch_owner: parts.query.get("fetch-owner").is_some_and(|value| value.eq_ignore_ascii_case("true")),
            bucket,
        })
    }

    /// Where to begin: a token outweighs `start-after`.
    pub fn position(&self) -> Option<ListPosition> {
        let start_after = || ListPosition::from_marker(self.start_after.as_deref()?, &self.scope);
        self.token_position.clone().or_else(start_after)
    }

    /// The token that goes on after an entry.
    pub fn next_token(&self, last: &ListPosition) -> String {
        last.to_token(self.bucket.as_str())
    }
}
