//! `x-amz-acl`.

use crate::error::S3Error;

/// A list of grants with a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CannedAcl {
    /// The owner alone.
    Private,
    /// Everyone may read.
    PublicRead,
    /// Everyone may read and write.
    PublicReadWrite,
    /// Whoever has an account may read.
    AuthenticatedRead,
    /// A service that starts machines may read: nobody here.
    AwsExecRead,
    /// The owner of the bucket may read.
    BucketOwnerRead,
    /// The owner of the bucket may do everything.
    BucketOwnerFullControl,
    /// The group that delivers logs may write, and read the list.
    LogDeliveryWrite,
}

impl CannedAcl {
    /// Every one of them.
    pub const ALL: [Self; 8] = [
        Self::Private,
        Self::PublicRead,
        Self::PublicReadWrite,
        Self::AuthenticatedRead,
        Self::AwsExecRead,
        Self::BucketOwnerRead,
        Self::BucketOwnerFullControl,
        Self::LogDeliveryWrite,
    ];

    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::PublicRead => "public-read",
            Self::PublicReadWrite => "public-read-write",
            Self::AuthenticatedRead => "authenticated-read",
            Self::AwsExecRead => "aws-exec-read",
            Self::BucketOwnerRead => "bucket-owner-read",
            Self::BucketOwnerFullControl => "bucket-owner-full-control",
            Self::LogDeliveryWrite => "log-delivery-write",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    ///
    /// `InvalidArgument`.
    pub fn parse(text: &str) -> Result<Self, S3Error> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == text);
        known.ok_or_else(|| S3Error::invalid_argument("x-amz-acl", text, "Invalid canned ACL"))
    }
}
