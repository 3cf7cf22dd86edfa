//! A proved claim.

use crate::payload::BodyProof;

/// How a request was signed; policies may ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthScheme {
    /// Version 4 in the `Authorization` header.
    HeaderV4,
    /// Version 4 in a presigned URL.
    QueryV4,
    /// Version 2 in the `Authorization` header.
    HeaderV2,
    /// Version 2 in a presigned URL.
    QueryV2,
    /// The policy of a form, under version 4.
    PostV4,
    /// The policy of a form, under version 2.
    PostV2,
}

impl AuthScheme {
    /// Whether somebody else than the key's owner may be sending this: such a request must say no more than was signed.
    pub fn is_presigned(self) -> bool {
        match self {
            Self::QueryV4 | Self::QueryV2 | Self::PostV4 | Self::PostV2 => true,
            Self::HeaderV4 | Self::HeaderV2 => false,
        }
    }
}

/// A request whose signature was made with the secret of its access key.
pub struct Verified {
    pub(super) access_key: String,
    pub(super) scheme: AuthScheme,
    pub(super) body: BodyProof,
}

impl Verified {
    /// The access key.
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// How it was signed.
    pub fn scheme(&self) -> AuthScheme {
        self.scheme
    }

    /// How the body is framed and proved.
    pub fn into_body(self) -> BodyProof {
        self.body
    }
}
