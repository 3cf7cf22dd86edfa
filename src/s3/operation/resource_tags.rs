//! Tags of buckets in the control API: `GET`, `POST`, `DELETE /v20180820/tags/{arn}`
//!
//! Terraform reads and writes the tags of every bucket there. The path could be a bucket's; what tells them apart is the header
//! `x-amz-account-id`, which no object operation has.

use cairn_types::BucketName;

use super::parameters::Parts;
use crate::address::{parse_bucket, percent_decode};
use crate::error::{S3Error, S3ErrorCode};
use crate::tagging::{TagHolder, TagSet, parse_tags};
use crate::xml::{Document, malformed};

/// `UntagResource`: takes away tags of a bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UntagResource {
    /// The bucket that the ARN names; none if the ARN names something else.
    pub bucket: Option<BucketName>,
    /// The keys of the tags.
    pub keys: Vec<String>,
}

impl UntagResource {
    pub(super) const PARAMETERS: [&'static str; 1] = ["tagKeys"];

    pub(super) fn parse(rest: &str, parts: Parts<'_>) -> Result<Self, S3Error> {
        let ListResourceTags { bucket } = ListResourceTags::parse(rest)?;
        let keys = parts.query.iter().filter(|(name, _)| *name == "tagKeys").map(|(_, key)| key.to_owned()).collect();
        Ok(Self { bucket, keys })
    }
}

/// The body of `TagResource`: tags to add, or to give another value.
///
/// # Errors
///
/// `MalformedXML`; `MissingRequestBodyError`; for the tags as [`TagSet::new`].
pub fn parse_resource_tags(body: &[u8]) -> Result<TagSet, S3Error> {
    let mut document = Document::open(body, "TagResourceRequest")?;
    let mut pairs = None;
    while let Some(name) = document.next_child()? {
        match name.as_str() {
            "Tags" if pairs.is_none() => pairs = Some(parse_tags(&mut document)?),
            _ => return Err(malformed()),
        }
    }
    document.finish()?;
    TagSet::new(TagHolder::Bucket, pairs.ok_or_else(malformed)?)
}

/// `ListTagsForResource` and `TagResource`: the tags of a bucket.
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
