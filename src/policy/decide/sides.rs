//! What either side says.

use super::{Allowed, Decision, Denied, Governor, ObjectState, Question, is_about_policy};
use crate::Principal;
use crate::acl::Granted;
use crate::action::Action;
use crate::arn::{KnownArns, ResourceArns};
use crate::context::Keys;
use crate::document::{Effect, Found, Grip, Probe};

/// What the caller's own policies say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum IdentitySide {
    Allows(Allowed),
    /// It depends on the object.
    Perhaps,
    Silent,
}

/// What policy and ACLs of the resource say.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct ResourceSide {
    /// What allows it to the caller as such.
    pub(super) directly: Option<Allowed>,
    /// What allows it to the caller's account.
    pub(super) by_account: Option<Allowed>,
    /// More might, depending on the object.
    pub(super) perhaps: bool,
    is_restricted: bool,
}

impl ResourceSide {
    fn add(&mut self, grip: Option<Grip>, allowed: Allowed) {
        match grip {
            None => {}
            Some(Grip::Account) => self.by_account = self.by_account.or(Some(allowed)),
            Some(Grip::Directly) => self.directly = self.directly.or(Some(allowed)),
        }
    }

    /// The answer where nothing allows it.
    pub(super) fn refusal(&self) -> Decision {
        match (self.perhaps, self.is_restricted) {
            (true, _) => Decision::NeedsObject,
            (false, true) => Decision::Deny(Denied::PublicAccessBlocked),
            (false, false) => Decision::Deny(Denied::NoGrant),
        }
    }
}

/// Whether a bucket's ACL may speak about an object in it.
enum Reach {
    Yes,
    Perhaps,
    No,
}

/// A question, and what is worked out of it once.
pub(super) struct Case<'a> {
    question: &'a Question<'a>,
    arns: ResourceArns,
}

impl<'a> Case<'a> {
    pub(super) fn new(question: &'a Question<'a>) -> Self {
        Self { question, arns: question.resource.arns() }
    }

    pub(super) fn action(&self) -> Action {
        self.question.action
    }

    /// A refusal that nothing can outweigh.
    pub(super) fn explicit_deny(&self) -> Option<Decision> {
        let (policy, identity) = self.find_in_identity_policies(Effect::Deny);
        if let Some(statement) = identity.directly {
            return Some(Decision::Deny(Denied::IdentityPolicy { policy, statement }));
        }
        let bucket = if self.may_mend_policy() { Found::default() } else { self.find_in_bucket_policy(Effect::Deny) };
        if let Some(statement) = bucket.directly.or(bucket.by_account) {
            return Some(Decision::Deny(Denied::BucketPolicy { statement }));
        }
        (identity.perhaps || bucket.perhaps).then_some(Decision::NeedsObject)
    }

    /// An account cannot lock itself out of its own bucket.
    fn may_mend_policy(&self) -> bool {
        let is_owner = match (self.question.principal, self.question.resource.bucket()) {
            (Principal::Account { id, .. }, Some(bucket)) => *id == bucket.owner,
            _ => false,
        };
        is_owner && is_about_policy(self.question.action)
    }

    pub(super) fn identity_side(&self) -> IdentitySide {
        match self.question.principal {
            Principal::Anonymous => IdentitySide::Silent,
            Principal::Account { .. } => IdentitySide::Allows(Allowed::Owner),
            Principal::User { .. } => match self.find_in_identity_policies(Effect::Allow) {
                (policy, Found { directly: Some(statement), .. }) => {
                    IdentitySide::Allows(Allowed::IdentityPolicy { policy, statement })
                }
                (_, Found { perhaps: true, .. }) => IdentitySide::Perhaps,
                (_, Found { .. }) => IdentitySide::Silent,
            },
        }
    }

    pub(super) fn resource_side(&self, governor: Governor<'_>) -> ResourceSide {
        let mut side = ResourceSide::default();
        if let Governor::BucketOwner(_) = governor {
            self.ask_bucket_policy(&mut side);
            self.ask_bucket_acl(&mut side);
        }
        self.ask_object_acl(&mut side);
        self.ask_initiator(&mut side);
        side
    }

    fn ask_bucket_policy(&self, side: &mut ResourceSide) {
        let Some(bucket) = self.question.resource.bucket() else { return };
        let found = self.find_in_bucket_policy(Effect::Allow);
        let is_outsider = self.question.account() != Some(&bucket.owner);
        let is_public = bucket.policy.as_ref().is_some_and(|policy| policy.is_public());
        if bucket.public_access_block.restrict_public_buckets && is_outsider && is_public {
            side.is_restricted = found.directly.or(found.by_account).is_some();
            return;
        }
        side.perhaps |= found.perhaps;
        for (statement, grip) in [(found.directly, Grip::Directly), (found.by_account, Grip::Account)] {
            if let Some(statement) = statement {
                side.add(Some(grip), Allowed::BucketPolicy { statement });
            }
        }
    }

    fn ask_bucket_acl(&self, side: &mut ResourceSide) {
        let Some(bucket) = self.question.resource.bucket().filter(|bucket| bucket.ownership.has_acls()) else { return };
        let Some(acl) = &bucket.acl else { return };
        let public = bucket.public_access_block.public_acls();
        let grip = acl.grip(Granted::OnBucket, self.question.action, self.question.principal, public);
        match (grip, self.reach_of_bucket_acl()) {
            (None, _) | (_, Reach::No) => {}
            (Some(_), Reach::Perhaps) => side.perhaps = true,
            (grip, Reach::Yes) => side.add(grip, Allowed::BucketAcl),
        }
    }

    fn reach_of_bucket_acl(&self) -> Reach {
        let is_anonymous = *self.question.principal == Principal::Anonymous;
        match (self.question.action, self.question.resource.state()) {
            (Action::PutObject, Some(ObjectState::Unread)) if is_anonymous => Reach::Perhaps,
            (Action::PutObject, Some(ObjectState::Present { acl: Some(_), .. })) if is_anonymous => Reach::No,
            (Action::DeleteObject, Some(ObjectState::Unread)) => Reach::Perhaps,
            (Action::DeleteObject, Some(ObjectState::Present { owner, .. }))
                if self.question.account() != Some(owner) =>
            {
                Reach::No
            }
            // The ACL of an object that is there is its owner's, and not the bucket's.
            (Action::PutObjectAcl, Some(ObjectState::Present { .. })) => Reach::No,
            _ => Reach::Yes,
        }
    }

    fn ask_object_acl(&self, side: &mut ResourceSide) {
        let Some(bucket) = self.question.resource.bucket().filter(|bucket| bucket.ownership.has_acls()) else { return };
        if let Some(ObjectState::Present { acl: Some(acl), .. }) = self.question.resource.state() {
            let public = bucket.public_access_block.public_acls();
            side.add(
                acl.grip(Granted::OnObject, self.question.action, self.question.principal, public),
                Allowed::ObjectAcl,
            );
        }
    }

    fn ask_initiator(&self, side: &mut ResourceSide) {
        let is_about_upload =
            matches!(self.question.action, Action::AbortMultipartUpload | Action::ListMultipartUploadParts);
        if let Some(ObjectState::Upload { initiator: Some(initiator) }) = self.question.resource.state() {
            let is_initiator = is_about_upload && self.question.account() == Some(initiator);
            side.add(is_initiator.then_some(Grip::Account), Allowed::Initiator);
        }
    }

    /// The first policy with a statement that settles it, and what was found there; else what was found in any.
    fn find_in_identity_policies(&self, effect: Effect) -> (usize, Found) {
        let mut all = Found::default();
        if self.question.identity_policies.is_empty() {
            return (0, all);
        }
        let owner = self.question.resource.bucket().map(|bucket| &bucket.owner);
        let is_abroad = owner.is_some() && owner != self.question.account();
        let arns = if is_abroad { self.arns.abroad() } else { self.arns.at_home() };
        for (index, policy) in self.question.identity_policies.iter().enumerate() {
            let found = policy.policy().find(effect, &self.probe(arns));
            if found.directly.is_some() {
                return (index, found);
            }
            all.perhaps |= found.perhaps;
        }
        (0, all)
    }

    fn find_in_bucket_policy(&self, effect: Effect) -> Found {
        match self.question.resource.bucket().and_then(|bucket| bucket.policy.as_ref()) {
            None => Found::default(),
            Some(policy) => policy.policy().find(effect, &self.probe(self.arns.at_home())),
        }
    }

    fn probe<'p>(&'p self, arns: KnownArns<'p>) -> Probe<'p> {
        Probe {
            principal: self.question.principal,
            action: self.question.action,
            arns,
            keys: Keys { principal: self.question.principal, context: self.question.context },
            is_object_read: self.question.resource.state() != Some(ObjectState::Unread),
        }
    }
}
