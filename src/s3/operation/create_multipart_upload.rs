//! `CreateMultipartUpload`: `POST /b/k?uploads`

use cairn_types::{BucketName, ObjectKey};

use super::ObjectSettings;
use super::parameters::Parts;
use crate::checksum::UploadChecksum;
use crate::condition::WritePrecondition;
use crate::error::S3Error;
use crate::header::{StandardHeaders, UserMetadata};
use crate::tagging::TagSet;

/// Begins an upload. Everything the object will have beside its bytes is said here.
#[derive(Clone, PartialEq, Debug)]
pub struct CreateMultipartUpload {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// Headers kept with the object.
    pub headers: StandardHeaders,
    /// Metadata kept with the object.
    pub user_metadata: UserMetadata,
    /// Its tags.
    pub tags: TagSet,
    /// All else that it is to have.
    pub settings: ObjectSettings,
    /// The checksum promised for it.
    pub checksum: Option<UploadChecksum>,
}

impl CreateMultipartUpload {
    pub(super) const PARAMETERS: [&'static str; 1] = ["uploads"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        // Conditions are checked by Complete alone: one here would be a promise that nobody keeps.
        match WritePrecondition::parse(parts.headers)? {
            WritePrecondition::None => {}
            WritePrecondition::Absent => return Err(S3Error::not_implemented_header("If-None-Match")),
            WritePrecondition::Exists | WritePrecondition::Matches(_) => {
                return Err(S3Error::not_implemented_header("If-Match"));
            }
        }
        let all = parts.headers.all();
        Ok(Self {
            bucket,
            key,
            headers: StandardHeaders::from_request(all),
            user_metadata: UserMetadata::from_request(all)?,
            tags: parts.tags()?,
            settings: ObjectSettings::parse(parts)?,
            checksum: UploadChecksum::from_headers(all)?,
        })
    }
}
