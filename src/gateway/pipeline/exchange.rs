//! A request that may be answered.

use std::sync::Arc;

use cairn_policy::{Action, Principal};
use cairn_runtime::Instant;
use cairn_s3::response::Owner;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{AccountId, BucketName, CanonicalId};

use super::governed::{Governed, Wish};
use super::names::RequestName;
use crate::buckets::Seen;
use crate::gateway::Gateway;
use crate::identity::Identity;

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
}

/// An authorised request, apart from what it asks for.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) gateway: Gateway,
    pub(crate) caller: Caller,
    pub(crate) name: RequestName,
    /// Until when the catalog must have answered.
    pub(crate) deadline: Instant,
}

impl Exchange {
    /// The account that asks, and that owns what it writes.
    pub(crate) fn account(&self) -> Result<(&CanonicalId, AccountId), S3Error> {
        self.caller.principal().account().ok_or_else(|| S3ErrorCode::AccessDenied.into())
    }

    /// The account as documents show it.
    pub(crate) fn owner(&self) -> Result<Owner, S3Error> {
        self.account().map(|(id, _)| Owner { id: id.clone(), display_name: None })
    }

    /// The bucket that a copy reads from.
    pub(crate) async fn source(
        &self,
        name: &BucketName,
        expected_owner: Option<AccountId>,
    ) -> Result<Governed, S3Error> {
        let wish = Wish {
            name: name.clone(),
            action: Action::GetObject,
            caller: self.caller.clone(),
            expected_owner,
            seen: Seen::Before,
            deadline: self.deadline,
        };
        Governed::find(&self.gateway, wish).await
    }
}
