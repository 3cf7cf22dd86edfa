//! `ListParts`: `GET /b/k?uploadId`

use cairn_types::{BucketName, ObjectKey, UploadId};

use super::parameters::{Parts, parse_count};
use crate::error::S3Error;
use crate::limits::LIST_ENTRIES_MAX;

/// The parts of an open upload, by number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListParts {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// The last number seen; 0 before the first.
    pub part_number_marker: u32,
    /// The most to return.
    pub max_parts: u32,
    /// How the key is written.
    pub encoding: super::KeyEncoding,
}

impl ListParts {
    pub(super) const PARAMETERS: [&'static str; 4] = ["uploadId", "part-number-marker", "max-parts", "encoding-type"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        let marker = parts.query.nonempty("part-number-marker");
        Ok(Self {
            bucket,
            key,
            upload_id: parts.upload_id()?,
            part_number_marker: marker.map_or(Ok(0), |text| parse_count("part-number-marker", text))?,
            max_parts: parts.count("max-parts", LIST_ENTRIES_MAX)?,
            encoding: super::ListScope::parse(parts)?.encoding,
        })
    }
}
