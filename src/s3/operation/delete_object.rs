//! `DeleteObject`: `DELETE /b/k`

use cairn_types::{BucketName, ObjectKey, VersionId};

use super::parameters::Parts;
use crate::condition::DeleteConditions;
use crate::error::S3Error;
use crate::lock::GovernanceBypass;

/// Deletes an object, or one version of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeleteObject {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The version.
    pub version_id: Option<VersionId>,
    /// What must be true of it.
    pub conditions: DeleteConditions,
    /// Whether governance is to be lifted.
    pub bypass: GovernanceBypass,
}

impl DeleteObject {
    pub(super) const PARAMETERS: [&'static str; 1] = ["versionId"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        let conditions = DeleteConditions::of_headers(parts.headers)?;
        let bypass = GovernanceBypass::of_headers(parts.headers)?;
        Ok(Self { bucket, key, version_id: parts.version_id()?, conditions, bypass })
    }
}
