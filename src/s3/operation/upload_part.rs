//! `UploadPart`: `PUT /b/k?partNumber&uploadId`

use cairn_types::{BucketName, ObjectKey, UploadId};

use super::parameters::Parts;
use crate::checksum::{BodyChecksum, ContentMd5};
use crate::encryption::CustomerKey;
use crate::error::S3Error;
use crate::range::PartNumber;

/// One part's bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct UploadPart {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// The part.
    pub part_number: PartNumber,
    /// The MD5 that the client says the body has.
    pub content_md5: Option<ContentMd5>,
    /// The checksum that the client says, or will say, the body has.
    pub checksum: Option<BodyChecksum>,
    /// The key of the upload, if its customer brings it.
    pub customer_key: Option<CustomerKey>,
}

impl UploadPart {
    pub(super) const PARAMETERS: [&'static str; 2] = ["uploadId", "partNumber"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        Ok(Self {
            bucket,
            key,
            part_number: PartNumber::parse(parts.query.get("partNumber").unwrap_or(""))?,
            upload_id: parts.upload_id()?,
            content_md5: ContentMd5::from_headers(parts.headers.all())?,
            checksum: BodyChecksum::from_headers(parts.headers.all())?,
            customer_key: CustomerKey::of_headers(parts.headers)?,
        })
    }
}
