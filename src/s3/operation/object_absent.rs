//! Object-level settings that this version has none of.

use crate::error::{S3Error, S3ErrorCode};

/// A setting of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectConfiguration {
    /// `?retention`
    Retention,
    /// `?legal-hold`
    LegalHold,
}

impl ObjectConfiguration {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "retention" => Some(Self::Retention),
            "legal-hold" => Some(Self::LegalHold),
            _ => None,
        }
    }

    /// The operation's name.
    pub fn operation_name(self) -> &'static str {
        match self {
            Self::Retention => "GetObjectRetention",
            Self::LegalHold => "GetObjectLegalHold",
        }
    }

    /// What S3 answers for an object that exists in a bucket without object lock.
    pub fn absent(self) -> S3Error {
        S3Error::with_message(S3ErrorCode::InvalidRequest, "Bucket is missing Object Lock Configuration")
    }
}
