//! `PutObject`: `PUT /b/k`

use cairn_types::{AccountId, BucketName, ObjectKey};
use http::HeaderMap;

use super::parameters::Parts;
use super::{ObjectSettings, Operation, unbuilt, unread};
use crate::checksum::{BodyChecksum, ContentMd5};
use crate::condition::WritePrecondition;
use crate::error::S3Error;
use crate::header::{RequestHeaders, StandardHeaders, UserMetadata, refuse_unknown};
use crate::query::Query;
use crate::tagging::TagSet;

/// A whole object in one body.
#[derive(Clone, PartialEq, Debug)]
pub struct PutObject {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// Headers kept with it.
    pub headers: StandardHeaders,
    /// Metadata kept with it.
    pub user_metadata: UserMetadata,
    /// Its tags.
    pub tags: TagSet,
    /// All else that it is to have.
    pub settings: ObjectSettings,
    /// `x-amz-write-offset-bytes`: the body goes behind what is there, which must be this long.
    pub write_offset: Option<u64>,
    /// What must be true of the key.
    pub precondition: WritePrecondition,
    /// The MD5 that the client says the body has.
    pub content_md5: Option<ContentMd5>,
    /// The checksum that the client says, or will say, the body has.
    pub checksum: Option<BodyChecksum>,
}

impl PutObject {
    /// Whether the client says what its body has: then it may be locked.
    pub fn is_proved(&self) -> bool {
        self.content_md5.is_some() || self.checksum.is_some()
    }

    /// Reads the fields of a form as if they were headers, with the tags that its document gave. Gives beside it the account
    /// that must own the bucket.
    pub(crate) fn of_form(
        bucket: BucketName,
        key: ObjectKey,
        fields: &HeaderMap,
        tags: Option<TagSet>,
    ) -> Result<(Self, Option<AccountId>), S3Error> {
        let query = Query::default();
        let headers = RequestHeaders::new(fields, &query)?;
        refuse_unknown(&headers)?;
        let parts = Parts { query: &query, headers: &headers };
        let mut put = Self::parse(parts, bucket, key)?;
        let owner = parts.owner("x-amz-expected-bucket-owner")?;
        if let Some(tags) = tags {
            put.tags = tags;
        }
        let operation = Operation::PutObject(put);
        unread::refuse(&operation, parts)?;
        unbuilt::refuse(&operation)?;
        operation.refuse_unproved_lock()?;
        match operation {
            Operation::PutObject(put) => Ok((put, owner)),
            _ => Err(S3Error::not_implemented_operation()),
        }
    }

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        if parts.headers.has("content-range") {
            return Err(S3Error::not_implemented_header("Content-Range"));
        }
        let all = parts.headers.all();
        Ok(Self {
            bucket,
            key,
            headers: StandardHeaders::from_request(all),
            user_metadata: UserMetadata::from_request(all)?,
            tags: parts.tags()?,
            settings: ObjectSettings::parse(parts)?,
            write_offset: write_offset(parts)?,
            precondition: WritePrecondition::parse(parts.headers)?,
            content_md5: ContentMd5::from_headers(all)?,
            checksum: BodyChecksum::from_headers(all)?,
        })
    }
}

fn write_offset(parts: Parts<'_>) -> Result<Option<u64>, S3Error> {
    let name = "x-amz-write-offset-bytes";
    let Some(text) = parts.headers.nonempty(name)? else { return Ok(None) };
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let offset = text.parse().ok().filter(|_| is_number);
    offset.map(Some).ok_or_else(|| S3Error::invalid_argument(name, text, format!("{name} is not an offset")))
}
