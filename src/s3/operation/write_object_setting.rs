//! Changes of what an object carries: `PUT /b/k?tagging`, `?acl`, `?retention`, `?legal-hold`

use super::parameters::Parts;
use super::{DocumentProof, OnObject};
use crate::acl::RequestedAcl;
use crate::error::S3Error;
use crate::lock::GovernanceBypass;

/// Replaces tags or legal hold; the document is the body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutObjectDocument {
    /// The object.
    pub object: OnObject,
    /// What the client says of the document.
    pub proof: DocumentProof,
}

/// Replaces the retention; the document is the body ([`crate::lock::Retention::parse`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutObjectRetention {
    /// The object.
    pub object: OnObject,
    /// What the client says of the document.
    pub proof: DocumentProof,
    /// Whether governance is to be lifted.
    pub bypass: GovernanceBypass,
}

/// Replaces the ACL; the body, if any, and the headers make an [`crate::acl::AclChange`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutObjectAcl {
    /// The object.
    pub object: OnObject,
    /// What the headers ask for.
    pub acl: RequestedAcl,
    /// What the client says of the document.
    pub proof: DocumentProof,
}

impl PutObjectDocument {
    pub(super) fn parse(parts: Parts<'_>, object: OnObject) -> Result<Self, S3Error> {
        Ok(Self { object, proof: DocumentProof::parse(parts)? })
    }
}

impl PutObjectRetention {
    pub(super) fn parse(parts: Parts<'_>, object: OnObject) -> Result<Self, S3Error> {
        let bypass = GovernanceBypass::of_headers(parts.headers)?;
        Ok(Self { object, proof: DocumentProof::parse(parts)?, bypass })
    }
}

impl PutObjectAcl {
    pub(super) fn parse(parts: Parts<'_>, object: OnObject) -> Result<Self, S3Error> {
        let acl = RequestedAcl::of_headers(parts.headers)?;
        Ok(Self { object, acl, proof: DocumentProof::parse(parts)? })
    }
}
