//! Values that several operations read.

use cairn_types::{AccountId, UploadId, VersionId};

use crate::error::{S3Error, S3ErrorCode};
use crate::header::RequestHeaders;
use crate::query::Query;
use crate::tagging::TagSet;

/// Everything of a request but its address.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) query: &'a Query,
    pub(super) headers: &'a RequestHeaders<'a>,
}

impl Parts<'_> {
    /// `versionId`.
    pub(super) fn version_id(&self) -> Result<Option<VersionId>, S3Error> {
        match self.query.get("versionId") {
            None => Ok(None),
            Some("") => Err(S3Error::invalid_argument("versionId", "", "Version id cannot be the empty string")),
            Some(text) => parse_version_id("versionId", text).map(Some),
        }
    }

    /// `uploadId`. What no server of ours can have given out names no upload.
    pub(super) fn upload_id(&self) -> Result<UploadId, S3Error> {
        let text = self.query.get("uploadId").unwrap_or("");
        UploadId::parse(text).ok_or_else(|| S3Error::new(S3ErrorCode::NoSuchUpload).element("UploadId", text))
    }

    /// A count of entries: absent or empty is `max`, more is cut to it.
    pub(super) fn count(&self, name: &'static str, max: u32) -> Result<u32, S3Error> {
        let Some(text) = self.query.nonempty(name) else { return Ok(max) };
        parse_count(name, text).map(|count| count.min(max))
    }

    /// `x-amz-tagging`.
    pub(super) fn tags(&self) -> Result<TagSet, S3Error> {
        TagSet::parse_header(self.headers.text("x-amz-tagging")?.unwrap_or_default())
    }

    /// `x-amz-expected-bucket-owner` and its sibling.
    pub(super) fn owner(&self, name: &'static str) -> Result<Option<AccountId>, S3Error> {
        let Some(text) = self.headers.nonempty(name)? else { return Ok(None) };
        let digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits);
        number
            .map(|number| Some(AccountId { number }))
            .ok_or_else(|| S3ErrorCode::InvalidBucketOwnerAWSAccountID.into())
    }
}

/// A version id that is none is an argument that is none.
pub(super) fn parse_version_id(name: &'static str, text: &str) -> Result<VersionId, S3Error> {
    VersionId::parse(text).map_err(|_| S3Error::invalid_argument(name, text, "Invalid version id specified"))
}

/// A number from 0 to what 32 signed bits hold.
pub(super) fn parse_count(name: &'static str, text: &str) -> Result<u32, S3Error> {
    let number: Option<u32> = text.parse::<i32>().ok().and_then(|number| u32::try_from(number).ok());
    number.filter(|_| text.bytes().all(|byte| byte.is_ascii_digit())).ok_or_else(|| {
        let message = format!("Argument {name} must be an integer between 0 and {}", i32::MAX);
        S3Error::invalid_argument(name, text, message)
    })
}
