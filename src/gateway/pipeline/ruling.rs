//! One decision: what is known goes into the engine's question, and its answer becomes S3's.

use cairn_catalog::rows::VersionRow;
use cairn_policy::{
    Acl, Action, Decision, Denied, Grant, Group, ObjectState, Permission, Principal, Question, Resource, decide,
};
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::CanonicalId;
use cairn_types::record::Record;

use super::circumstances::Context;
use super::exchange::Exchange;
use super::right::{On, Right};
use crate::buckets::Bucket;

/// What is known of what a right is on.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// Nothing yet.
    Unread,
    /// There is none.
    Absent,
    /// A version of an object.
    Object(ObjectSide),
    /// An upload, and who began it.
    Upload(CanonicalId),
}

/// What of an object decides.
#[derive(Clone, Debug)]
pub(super) struct ObjectSide {
    owner: CanonicalId,
    acl: Option<Acl>,
    tags: Vec<(String, String)>,
}

impl Known {
    /// Of a version that was read. A delete marker is no object.
    ///
    /// # Errors
    /// `AccessDenied` for an ACL that cannot be read: to leave it out could allow what it does not.
    pub(super) fn of(version: &VersionRow) -> Result<Self, S3Error> {
        if version.is_marker() {
            return Ok(Self::Absent);
        }
        let meta = &version.meta;
        let acl = meta.acl.clone().map(Acl::decode).transpose().map_err(|error| {
            tracing::error!(%error, "the ACL of an object cannot be read");
            S3Error::new(S3ErrorCode::AccessDenied)
        })?;
        Ok(Self::Object(ObjectSide { owner: meta.owner.clone(), acl, tags: meta.tags.clone() }))
    }

    /// An object that keeps nobody out by itself.
    pub(super) fn open_to_all(owner: &CanonicalId) -> Self {
        let grant = Grant::to_group(Group::AllUsers, Permission::FullControl);
        let acl = Acl::new(vec![grant]).expect("one grant is not too many");
        Self::Object(ObjectSide { owner: owner.clone(), acl: Some(acl), tags: Vec::new() })
    }

    fn tags(&self) -> &[(String, String)] {
        match self {
            Self::Object(object) => &object.tags,
            Self::Unread | Self::Absent | Self::Upload(_) => &[],
        }
    }

    fn state(&self) -> ObjectState<'_> {
        match self {
            Self::Unread => ObjectState::Unread,
            Self::Absent => ObjectState::Absent,
            Self::Object(object) => ObjectState::Present { owner: &object.owner, acl: object.acl.as_ref() },
            Self::Upload(initiator) => ObjectState::Upload { initiator: Some(initiator) },
        }
    }
}

/// Decides about a bucket or something in it.
pub(super) fn rule(exchange: &Exchange, bucket: &Bucket, right: &Right, known: &Known) -> Decision {
    let access = &bucket.access;
    if bucket.fault.is_some() && !mends(exchange, bucket, right.action) {
        return Decision::Deny(Denied::NoGrant);
    }
    let (resource, version) = match &right.on {
        On::Account => (Resource::OwnAccount, None),
        On::Bucket | On::Listing(_) => (Resource::Bucket(access), None),
        On::Object(key, version) => (Resource::Object { bucket: access, key, state: known.state() }, *version),
        On::NewObject(key) => (Resource::Object { bucket: access, key, state: ObjectState::Absent }, None),
        On::Upload(key, _) => {
            let state = match known {
                Known::Upload(_) => known.state(),
                Known::Unread | Known::Absent | Known::Object(_) => ObjectState::Upload { initiator: None },
            };
            (Resource::Object { bucket: access, key, state }, None)
        }
    };
    let context = Context {
        request: &exchange.circumstances,
        user_tags: exchange.caller.tags(),
        version,
        prefix: match &right.on {
            On::Listing(key) => Some(key.as_str()),
            _ => None,
        },
        object_tags: known.tags(),
    };
    ask(exchange, right.action, resource, &context)
}

/// Decides about the caller's own account, or a bucket that is to be made in it.
pub(super) fn rule_on_account(exchange: &Exchange, action: Action, resource: Resource<'_>) -> Decision {
    let context = Context {
        request: &exchange.circumstances,
        user_tags: exchange.caller.tags(),
        version: None,
        prefix: None,
        object_tags: &[],
    };
    ask(exchange, action, resource, &context)
}

fn ask(exchange: &Exchange, action: Action, resource: Resource<'_>, context: &Context<'_>) -> Decision {
    let caller = &exchange.caller;
    let (principal, identity_policies) = (caller.principal(), caller.policies());
    let decision = decide(&Question { principal, identity_policies, action, resource, context });
    if let Decision::Deny(why) = decision {
        tracing::debug!(action = action.as_str(), ?why, "denied");
    }
    decision
}

/// Whether the owner of a bucket whose configuration cannot be read replaces what is wrong with it.
fn mends(exchange: &Exchange, bucket: &Bucket, action: Action) -> bool {
    let is_owner = match exchange.caller.principal() {
        Principal::Account { id, .. } => *id == bucket.access.owner,
        Principal::Anonymous | Principal::User { .. } => false,
    };
    let replaces = matches!(
        action,
        Action::PutBucketPolicy
            | Action::DeleteBucketPolicy
            | Action::PutBucketAcl
            | Action::PutBucketPublicAccessBlock
            | Action::PutBucketRequestPayment
    );
    is_owner && replaces
}

/// The answer to what was not allowed.
pub(super) fn refusal(decision: Decision) -> S3Error {
    match decision {
        Decision::Deny(Denied::OtherAccount) => S3ErrorCode::MethodNotAllowed.into(),
        Decision::Allow(_) | Decision::Deny(_) | Decision::NeedsObject => S3ErrorCode::AccessDenied.into(),
    }
}
