//! `PutObject`: `PUT /b/k`

use cairn_types::{BucketName, ObjectKey};

use super::parameters::Parts;
use crate::checksum::{BodyChecksum, ContentMd5};
use crate::condition::WritePrecondition;
use crate::error::S3Error;
use crate::header::{StandardHeaders, UserMetadata};

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
    /// What must be true of the key.
    pub precondition: WritePrecondition,
    /// The MD5 that the client says the body has.
    pub content_md5: Option<ContentMd5>,
    /// The checksum that the client says, or will say, the body has.
    pub checksum: Option<BodyChecksum>,
}

impl PutObject {
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
            precondition: WritePrecondition::parse(parts.headers)?,
            content_md5: ContentMd5::from_headers(all)?,
            checksum: BodyChecksum::from_headers(all)?,
        })
    }
}
