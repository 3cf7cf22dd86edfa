//! ACLs that go by a name.

use cairn_types::CanonicalId;

use super::{Acl, AclError, Grant, Group, Permission};

/// `x-amz-acl`
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CannedAcl {
    /// Only the owner.
    Private,
    /// And everybody reads.
    PublicRead,
    /// And everybody reads and writes.
    PublicReadWrite,
    /// And whoever has an account reads.
    AuthenticatedRead,
    /// And Amazon's machines read. There are none here, so only the owner.
    AwsExecRead,
    /// And the bucket's owner reads the object.
    BucketOwnerRead,
    /// And the bucket's owner does everything with the object.
    BucketOwnerFullControl,
    /// And whoever writes access logs writes, and reads the ACL of the bucket.
    LogDeliveryWrite,
}

/// What an ACL is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AclTarget<'a> {
    /// A bucket of this owner.
    Bucket {
        /// Its owner.
        owner: &'a CanonicalId,
    },
    /// An object.
    Object {
        /// Its owner.
        owner: &'a CanonicalId,
        /// The owner of the bucket that it is in.
        bucket_owner: &'a CanonicalId,
    },
}

impl CannedAcl {
    /// Every one.
    pub const ALL: &[Self] = &[
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

    /// Reads the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|canned| canned.as_str() == text)
    }

    /// Its grants. On a bucket the ones about the bucket's owner say nothing new and are ignored, as S3 does.
    ///
    /// # Errors
    /// `log-delivery-write` on an object.
    pub fn acl(self, target: AclTarget<'_>) -> Result<Acl, AclError> {
        let (owner, bucket_owner) = match target {
            AclTarget::Bucket { owner } => (owner, None),
            AclTarget::Object { owner, bucket_owner } => (owner, Some(bucket_owner)),
        };
        let to_bucket_owner = |permission| {
            let other = bucket_owner.filter(|bucket_owner| *bucket_owner != owner);
            other.map(|account| Grant::to_account(account, permission)).into_iter().collect::<Vec<_>>()
        };
        let more = match self {
            Self::Private | Self::AwsExecRead => Vec::new(),
            Self::PublicRead => vec![Grant::to_group(Group::AllUsers, Permission::Read)],
            Self::PublicReadWrite => [Permission::Read, Permission::Write]
                .map(|permission| Grant::to_group(Group::AllUsers, permission))
                .to_vec(),
            Self::AuthenticatedRead => vec![Grant::to_group(Group::AuthenticatedUsers, Permission::Read)],
            Self::BucketOwnerRead => to_bucket_owner(Permission::Read),
            Self::BucketOwnerFullControl => to_bucket_owner(Permission::FullControl),
            Self::LogDeliveryWrite if bucket_owner.is_some() => return Err(AclError::NotOfObjects),
            Self::LogDeliveryWrite => [Permission::Write, Permission::ReadAcp]
                .map(|permission| Grant::to_group(Group::LogDelivery, permission))
                .to_vec(),
        };
        let mut acl = Acl::private(owner);
        acl.grants.extend(more);
        Ok(acl)
    }
}
