//! Changes of a bucket's configurations: `PUT /b?x`, `DELETE /b?x`

use cairn_types::BucketName;

use super::parameters::Parts;
use super::{BucketConfiguration, DocumentProof};
use crate::acl::RequestedAcl;
use crate::error::S3Error;

/// Sets one configuration; its document is the body, read by the type of the configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutBucketConfiguration {
    /// The bucket.
    pub bucket: BucketName,
    /// Which one.
    pub kind: BucketConfiguration,
    /// The one of several with this id.
    pub id: Option<String>,
    /// What the client says of the document.
    pub proof: DocumentProof,
    /// `x-amz-confirm-remove-self-bucket-access`: the policy may lock out who sets it.
    pub may_lock_out_self: bool,
}

/// Removes one configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeleteBucketConfiguration {
    /// The bucket.
    pub bucket: BucketName,
    /// Which one.
    pub kind: BucketConfiguration,
    /// The one of several with this id.
    pub id: Option<String>,
}

/// Replaces the ACL of a bucket; the body, if any, and the headers make an [`crate::acl::AclChange`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutBucketAcl {
    /// The bucket.
    pub bucket: BucketName,
    /// What the headers ask for.
    pub acl: RequestedAcl,
    /// What the client says of the document.
    pub proof: DocumentProof,
}

impl PutBucketConfiguration {
    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, kind: BucketConfiguration) -> Result<Self, S3Error> {
        let confirmed = parts.headers.nonempty("x-amz-confirm-remove-self-bucket-access")?;
        Ok(Self {
            bucket,
            kind,
            id: parts.query.nonempty("id").map(str::to_owned),
            proof: DocumentProof::parse(parts)?,
            may_lock_out_self: confirmed.is_some_and(|text| text.eq_ignore_ascii_case("true")),
        })
    }
}

impl DeleteBucketConfiguration {
    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, kind: BucketConfiguration) -> Self {
        Self { bucket, kind, id: parts.query.nonempty("id").map(str::to_owned) }
    }
}

impl PutBucketAcl {
    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName) -> Result<Self, S3Error> {
        let acl = RequestedAcl::of_headers(parts.headers)?;
        Ok(Self { bucket, acl, proof: DocumentProof::parse(parts)? })
    }
}
