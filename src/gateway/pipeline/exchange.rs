//! A request that may be answered.

use std::sync::Arc;

use cairn_policy::{IdentityPolicy, Principal};
use cairn_runtime::Instant;
use cairn_s3::address::{CopySource, Namespace};
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{AccountId, BucketName, CanonicalId};

use super::authorise::READ;
use super::circumstances::Circumstances;
use super::governed::{Governed, Wish};
use super::names::RequestName;
use super::right::{Look, Right};
use crate::buckets::{QualifiedName, Seen};
use crate::gateway::Gateway;
use crate::identity::Identity;

/// Who owns what nobody who is known wrote: the id that AWS gives them, which is no account's.
const NOBODY: &str = "65a011a29cdf8ec533ec3d1ccaae921c";

/// Who asks.
#[derive(Clone)]
pub(crate) enum Caller {
    /// Nobody who proved it.
    Anonymous,
    /// Whoever the access key speaks for.
    Known(Arc<Identity>),
}

impl Caller {
    pub(crate) fn principal(&self) -> &Principal {
        match self {
            Self::Anonymous => &Principal::Anonymous,
            Self::Known(identity) => identity.principal(),
        }
    }

    /// The policies that are attached to them.
    pub(crate) fn policies(&self) -> &[Arc<IdentityPolicy>] {
        match self {
            Self::Anonymous => &[],
            Self::Known(identity) => identity.policies(),
        }
    }

    /// The namespace that they mean where they name none.
    pub(crate) fn namespace(&self) -> Namespace {
        match self {
            Self::Anonymous => Namespace::shared(),
            Self::Known(identity) => identity.namespace().clone(),
        }
    }

    /// Their tags.
    pub(crate) fn tags(&self) -> &[(String, String)] {
        match self {
            Self::Anonymous => &[],
            Self::Known(identity) => identity.tags(),
        }
    }
}

/// An authorised request, apart from what it asks for.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) gateway: Gateway,
    pub(crate) caller: Caller,
    pub(crate) name: RequestName,
    /// The namespace of the bucket that it is about: the one it names, else the caller's.
    pub(crate) namespace: Namespace,
    /// What conditions of policies ask for.
    pub(crate) circumstances: Arc<Circumstances>,
    /// Whether the caller pays, should the bucket's owner want it.
    pub(crate) is_paying: bool,
    /// Until when the catalog must have answered.
    pub(crate) deadline: Instant,
}

impl Exchange {
    /// The account that asks.
    pub(crate) fn account(&self) -> Result<(&CanonicalId, AccountId), S3Error> {
        self.caller.principal().account().ok_or_else(|| S3ErrorCode::AccessDenied.into())
    }

    /// Who writes what this request writes.
    pub(crate) fn writer(&self) -> CanonicalId {
        let account = self.caller.principal().account();
        account.map_or_else(|| CanonicalId { digits: NOBODY.to_owned() }, |(id, _)| id.clone())
    }

    /// A bucket of the account that asks, as it is now; what the request is about was decided.
    ///
    /// # Errors
    /// `NoSuchBucket`; `BucketAlreadyExists` if it became another's.
    pub(crate) async fn own_bucket(&self, name: &BucketName) -> Result<Governed, S3Error> {
        let wish = Wish {
            name: QualifiedName { namespace: self.namespace.clone(), name: name.clone() },
            rights: Vec::new(),
            look: Look::Before,
            expected_owner: None,
            seen: Seen::Now,
        };
        let bucket = Governed::find(self, wish).await?;
        if bucket.is_own() { Ok(bucket) } else { Err(S3ErrorCode::BucketAlreadyExists.into()) }
    }

    /// The bucket that a copy reads from.
    pub(crate) async fn source(
        &self,
        source: &CopySource,
        expected_owner: Option<AccountId>,
    ) -> Result<Governed, S3Error> {
        let wish = Wish {
            name: QualifiedName {
                namespace: source.namespace.clone().unwrap_or_else(|| self.caller.namespace()),
                name: source.bucket.clone(),
            },
            rights: vec![Right::on_version(READ, &source.key, source.version_id)],
            look: Look::WhenFound,
            expected_owner,
            seen: Seen::Before,
        };
        Governed::find(self, wish).await
    }
}
