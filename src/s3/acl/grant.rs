//! One line of a list.

use crate::error::S3Error;

/// What somebody may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Permission {
    /// All of the others.
    FullControl,
    /// Writes objects of a bucket.
    Write,
    /// Writes the list.
    WriteAcp,
    /// Lists a bucket, reads an object.
    Read,
    /// Reads the list.
    ReadAcp,
}

/// Everyone of a kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AclGroup {
    /// Everyone.
    AllUsers,
    /// Whoever has an account.
    AuthenticatedUsers,
    /// Who delivers logs.
    LogDelivery,
}

/// Who is granted something, as the request names them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Grantee {
    /// An account by its canonical id.
    Canonical(String),
    /// An account by its e-mail address.
    Email(String),
    /// A group.
    Group(AclGroup),
}

/// One grant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Grant {
    /// Who.
    pub grantee: Grantee,
    /// What.
    pub permission: Permission,
}

impl Permission {
    /// Every one of them, in the order in which headers that grant them are read.
    pub const ALL: [Self; 5] = [Self::Read, Self::Write, Self::ReadAcp, Self::WriteAcp, Self::FullControl];

    /// The name in XML.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FullControl => "FULL_CONTROL",
            Self::Write => "WRITE",
            Self::WriteAcp => "WRITE_ACP",
            Self::Read => "READ",
            Self::ReadAcp => "READ_ACP",
        }
    }

    /// The header that grants it.
    pub fn header_name(self) -> &'static str {
        match self {
            Self::FullControl => "x-amz-grant-full-control",
            Self::Write => "x-amz-grant-write",
            Self::WriteAcp => "x-amz-grant-write-acp",
            Self::Read => "x-amz-grant-read",
            Self::ReadAcp => "x-amz-grant-read-acp",
        }
    }
}

impl AclGroup {
    const ALL: [Self; 3] = [Self::AllUsers, Self::AuthenticatedUsers, Self::LogDelivery];

    /// The URI that names it.
    pub fn uri(self) -> &'static str {
        match self {
            Self::AllUsers => "http://acs.amazonaws.com/groups/global/AllUsers",
            Self::AuthenticatedUsers => "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
            Self::LogDelivery => "http://acs.amazonaws.com/groups/s3/LogDelivery",
        }
    }

    /// Reads a URI.
    ///
    /// # Errors
    ///
    /// `InvalidArgument`.
    pub fn parse(uri: &str) -> Result<Self, S3Error> {
        let known = Self::ALL.into_iter().find(|known| known.uri() == uri);
        known.ok_or_else(|| S3Error::invalid_argument("uri", uri, "Invalid group uri"))
    }
}
