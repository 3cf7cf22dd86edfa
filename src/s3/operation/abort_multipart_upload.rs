//! `AbortMultipartUpload`: `DELETE /b/k?uploadId`

use cairn_types::{BucketName, ObjectKey, UploadId};

use super::parameters::Parts;
use crate::error::S3Error;

/// Gives an upload up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AbortMultipartUpload {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
}

impl AbortMultipartUpload {
    pub(super) const PARAMETERS: [&'static str; 1] = ["uploadId"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        Ok(Self { bucket, key, upload_id: parts.upload_id()? })
    }
}
