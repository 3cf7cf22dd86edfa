//! `ListBuckets`: `GET /`

use super::ListPosition;
use super::parameters::{Parts, parse_count};
use crate::error::S3Error;
use crate::limits::LIST_BUCKETS_MAX;

/// The caller's buckets, in order of their names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListBuckets {
    /// Only names that begin so.
    pub prefix: String,
    /// Only buckets of this region.
    pub region: Option<String>,
    /// The last bucket seen.
    pub position: Option<ListPosition>,
    /// The most to return.
    pub max_buckets: u32,
    /// Whether the client pages at all; without it S3 returns every bucket.
    pub is_paged: bool,
}

impl ListBuckets {
    pub(super) const PARAMETERS: [&'static str; 4] = ["max-buckets", "continuation-token", "prefix", "bucket-region"];

    pub(super) fn parse(parts: Parts<'_>) -> Result<Self, S3Error> {
        let max = parts.query.nonempty("max-buckets");
        let token = parts.query.nonempty("continuation-token");
        Ok(Self {
            prefix: parts.query.get("prefix").unwrap_or("").to_owned(),
            region: parts.query.nonempty("bucket-region").map(str::to_owned),
            position: token.map(|token| ListPosition::from_token(token, "")).transpose()?,
            max_buckets: max.map_or(Ok(LIST_BUCKETS_MAX), parse_max_buckets)?,
            is_paged: max.is_some() || token.is_some(),
        })
    }

    /// The token that goes on after a bucket.
    pub fn token_after(name: &str) -> String {
        ListPosition::AfterKey(name.to_owned()).to_token("")
    }
}

fn parse_max_buckets(text: &str) -> Result<u32, S3Error> {
    match parse_count("max-buckets", text)? {
        count @ 1..=LIST_BUCKETS_MAX => Ok(count),
        _ => {
            let message = format!("Argument max-buckets must be an integer between 1 and {LIST_BUCKETS_MAX}");
            Err(S3Error::invalid_argument("max-buckets", text, message))
        }
    }
}
