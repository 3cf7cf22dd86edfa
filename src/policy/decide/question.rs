//! What a decision is about.

use std::sync::Arc;

use cairn_types::{BucketName, CanonicalId, ObjectKey};

use crate::Principal;
use crate::acl::Acl;
use crate::action::Action;
use crate::arn::{BucketRef, ResourceArns};
use crate::context::RequestContext;
use crate::document::{BucketPolicy, IdentityPolicy};
use crate::ownership::Ownership;
use crate::public_access::PublicAccessBlock;

/// May this principal do this?
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// The policies attached to them. An account itself has none.
    pub identity_policies: &'a [Arc<IdentityPolicy>],
    /// What for.
    pub action: Action,
    /// On what.
    pub resource: Resource<'a>,
    /// What else the request says.
    pub context: &'a dyn RequestContext,
}

/// What an action is on.
#[derive(Clone, Copy, Debug)]
pub enum Resource<'a> {
    /// The caller's own account: listing buckets, asking who one is.
    OwnAccount,
    /// A bucket that is to be made in the caller's own account.
    NewBucket(BucketRef<'a>),
    /// A bucket.
    Bucket(&'a BucketAccess),
    /// Something in a bucket.
    Object {
        /// The bucket.
        bucket: &'a BucketAccess,
        /// The key, the same that is stored.
        key: &'a ObjectKey,
        /// What is there.
        state: ObjectState<'a>,
    },
}

/// What decides about a bucket: kept compiled by whoever keeps the bucket, and made anew when its configuration changes.
#[derive(Clone, PartialEq, Debug)]
pub struct BucketAccess {
    /// The namespace of its name; empty is the one that all accounts share.
    pub namespace: String,
    /// Its name.
    pub name: BucketName,
    /// Its owner.
    pub owner: CanonicalId,
    /// Its policy.
    pub policy: Option<Arc<BucketPolicy>>,
    /// Its ACL; none means private to the owner.
    pub acl: Option<Acl>,
    /// Its ownership controls.
    pub ownership: Ownership,
    /// Its public access block.
    pub public_access_block: PublicAccessBlock,
}

/// What is known of an object under a key.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ObjectState<'a> {
    /// Nothing yet. The decision says so if it depends on it.
    Unread,
    /// There is none; or the action is about the one that this very request makes (its ACL, tags, retention).
    Absent,
    /// There is one.
    Present {
        /// Its owner.
        owner: &'a CanonicalId,
        /// The ACL that it was given; none means that it was given none, and is private to its owner.
        acl: Option<&'a Acl>,
    },
    /// An upload in parts.
    Upload {
        /// The account that began it; none while it is being begun.
        initiator: Option<&'a CanonicalId>,
    },
}

impl BucketAccess {
    /// A bucket as it is made: private to its owner.
    pub fn private(bucket: BucketRef<'_>, owner: CanonicalId) -> Self {
        Self {
            namespace: bucket.namespace.to_owned(),
            name: bucket.name.clone(),
            owner,
            policy: None,
            acl: None,
            ownership: Ownership::default(),
            public_access_block: PublicAccessBlock::default(),
        }
    }

    /// Its names.
    pub fn names(&self) -> BucketRef<'_> {
        BucketRef { namespace: &self.namespace, name: &self.name }
    }
}

impl<'a> Resource<'a> {
    /// The bucket that it is or lies in.
    pub(super) fn bucket(&self) -> Option<&'a BucketAccess> {
        match self {
            Self::OwnAccount | Self::NewBucket(_) => None,
            Self::Bucket(bucket) | Self::Object { bucket, .. } => Some(bucket),
        }
    }

    pub(super) fn state(&self) -> Option<ObjectState<'a>> {
        match self {
            Self::OwnAccount | Self::NewBucket(_) | Self::Bucket(_) => None,
            Self::Object { state, .. } => Some(*state),
        }
    }

    pub(super) fn arns(&self) -> ResourceArns {
        match self {
            Self::OwnAccount => ResourceArns::of_account(),
            Self::NewBucket(bucket) => ResourceArns::new(*bucket, None),
            Self::Bucket(bucket) => ResourceArns::new(bucket.names(), None),
            Self::Object { bucket, key, .. } => ResourceArns::new(bucket.names(), Some(key)),
        }
    }
}
