//! `CopyObject`: `PUT /b/k` with `x-amz-copy-source`

use cairn_types::{AccountId, BucketName, ObjectKey};

use super::parameters::Parts;
use super::{CopyTags, ObjectSettings};
use crate::address::CopySource;
use crate::checksum::ChecksumAlgorithm;
use crate::condition::{ReadConditions, WritePrecondition};
use crate::encryption::CustomerKey;
use crate::error::{S3Error, S3ErrorCode};
use crate::header::{StandardHeaders, UserMetadata};

/// A new object with another's bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct CopyObject {
    /// The bucket to write to.
    pub bucket: BucketName,
    /// The key to write.
    pub key: ObjectKey,
    /// The object to read.
    pub source: CopySource,
    /// What must be true of the source.
    pub source_conditions: ReadConditions,
    /// Who must own the source's bucket.
    pub expected_source_owner: Option<AccountId>,
    /// Where headers and metadata come from.
    pub metadata: CopyMetadata,
    /// Where tags come from.
    pub tags: CopyTags,
    /// All else that it is to have; nothing of it comes from the source.
    pub settings: ObjectSettings,
    /// The key that the source is encrypted with.
    pub source_customer_key: Option<CustomerKey>,
    /// The checksum to compute; the source's own without one.
    pub checksum_algorithm: Option<ChecksumAlgorithm>,
    /// What must be true of the key.
    pub precondition: WritePrecondition,
}

/// `x-amz-metadata-directive`.
// One lives per copy, inside its request: a box would save bytes that nobody stores.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, PartialEq, Debug)]
pub enum CopyMetadata {
    /// From the source; the request's own are ignored.
    Copy,
    /// From the request, all of them.
    Replace {
        /// Headers kept with the copy.
        headers: StandardHeaders,
        /// Metadata kept with the copy.
        user_metadata: UserMetadata,
    },
}

impl CopyObject {
    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        let source = CopySource::parse(parts.headers.bytes("x-amz-copy-source")?.unwrap_or_default())?;
        let metadata = CopyMetadata::parse(parts)?;
        let settings = ObjectSettings::parse(parts)?;
        let onto_itself = source.bucket == bucket && source.key == key && source.version_id.is_none();
        // Asking for a class is a change even where the class is the same: clients use it to renew `Last-Modified`.
        let changes = metadata != CopyMetadata::Copy
            || settings.storage_class.is_some()
            || settings.website_redirect.is_some()
            || !settings.encryption.is_none();
        if onto_itself && !changes {
            return Err(S3Error::with_message(
                S3ErrorCode::InvalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the \
                 object's metadata, storage class, website redirect location or encryption attributes.",
            ));
        }
        let algorithm = parts.headers.nonempty("x-amz-checksum-algorithm")?;
        Ok(Self {
            bucket,
            key,
            source,
            source_conditions: ReadConditions::of_copy_source(parts.headers)?,
            expected_source_owner: parts.owner("x-amz-source-expected-bucket-owner")?,
            metadata,
            tags: CopyTags::parse(parts)?,
            settings,
            source_customer_key: CustomerKey::of_copy_source(parts.headers)?,
            checksum_algorithm: algorithm.map(ChecksumAlgorithm::parse_name).transpose()?,
            precondition: WritePrecondition::parse(parts.headers)?,
        })
    }
}

impl CopyMetadata {
    fn parse(parts: Parts<'_>) -> Result<Self, S3Error> {
        match parts.headers.nonempty("x-amz-metadata-directive")? {
            None | Some("COPY") => Ok(Self::Copy),
            Some("REPLACE") => Ok(Self::Replace {
                headers: StandardHeaders::from_request(parts.headers.all()),
                user_metadata: UserMetadata::from_request(parts.headers.all())?,
            }),
            Some(other) => {
                Err(S3Error::invalid_argument("x-amz-metadata-directive", other, "Unknown metadata directive."))
            }
        }
    }
}
