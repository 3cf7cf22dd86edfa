//! `UploadPartCopy`: `PUT /b/k?partNumber&uploadId` with `x-amz-copy-source`

use cairn_types::{AccountId, BucketName, ObjectKey, UploadId};

use super::parameters::Parts;
use crate::address::CopySource;
use crate::condition::ReadConditions;
use crate::encryption::CustomerKey;
use crate::error::S3Error;
use crate::range::{CopyRange, PartNumber};

/// One part with another object's bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct UploadPartCopy {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// The part.
    pub part_number: PartNumber,
    /// The object to read.
    pub source: CopySource,
    /// Its bytes; all without a range.
    pub range: Option<CopyRange>,
    /// What must be true of the source.
    pub source_conditions: ReadConditions,
    /// Who must own the source's bucket.
    pub expected_source_owner: Option<AccountId>,
    /// The key of the upload, if its customer brings it.
    pub customer_key: Option<CustomerKey>,
    /// The key that the source is encrypted with.
    pub source_customer_key: Option<CustomerKey>,
}

impl UploadPartCopy {
    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        let range = parts.headers.text("x-amz-copy-source-range")?;
        Ok(Self {
            bucket,
            key,
            part_number: PartNumber::parse(parts.query.get("partNumber").unwrap_or(""))?,
            upload_id: parts.upload_id()?,
            source: CopySource::parse(parts.headers.bytes("x-amz-copy-source")?.unwrap_or_default())?,
            range: range.map(CopyRange::parse).transpose()?,
            source_conditions: ReadConditions::of_copy_source(parts.headers)?,
            expected_source_owner: parts.owner("x-amz-source-expected-bucket-owner")?,
            customer_key: CustomerKey::of_headers(parts.headers)?,
            source_customer_key: CustomerKey::of_copy_source(parts.headers)?,
        })
    }
}
