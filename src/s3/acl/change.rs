//! The ACL that is to be set: from headers or from a document.

use super::{AccessControlPolicy, CannedAcl, Grant, RequestedAcl};
use crate::error::{S3Error, S3ErrorCode};

/// What a list is replaced by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AclChange {
    /// A canned one.
    Canned(CannedAcl),
    /// These grants; the owner stays.
    Grants(Vec<Grant>),
    /// A document's, which names the owner as well.
    Policy(AccessControlPolicy),
}

impl AclChange {
    /// Joins the headers and the body of `PutBucketAcl` or `PutObjectAcl`.
    ///
    /// # Errors
    ///
    /// `UnexpectedContent` for both; `MissingSecurityHeader` for neither; for the body as [`AccessControlPolicy::parse`].
    pub fn new(requested: RequestedAcl, body: &[u8]) -> Result<Self, S3Error> {
        match requested {
            RequestedAcl::Unsaid if body.is_empty() => {
                let message = "Your request was missing a required header: x-amz-acl";
                Err(S3Error::with_message(S3ErrorCode::MissingSecurityHeader, message))
            }
            RequestedAcl::Unsaid => AccessControlPolicy::parse(body).map(Self::Policy),
            _ if !body.is_empty() => Err(S3ErrorCode::UnexpectedContent.into()),
            RequestedAcl::Canned(canned) => Ok(Self::Canned(canned)),
            RequestedAcl::Grants(grants) => Ok(Self::Grants(grants)),
        }
    }
}
