//! `ListTagsForResource` of the control API: `GET /v20180820/tags/{arn}`
//!
//! Terraform reads the tags of every bucket there. The path could be a bucket's; what tells them apart is the header
//! `x-amz-account-id`, which no object operation has.

use cairn_types::BucketName;

use crate::address::{parse_bucket, percent_decode};
use crate::error::{S3Error, S3ErrorCode};

/// The tags of a bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListResourceTags {
    /// The bucket that the ARN names; none if the ARN names something else.
    pub bucket: Option<BucketName>,
}

impl ListResourceTags {
    /// Where the control API lies.
    pub(super) const CONTROL_PATH: &'static str = "/v20180820/";

    /// Reads what follows [`ListResourceTags::CONTROL_PATH`].
    pub(super) fn parse(rest: &str) -> Result<Self, S3Error> {
        let arn = rest.strip_prefix("tags/").ok_or_else(S3Error::not_implemented_operation)?;
        let decoded = percent_decode(arn).map_err(|_| S3ErrorCode::InvalidURI)?;
        let arn = std::str::from_utf8(&decoded).map_err(|_| S3ErrorCode::InvalidURI)?;
        let invalid = || S3Error::with_message(S3ErrorCode::InvalidRequest, "The resource ARN is not valid");
        let resource = arn.strip_prefix("arn:").and_then(|rest| rest.splitn(5, ':').nth(4)).ok_or_else(invalid)?;
        let is_bucket = !resource.is_empty() && !resource.contains(['/', ':']);
        Ok(Self { bucket: if is_bucket { Some(parse_bucket(resource.as_bytes())?) } else { None } })
    }
}
