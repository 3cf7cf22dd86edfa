//! Accounts, users, buckets and requests for tests.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_policy::{
    Acl, AclTarget, Action, BucketAccess, BucketPolicy, BucketRef, CannedAcl, ConditionKey, Decision, IdentityPolicy,
    ObjectState, PolicyError, Principal, Question, RequestContext, Resource, Values, decide,
};
use cairn_types::{AccountId, BucketName, CanonicalId, ObjectKey};
use serde_json::Value as Json;

/// The account that owns the bucket.
pub(crate) const OWNER: char = 'a';
/// Another account.
pub(crate) const OTHER: char = 'b';
/// A third.
pub(crate) const THIRD: char = 'c';

/// The bucket of most tests.
pub(crate) const BUCKET: &str = "examplebucket";

pub(crate) fn canonical(account: char) -> CanonicalId {
    CanonicalId { digits: account.to_string().repeat(64) }
}

pub(crate) fn number(account: char) -> AccountId {
    AccountId { number: 111_111_111_111 * (account as u64 - 'a' as u64 + 1) }
}

pub(crate) fn account(account: char) -> Principal {
    Principal::Account { id: canonical(account), account: number(account) }
}

pub(crate) fn user(account: char, name: &str) -> Principal {
    Principal::User {
        id: canonical(account),
        account: number(account),
        path: "/".to_owned(),
        name: name.to_owned(),
        user_id: format!("AIDA{}", name.to_uppercase()),
    }
}

pub(crate) fn bucket_name(text: &str) -> BucketName {
    BucketName::parse(text).expect("a bucket's name")
}

pub(crate) fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text.to_owned()).expect("a key")
}

/// Reads a policy of the bucket.
pub(crate) fn parse_bucket_policy(document: &str) -> Result<BucketPolicy, PolicyError> {
    BucketPolicy::parse(document.as_bytes(), BucketRef { namespace: "", name: &bucket_name(BUCKET) })
}

pub(crate) fn bucket_policy(document: &Json) -> BucketPolicy {
    parse_bucket_policy(&document.to_string()).expect("a policy")
}

pub(crate) fn identity_policy(document: &Json) -> Arc<IdentityPolicy> {
    Arc::new(IdentityPolicy::parse(document.to_string().as_bytes()).expect("a policy"))
}

/// One statement as a policy.
pub(crate) fn policy_of(statement: Json) -> Json {
    serde_json::json!({"Version": "2012-10-17", "Statement": [statement]})
}

/// A bucket of `OWNER`, private and without a policy.
pub(crate) fn private_bucket() -> BucketAccess {
    BucketAccess::private(BucketRef { namespace: "", name: &bucket_name(BUCKET) }, canonical(OWNER))
}

/// One with a policy.
pub(crate) fn bucket_with(document: &Json) -> BucketAccess {
    BucketAccess { policy: Some(Arc::new(bucket_policy(document))), ..private_bucket() }
}

/// One with a canned ACL.
pub(crate) fn bucket_canned(canned: CannedAcl) -> BucketAccess {
    let acl = canned.acl(AclTarget::Bucket { owner: &canonical(OWNER) }).expect("an ACL of buckets");
    BucketAccess { acl: Some(acl), ..private_bucket() }
}

/// The canned ACL of an object of `owner` in a bucket of `OWNER`.
pub(crate) fn object_acl(canned: CannedAcl, owner: char) -> Acl {
    let target = AclTarget::Object { owner: &canonical(owner), bucket_owner: &canonical(OWNER) };
    canned.acl(target).expect("an ACL of objects")
}

/// What a request says of itself: keys in lower case, a tag's key after `/` as it is.
#[derive(Clone, Default, Debug)]
pub(crate) struct Facts(pub(crate) BTreeMap<String, Vec<String>>);

impl RequestContext for Facts {
    fn values(&self, key: &ConditionKey) -> Values<'_> {
        let values = self.0.get(&key.to_string()).map_or(&[][..], Vec::as_slice);
        match values {
            [] => Values::Absent,
            [value] => Values::One(value.as_str().into()),
            values => Values::Many(values.iter().map(|value| value.as_str().into()).collect()),
        }
    }
}

/// Somebody with a request.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    pub(crate) policies: Vec<Arc<IdentityPolicy>>,
    pub(crate) facts: Facts,
}

impl Caller {
    pub(crate) fn new(principal: Principal) -> Self {
        Self { principal, policies: Vec::new(), facts: Facts::default() }
    }

    pub(crate) fn anonymous() -> Self {
        Self::new(Principal::Anonymous)
    }

    pub(crate) fn account(of: char) -> Self {
        Self::new(account(of))
    }

    pub(crate) fn user(of: char, name: &str) -> Self {
        Self::new(user(of, name))
    }

    /// With a policy attached.
    pub(crate) fn with(mut self, document: &Json) -> Self {
        self.policies.push(identity_policy(document));
        self
    }

    /// With a policy that allows these actions on everything.
    pub(crate) fn allowed(self, action: &str) -> Self {
        self.with(&policy_of(serde_json::json!({"Effect": "Allow", "Action": action, "Resource": "*"})))
    }

    /// Whose request says `value` for `name`.
    pub(crate) fn says(mut self, name: &str, value: &str) -> Self {
        let key = ConditionKey::parse(name).expect("a condition key");
        self.facts.0.entry(key.to_string()).or_default().push(value.to_owned());
        self
    }

    pub(crate) fn ask(&self, action: Action, resource: Resource<'_>) -> Decision {
        decide(&Question {
            principal: &self.principal,
            identity_policies: &self.policies,
            action,
            resource,
            context: &self.facts,
        })
    }

    /// Asks about the bucket.
    pub(crate) fn may(&self, action: Action, bucket: &BucketAccess) -> bool {
        self.ask(action, Resource::Bucket(bucket)).is_allowed()
    }

    /// Asks about an object of `OWNER` that was given no ACL.
    pub(crate) fn may_with(&self, action: Action, bucket: &BucketAccess, name: &str) -> bool {
        let owner = canonical(OWNER);
        self.ask_object(action, bucket, name, ObjectState::Present { owner: &owner, acl: None }).is_allowed()
    }

    pub(crate) fn ask_object(
        &self,
        action: Action,
        bucket: &BucketAccess,
        name: &str,
        state: ObjectState<'_>,
    ) -> Decision {
        self.ask(action, Resource::Object { bucket, key: &key(name), state })
    }
}

/// Cases of a property: few by default, as many as `PROPTEST_CASES` says for a long run.
pub(crate) fn cases(few: u32) -> proptest::test_runner::Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(few);
    proptest::test_runner::Config { cases, failure_persistence: None, ..Default::default() }
}
