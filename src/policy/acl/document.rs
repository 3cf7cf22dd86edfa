//! An ACL as it is kept: `docs/formats/acl.md`.

use cairn_types::CanonicalId;
use cairn_types::record::{record, record_choice, record_enum};

use crate::limits::ACL_GRANTS_MAX;

record_enum! {
    /// A group that S3 knows.
    pub enum Group {
        /// Everybody in the world.
        1 => AllUsers,
        /// Whoever has an account, whichever it is.
        2 => AuthenticatedUsers,
        /// Whoever writes access logs.
        3 => LogDelivery,
    }
}

record_enum! {
    /// What is granted.
    pub enum Permission {
        /// Listing a bucket, reading an object.
        1 => Read,
        /// Writing into a bucket; means nothing on an object.
        2 => Write,
        /// Reading the ACL.
        3 => ReadAcp,
        /// Changing the ACL.
        4 => WriteAcp,
        /// All of these.
        5 => FullControl,
    }
}

record_choice! {
    /// To whom it is granted.
    pub enum Grantee {
        /// An account.
        1 => Account(CanonicalId),
        /// A group.
        2 => Group(Group),
    }
}

record! {
    /// One grant.
    pub struct Grant without unknown {
        /// To whom.
        1 => pub grantee: Grantee,
        /// What.
        2 => pub permission: Permission,
    }
}

record! {
    /// An access control list. Its owner is the owner of what it belongs to, and stands there.
    pub struct Acl {
        /// The grants, in the order in which they are shown.
        1 => pub grants: Vec<Grant>,
    }
}

impl Eq for Grantee {}
impl Eq for Grant {}

/// Why an ACL is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AclError {
    /// S3: `InvalidRequest`.
    #[error("an ACL has at most {ACL_GRANTS_MAX} grants")]
    TooManyGrants,
    /// S3: `InvalidArgument`.
    #[error("the canned ACL is not one of objects")]
    NotOfObjects,
}

impl Permission {
    /// The name in XML.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::ReadAcp => "READ_ACP",
            Self::WriteAcp => "WRITE_ACP",
            Self::FullControl => "FULL_CONTROL",
        }
    }

    /// Reads the name in XML.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Read, Self::Write, Self::ReadAcp, Self::WriteAcp, Self::FullControl];
        all.into_iter().find(|permission| permission.as_str() == text)
    }
}

impl Group {
    /// The URI by which S3 names it.
    pub fn uri(self) -> &'static str {
        match self {
            Self::AllUsers => "http://acs.amazonaws.com/groups/global/AllUsers",
            Self::AuthenticatedUsers => "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
            Self::LogDelivery => "http://acs.amazonaws.com/groups/s3/LogDelivery",
        }
    }

    /// Reads the URI.
    pub fn parse(uri: &str) -> Option<Self> {
        let all = [Self::AllUsers, Self::AuthenticatedUsers, Self::LogDelivery];
        all.into_iter().find(|group| group.uri() == uri)
    }

    /// Whether anybody can be in it without the owner knowing them.
    pub fn is_public(self) -> bool {
        match self {
            Self::AllUsers | Self::AuthenticatedUsers => true,
            Self::LogDelivery => false,
        }
    }
}

impl Grant {
    /// A grant to an account.
    pub fn to_account(account: &CanonicalId, permission: Permission) -> Self {
        Self { grantee: Grantee::Account(account.clone()), permission }
    }

    /// A grant to a group.
    pub fn to_group(group: Group, permission: Permission) -> Self {
        Self { grantee: Grantee::Group(group), permission }
    }
}

impl Acl {
    /// An ACL of these grants.
    ///
    /// # Errors
    /// Too many.
    pub fn new(grants: Vec<Grant>) -> Result<Self, AclError> {
        if grants.len() > ACL_GRANTS_MAX {
            return Err(AclError::TooManyGrants);
        }
        Ok(Self { grants, ..Self::default() })
    }

    /// What a bucket or object has that was given none: its owner's full control.
    pub fn private(owner: &CanonicalId) -> Self {
        Self { grants: vec![Grant::to_account(owner, Permission::FullControl)], ..Self::default() }
    }

    /// Whether it grants anything to everybody, known or not.
    pub fn is_public(&self) -> bool {
        self.grants.iter().any(|grant| match &grant.grantee {
            Grantee::Account(_) => false,
            Grantee::Group(group) => group.is_public(),
        })
    }

    /// Whether `grantee` has `permission` by a grant of its own.
    pub fn grants(&self, grantee: &Grantee, permission: Permission) -> bool {
        let covers = |granted| granted == permission || granted == Permission::FullControl;
        self.grants.iter().any(|grant| grant.grantee == *grantee && covers(grant.permission))
    }

    /// Whether it grants something to somebody other than `owner`: ACLs cannot be switched off while it stands.
    pub fn grants_others(&self, owner: &CanonicalId) -> bool {
        self.grants.iter().any(|grant| match &grant.grantee {
            Grantee::Account(account) => account != owner,
            Grantee::Group(_) => true,
        })
    }
}
