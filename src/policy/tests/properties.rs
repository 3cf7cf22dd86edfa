//! Random policies, ACLs and requests: the engine decides as the naive evaluator does, and a decision made without the
//! object is the one made with it, whatever the object.

mod naive;
mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use cairn_policy::{
    Acl, Action, BucketAccess, BucketPolicy, Decision, Grantee, Group, ObjectState, Ownership, Permission,
    PublicAccessBlock, Resource,
};
use naive::{Asked, Asker, Bucket, Grant, Not, Statement, Thing, may};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_assert_ne, prop_oneof, proptest};
use proptest::sample::{select, subsequence};
use serde_json::json;
use support::{Caller, canonical, cases, identity_policy, parse_bucket_policy, private_bucket};

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:GetObjectAcl",
    "s3:PutObjectAcl",
    "s3:GetObjectTagging",
    "s3:AbortMultipartUpload",
    "s3:PutObjectLegalHold",
    "s3:ListBucket",
    "s3:PutBucketAcl",
    "s3:GetBucketPolicy",
    "s3:DeleteBucket",
];
const NAMED_ACTIONS: &[&str] = &[
    "*",
    "s3:*",
    "s3:Get*",
    "S3:getobject",
    "s3:*Object*",
    "s3:Put*",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:?*Bucket*",
    "s3:GetBucketPolicy",
    "s3:AbortMultipartUpload",
];
const RESOURCES: &[&str] = &[
    "arn:aws:s3:::examplebucket",
    "arn:aws:s3:::examplebucket/*",
    "arn:aws:s3:::examplebucket/a*",
    "arn:aws:s3:::examplebucket/?b",
    "arn:aws:s3:::examplebucket/${aws:username}",
    "arn:aws:s3:::examplebucket/${s3:x}*",
    "arn:aws:s3:::examplebucket/${s3:ExistingObjectTag/t}*",
];
const PRINCIPALS: &[&str] = &[
    "*",
    "111111111111",
    "222222222222",
    "arn:aws:iam::222222222222:root",
    "arn:aws:iam::111111111111:user/ab",
    "arn:aws:iam::222222222222:user/ab",
    "arn:aws:iam::333333333333:user/x",
];
const KEYS: &[&str] = &["s3:x", "s3:y", "aws:username", "s3:ExistingObjectTag/t"];
const VALUES: &[&str] = &["a", "ab", "a*", "", "${aws:username}", "*b"];
const SAID: &[&str] = &["a", "ab", "*", "7", "11", "xab"];

fn not() -> impl Strategy<Value = Not> {
    prop_oneof![4 => Just(Not::No), 1 => Just(Not::Yes)]
}

fn some_of(all: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(all, 1..=3)
}

fn condition() -> impl Strategy<Value = (String, &'static str, Vec<&'static str>)> {
    let prefix = select(&["", "", "ForAllValues:", "ForAnyValue:"][..]);
    let suffix = select(&["", "", "IfExists"][..]);
    let text = select(&["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"][..]);
    let texts = (prefix.clone(), text, suffix.clone(), some_of(VALUES));
    let numbers = (prefix, suffix, subsequence(&["7", "10"][..], 1..=2));
    let tests = prop_oneof![
        4 => texts.prop_map(|(prefix, name, suffix, values)| (format!("{prefix}{name}{suffix}"), values)),
        1 => numbers.prop_map(|(prefix, suffix, values)| (format!("{prefix}NumericLessThan{suffix}"), values)),
        1 => subsequence(&["true", "false"][..], 1..=2).prop_map(|values| ("Null".to_owned(), values)),
    ];
    (tests, select(KEYS)).prop_map(|((operator, values), key)| (operator, key, values))
}

fn statement(of_bucket: bool) -> impl Strategy<Value = Statement> {
    let principals = (not(), some_of(PRINCIPALS));
    // A document names an operator once, and a key once under it.
    let conditions = vec(condition(), 1..3).prop_map(|mut conditions| {
        let mut seen = BTreeSet::new();
        conditions.retain(|(operator, key, _)| seen.insert((operator.clone(), *key)));
        conditions
    });
    let conditions = prop_oneof![2 => Just(Vec::new()), 1 => conditions];
    let what = ((not(), some_of(NAMED_ACTIONS)), (not(), some_of(RESOURCES)));
    (any::<bool>(), principals, what, conditions).prop_map(move |(denies, principals, what, conditions)| {
        let (not, named) = principals;
        // A public deny decides everything; leave more to the rest.
        let not = if denies { not } else { Not::No };
        Statement {
            denies,
            principals: of_bucket.then_some((not, named)),
            actions: what.0,
            resources: what.1,
            conditions,
        }
    })
}

/// Statements of a bucket's policy that a bucket takes: an action must fit a resource.
fn bucket_statements() -> impl Strategy<Value = Vec<Statement>> {
    vec(statement(true), 0..5).prop_map(|mut statements| {
        statements.retain(|statement| parse_bucket_policy(&document(std::slice::from_ref(statement))).is_ok());
        statements
    })
}

fn document(statements: &[Statement]) -> String {
    let statements = statements.iter().map(Statement::document).collect::<Vec<_>>();
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn grants() -> impl Strategy<Value = Vec<Grant>> {
    let grantee = select(&["a", "b", "c", "AllUsers", "AuthenticatedUsers", "LogDelivery"][..]);
    vec((grantee, select(&["READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"][..])), 0..3)
}

fn thing() -> impl Strategy<Value = Thing> {
    let owner = select(&['a', 'b'][..]);
    let tag = proptest::option::of(select(&["a", "ab"][..]));
    prop_oneof![
        1 => Just(Thing::Nothing),
        3 => (owner, proptest::option::of(grants()), tag)
            .prop_map(|(owner, grants, tag)| Thing::Object { owner, grants, tag }),
        1 => proptest::option::of(select(&['a', 'b', 'c'][..])).prop_map(|initiator| Thing::Upload { initiator }),
    ]
}

fn asked() -> impl Strategy<Value = Asked> {
    let asker = (proptest::option::weighted(0.9, select(&['a', 'b', 'c'][..])), any::<bool>());
    let said = |key| vec(select(SAID), 0..3).prop_map(move |values| (key, values));
    (asker, select(ACTIONS), select(&["ab", "b", "a/x"][..]), said("s3:x"), said("s3:y")).prop_map(
        |((account, is_user), action, key, x, y)| {
            let user = (is_user && account.is_some()).then_some("ab");
            let is_about_bucket = action.contains("Bucket");
            Asked { asker: Asker { account, user }, action, key: (!is_about_bucket).then_some(key), says: vec![x, y] }
        },
    )
}

fn bucket() -> impl Strategy<Value = Bucket> {
    let switches = (vec(any::<bool>(), 3), proptest::bool::weighted(0.2));
    (bucket_statements(), grants(), switches).prop_map(|(policy, grants, (switches, acls_are_off))| Bucket {
        is_public: parse_bucket_policy(&document(&policy)).is_ok_and(|policy| policy.is_public()),
        policy,
        grants,
        acls_are_off,
        ignores_public_acls: switches[0] && switches[1],
        restricts: switches[2] && switches[1],
    })
}

fn acl(grants: &[Grant]) -> Acl {
    let grant = |(grantee, permission): &Grant| cairn_policy::Grant {
        grantee: match *grantee {
            "AllUsers" => Grantee::Group(Group::AllUsers),
            "AuthenticatedUsers" => Grantee::Group(Group::AuthenticatedUsers),
            "LogDelivery" => Grantee::Group(Group::LogDelivery),
            account => Grantee::Account(canonical(account.chars().next().expect("a letter"))),
        },
        permission: Permission::parse(permission).expect("a permission"),
    };
    Acl::new(grants.iter().map(grant).collect()).expect("few grants")
}

/// The same question for the engine.
struct Engine {
    caller: Caller,
    bucket: BucketAccess,
    action: Action,
    key: Option<&'static str>,
}

impl Engine {
    fn new(asked: &Asked, own: &[Statement], bucket: &Bucket) -> Self {
        let mut caller = match (asked.asker.account, asked.asker.user) {
            (None, _) => Caller::anonymous(),
            (Some(account), None) => Caller::account(account),
            (Some(account), Some(name)) => Caller::user(account, name),
        };
        for (key, values) in &asked.says {
            caller = values.iter().fold(caller, |caller, value| caller.says(key, value));
        }
        if asked.asker.user.is_some() && !own.is_empty() {
            // In one policy or in several: it is all the same.
            let (first, rest) = own.split_at(own.len() / 2);
            for part in [first, rest].into_iter().filter(|part| !part.is_empty()) {
                caller.policies.push(identity_policy(&serde_json::from_str(&document(part)).expect("JSON")));
            }
        }
        let policy: Option<Arc<BucketPolicy>> = (!bucket.policy.is_empty())
            .then(|| parse_bucket_policy(&document(&bucket.policy)).expect("a policy").into());
        let access = BucketAccess {
            policy,
            acl: Some(acl(&bucket.grants)),
            ownership: if bucket.acls_are_off { Ownership::BucketOwnerEnforced } else { Ownership::ObjectWriter },
            public_access_block: PublicAccessBlock {
                ignore_public_acls: bucket.ignores_public_acls,
                restrict_public_buckets: bucket.restricts,
                ..PublicAccessBlock::default()
            },
            ..private_bucket()
        };
        let action = *Action::ALL.iter().find(|action| action.as_str() == asked.action).expect("an action");
        Self { caller, bucket: access, action, key: asked.key }
    }

    fn decide(&self, state: ObjectState<'_>) -> Decision {
        match self.key {
            None => self.caller.ask(self.action, Resource::Bucket(&self.bucket)),
            Some(key) => self.caller.ask_object(self.action, &self.bucket, key, state),
        }
    }

    fn decide_with(&self, thing: &Thing) -> Decision {
        match thing {
            Thing::Nothing => self.decide(ObjectState::Absent),
            Thing::Upload { initiator } => {
                let initiator = initiator.map(canonical);
                self.decide(ObjectState::Upload { initiator: initiator.as_ref() })
            }
            Thing::Object { owner, grants, tag } => {
                let (owner, acl) = (canonical(*owner), grants.as_deref().map(acl));
                let state = ObjectState::Present { owner: &owner, acl: acl.as_ref() };
                let mut tagged = Self { caller: self.caller.clone(), bucket: self.bucket.clone(), ..*self };
                if let Some(tag) = tag {
                    tagged.caller = tagged.caller.says("s3:ExistingObjectTag/t", tag);
                }
                tagged.decide(state)
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn the_engine_decides_as_the_naive_evaluator(
        asked in asked(), own in vec(statement(false), 0..4), bucket in bucket(), thing in thing(),
    ) {
        let own = if asked.asker.user.is_some() { own } else { Vec::new() };
        let thing = if asked.key.is_some() { thing } else { Thing::Nothing };
        let decision = Engine::new(&asked, &own, &bucket).decide_with(&thing);
        prop_assert_ne!(decision, Decision::NeedsObject);
        prop_assert_eq!(decision.is_allowed(), may(&asked, &own, &bucket, &thing), "{:?}", decision);
    }

    #[test]
    fn a_decision_without_the_object_is_the_one_with_any(
        asked in asked(), own in vec(statement(false), 0..3), bucket in bucket(), things in vec(thing(), 8),
    ) {
        let engine = Engine::new(&asked, &own, &bucket);
        let decision = engine.decide(ObjectState::Unread);
        let is_apt = |thing: &&Thing| match thing {
            Thing::Nothing => true,
            Thing::Object { .. } => asked.key.is_some(),
            // Whoever asks about an upload knows that it is one.
            Thing::Upload { .. } => false,
        };
        for thing in things.iter().filter(is_apt) {
            if decision != Decision::NeedsObject {
                prop_assert_eq!(decision.is_allowed(), engine.decide_with(thing).is_allowed(), "{:?}", thing);
            }
        }
    }

    #[test]
    fn no_bytes_panic_the_parsers(bytes in any::<Vec<u8>>(), text in "[{}\\[\\]\",:a-zA-Z0-9$*?/ ]{0,200}") {
        let _ = parse_bucket_policy(&text);
        let _ = parse_bucket_policy(&format!(r#"{{"Statement":{{"Effect":"Allow","Resource":"{text}"}}}}"#));
        let _ = cairn_policy::IdentityPolicy::parse(&bytes);
    }
}
