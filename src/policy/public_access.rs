//! Public access, and what blocks it.

use crate::acl::Acl;
use crate::condition::{Comparison, Condition, Test};
use crate::document::{BucketPolicy, Effect, Policy, Statement};

/// The public access block of a bucket: four switches, all off where none was set.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct PublicAccessBlock {
    /// Requests that give a public ACL are refused.
    pub block_public_acls: bool,
    /// Grants of ACLs to everybody say nothing.
    pub ignore_public_acls: bool,
    /// A public policy is refused.
    pub block_public_policy: bool,
    /// A public policy allows nothing to anybody outside the bucket's account.
    pub restrict_public_buckets: bool,
}

/// What grants to everybody are worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PublicAcls {
    Heeded,
    Ignored,
}

impl PublicAccessBlock {
    /// Whether a request that gives this ACL is refused: S3's `AccessDenied`.
    pub fn refuses_acl(self, acl: &Acl) -> bool {
        self.block_public_acls && acl.is_public()
    }

    /// Whether a request that sets this policy is refused: S3's `AccessDenied`.
    pub fn refuses_policy(self, policy: &BucketPolicy) -> bool {
        self.block_public_policy && policy.is_public()
    }

    pub(crate) fn public_acls(self) -> PublicAcls {
        if self.ignore_public_acls { PublicAcls::Ignored } else { PublicAcls::Heeded }
    }
}

/// What [`BucketPolicy::is_public`] promises.
pub(crate) fn is_public(policy: &Policy) -> bool {
    policy.statements().iter().any(|statement| {
        let is_for_all = statement.principals.as_ref().is_some_and(|principals| principals.include_everyone());
        statement.effect == Effect::Allow && is_for_all && !is_tied(statement)
    })
}

/// Keys that name who asks, or from where, and whose value the requester cannot choose.
const FIXING_KEYS: &[&str] = &[
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:username",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

fn is_tied(statement: &Statement) -> bool {
    statement.conditions.iter().any(|condition| FIXING_KEYS.contains(&condition.key.name()) && is_fixed(condition))
}

/// Whether only fixed values fulfil the condition: one that an absent key fulfils ties nobody.
fn is_fixed(condition: &Condition) -> bool {
    let Test::Compare { operator, comparison } = &condition.test else { return false };
    if operator.is_negated || operator.holds_without_key() {
        return false;
    }
    match comparison {
        Comparison::Patterns(patterns) => patterns.iter().all(|pattern| pattern.as_fixed().is_some()),
        Comparison::Arns(arns) => arns.iter().all(|arn| arn.is_fixed()),
        Comparison::Networks(networks) => networks.iter().all(|network| !network.is_very_broad()),
        Comparison::Numbers(..) | Comparison::Dates(..) | Comparison::Truths(_) | Comparison::Binaries(_) => false,
    }
}
