//! The one decision: may this principal do this action on this resource?
//!
//! # Order
//! 1. `sts:GetCallerIdentity` is for everybody who is known, whatever any policy says.
//! 2. **Explicit deny** in a policy of the user or in the bucket's policy refuses, whoever asks and whoever owns the object.
//!    One exception: the account that owns a bucket can always read, replace and delete the bucket's policy.
//! 3. Anonymous callers take no part in uploads in parts.
//! 4. **Who governs.** The bucket's owner governs the bucket and what comes into and goes out of it: writing, deleting,
//!    locks, restoring, uploads. Reading an object, and its ACL and tags, is governed by the object's owner. Ownership
//!    `BucketOwnerEnforced` makes the bucket's owner the owner of every object.
//! 5. **The resource's side** allows if the bucket's policy does (only where the bucket's owner governs, and for outsiders
//!    only if no public access block restricts a public policy), or an ACL does (unless ownership switched ACLs off;
//!    grants to everybody unless the public access block ignores them), or the caller's account began the upload.
//! 6. **The caller's side** allows an account everything, and a user what a policy of theirs allows.
//! 7. The account that governs may do everything. Its users need *either* side; but of the resource's side only what
//!    names them or everybody counts: what names the account leaves it to the account to pass the right on. A caller of
//!    another account needs *both* sides. An anonymous caller needs the resource's side.
//! 8. A bucket's policy is managed from its own account only.
//!
//! Whatever none of these allows is refused.
//!
//! # Bucket ACLs and objects
//! `WRITE` on a bucket lets its grantee put objects; deleting is for the object's owner only. An anonymous grantee does not overwrite an object
//! that was given an ACL of its own. Nothing on a bucket's ACL lets anybody read an object.

mod decision;
mod question;
mod sides;

pub use decision::{Allowed, Decision, Denied};
pub use question::{BucketAccess, ObjectState, Question, Resource};

use cairn_types::CanonicalId;

use crate::Principal;
use crate::action::Action;
use sides::{Case, IdentitySide, ResourceSide};

/// Decides; the order is the module's.
pub fn decide(question: &Question<'_>) -> Decision {
    if question.action == Action::GetCallerIdentity {
        return match question.principal {
            Principal::Anonymous => Decision::Deny(Denied::NoGrant),
            Principal::Account { .. } | Principal::User { .. } => Decision::Allow(Allowed::Anyone),
        };
    }
    let case = Case::new(question);
    if let Some(refused) = case.explicit_deny() {
        return refused;
    }
    let is_upload = matches!(question.resource.state(), Some(ObjectState::Upload { .. }));
    if is_upload && *question.principal == Principal::Anonymous {
        return Decision::Deny(Denied::AnonymousUpload);
    }
    let Some(governor) = question.governor() else { return Decision::NeedsObject };
    match (question.principal, question.account()) {
        (Principal::Account { id, .. }, _) if Some(id) == governor.account() => Decision::Allow(Allowed::Owner),
        (Principal::User { id, .. }, _) if Some(id) == governor.account() => either_side(&case, governor),
        (_, Some(_)) => both_sides(&case, governor),
        (_, None) => anonymously(&case, governor),
    }
}

/// Whose word counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Governor<'a> {
    /// The caller's own account: there is nothing yet that could belong to another.
    Caller(Option<&'a CanonicalId>),
    /// The owner of the bucket.
    BucketOwner(&'a CanonicalId),
    /// The owner of an object, who is not the bucket's.
    ObjectOwner(&'a CanonicalId),
}

impl<'a> Governor<'a> {
    fn account(self) -> Option<&'a CanonicalId> {
        match self {
            Self::Caller(account) => account,
            Self::BucketOwner(account) | Self::ObjectOwner(account) => Some(account),
        }
    }
}

impl<'a> Question<'a> {
    fn account(&self) -> Option<&'a CanonicalId> {
        self.principal.account().map(|(account, _)| account)
    }

    /// `None` while it depends on the object.
    fn governor(&self) -> Option<Governor<'a>> {
        let Some(bucket) = self.resource.bucket() else { return Some(Governor::Caller(self.account())) };
        let of_bucket = Some(Governor::BucketOwner(&bucket.owner));
        if !is_governed_by_object_owner(self.action) || !bucket.ownership.has_acls() {
            return of_bucket;
        }
        match self.resource.state() {
            Some(ObjectState::Unread) => None,
            Some(ObjectState::Present { owner, .. }) if *owner != bucket.owner => Some(Governor::ObjectOwner(owner)),
            None | Some(ObjectState::Absent | ObjectState::Upload { .. } | ObjectState::Present { .. }) => of_bucket,
        }
    }
}

/// Reading an object, and what only its owner says about it. All else is between the caller and the bucket's owner, who
/// pays for every object and may delete, lock and restore any.
fn is_governed_by_object_owner(action: Action) -> bool {
    matches!(
        action,
        Action::GetObject
            | Action::GetObjectVersion
            | Action::GetObjectAttributes
            | Action::GetObjectVersionAttributes
            | Action::GetObjectTorrent
            | Action::GetObjectVersionTorrent
            | Action::GetObjectAcl
            | Action::GetObjectVersionAcl
            | Action::PutObjectAcl
            | Action::PutObjectVersionAcl
            | Action::GetObjectTagging
            | Action::GetObjectVersionTagging
            | Action::PutObjectTagging
            | Action::PutObjectVersionTagging
            | Action::DeleteObjectTagging
            | Action::DeleteObjectVersionTagging
    )
}

/// The management of a bucket's policy.
fn is_about_policy(action: Action) -> bool {
    matches!(action, Action::GetBucketPolicy | Action::PutBucketPolicy | Action::DeleteBucketPolicy)
}

/// A user of the account that governs.
fn either_side(case: &Case<'_>, governor: Governor<'_>) -> Decision {
    let identity = case.identity_side();
    if let IdentitySide::Allows(allowed) = identity {
        return Decision::Allow(allowed);
    }
    match (case.resource_side(governor), identity) {
        (ResourceSide { directly: Some(allowed), .. }, _) => Decision::Allow(allowed),
        (ResourceSide { perhaps: true, .. }, _) | (_, IdentitySide::Perhaps) => Decision::NeedsObject,
        (_, IdentitySide::Silent | IdentitySide::Allows(_)) => Decision::Deny(Denied::NoIdentityPolicy),
    }
}

/// Somebody known, of another account.
fn both_sides(case: &Case<'_>, governor: Governor<'_>) -> Decision {
    let identity = case.identity_side();
    if identity == IdentitySide::Silent {
        return Decision::Deny(Denied::NoIdentityPolicy);
    }
    let resource = case.resource_side(governor);
    match (resource.directly.or(resource.by_account), identity) {
        (Some(_), IdentitySide::Allows(_)) if is_about_policy(case.action()) => Decision::Deny(Denied::OtherAccount),
        (Some(allowed), IdentitySide::Allows(_)) => Decision::Allow(allowed),
        (Some(_), IdentitySide::Perhaps | IdentitySide::Silent) => Decision::NeedsObject,
        (None, _) => resource.refusal(),
    }
}

fn anonymously(case: &Case<'_>, governor: Governor<'_>) -> Decision {
    let resource = case.resource_side(governor);
    match resource.directly {
        Some(_) if is_about_policy(case.action()) => Decision::Deny(Denied::OtherAccount),
        Some(allowed) => Decision::Allow(allowed),
        None => resource.refusal(),
    }
}
