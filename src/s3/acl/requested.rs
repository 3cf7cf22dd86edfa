//! The ACL that a request's headers ask for.

use super::grant_header::parse_grantees;
use super::{CannedAcl, Grant, Permission};
use crate::error::{S3Error, S3ErrorCode};
use crate::header::RequestHeaders;
use crate::limits::ACL_GRANTS_MAX;

/// What headers say of an ACL.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum RequestedAcl {
    /// Nothing: whatever is made belongs to its owner alone.
    #[default]
    Unsaid,
    /// `x-amz-acl`.
    Canned(CannedAcl),
    /// `x-amz-grant-*`: these, and nobody else.
    Grants(Vec<Grant>),
}

impl RequestedAcl {
    /// Reads the headers.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` for a canned ACL beside grants; `InvalidArgument` for what is neither; `MalformedACLError` for more
    /// grants than a list has.
    pub(crate) fn of_headers(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        let canned = headers.text("x-amz-acl")?.map(CannedAcl::parse).transpose()?;
        let mut grants = Vec::new();
        for permission in Permission::ALL {
            let name = permission.header_name();
            let Some(text) = headers.nonempty(name)? else { continue };
            let grantees = parse_grantees(name, text)?.into_iter();
            grants.extend(grantees.map(|grantee| Grant { grantee, permission }));
        }
        if grants.len() > ACL_GRANTS_MAX {
            return Err(S3ErrorCode::MalformedACLError.into());
        }
        match (canned, grants.is_empty()) {
            (None, true) => Ok(Self::Unsaid),
            (Some(canned), true) => Ok(Self::Canned(canned)),
            (None, false) => Ok(Self::Grants(grants)),
            (Some(_), false) => {
                let message = "Specifying both Canned ACLs and Header Grants is not allowed";
                Err(S3Error::with_message(S3ErrorCode::InvalidRequest, message))
            }
        }
    }
}
