//! Conditions and variables: for every operator what holds and what does not.

mod support;

use cairn_policy::{Action, NoContext, Principal, Question, RequestContext, Resource, Value, Values, decide};
use cairn_policy::{BucketAccess, ConditionKey};
use cairn_types::UnixMillis;
use serde_json::{Value as Json, json};
use support::{Caller, OTHER, OWNER, bucket_with, key, policy_of, private_bucket, user};

/// A bucket that everybody may read under a condition.
fn readable(condition: Json) -> BucketAccess {
    bucket_with(&policy_of(json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::examplebucket/*", "Condition": condition})))
}

/// Whether the condition holds for a request that says these values of `s3:x`.
fn holds(operator: &str, wanted: Json, said: &[&str]) -> bool {
    let bucket = readable(json!({operator: {"s3:x": wanted}}));
    let caller = said.iter().fold(Caller::anonymous(), |caller, value| caller.says("s3:x", value));
    caller.may_with(Action::GetObject, &bucket, "k")
}

/// `(operator, values of the policy, value of the request, whether it holds)`
type Row = (&'static str, &'static [&'static str], &'static str, bool);

const ONE_VALUE: &[Row] = &[
    ("StringEquals", &["a", "b"], "b", true),
    ("StringEquals", &["a", "b"], "B", false),
    ("StringEquals", &["a*"], "ab", false),
    ("StringEquals", &["a*"], "a*", true),
    ("StringNotEquals", &["a", "b"], "c", true),
    ("StringNotEquals", &["a", "b"], "b", false),
    ("StringEqualsIgnoreCase", &["Straße"], "STRAßE", true),
    ("StringEqualsIgnoreCase", &["a"], "b", false),
    ("StringNotEqualsIgnoreCase", &["A"], "a", false),
    ("StringNotEqualsIgnoreCase", &["A"], "b", true),
    ("StringLike", &["home/*", "x"], "home/a/b", true),
    ("StringLike", &["h?me"], "home", true),
    ("StringLike", &["home/*"], "Home/a", false),
    ("StringLike", &["*"], "", true),
    ("StringNotLike", &["home/*"], "home/", false),
    ("StringNotLike", &["home/*"], "work/", true),
    ("NumericEquals", &["10"], "10.0", true),
    ("NumericEquals", &["10"], "11", false),
    ("NumericEquals", &["10"], "ten", false),
    ("NumericNotEquals", &["10", "11"], "12", true),
    ("NumericNotEquals", &["10", "11"], "11", false),
    ("NumericLessThan", &["10"], "9", true),
    ("NumericLessThan", &["10"], "10", false),
    ("NumericLessThanEquals", &["10"], "10", true),
    ("NumericLessThanEquals", &["10"], "10.1", false),
    ("NumericGreaterThan", &["10"], "11", true),
    ("NumericGreaterThan", &["10"], "10", false),
    ("NumericGreaterThanEquals", &["10"], "10", true),
    ("NumericGreaterThanEquals", &["-10"], "-11", false),
    ("DateEquals", &["2026-11-20T00:00:00Z"], "1795132800", true),
    ("DateEquals", &["2026-11-20"], "2026-11-21", false),
    ("DateNotEquals", &["2026-11-20"], "2026-11-21T00:00:00Z", true),
    ("DateNotEquals", &["2026-11-20"], "2026-11-20T00:00:00.000Z", false),
    ("DateLessThan", &["2026-11-20"], "2026-11-19T23:59:59.999Z", true),
    ("DateLessThan", &["2026-11-20"], "2026-11-20T00:00:00Z", false),
    ("DateLessThanEquals", &["2026-11-20"], "2026-11-20T00:00:00Z", true),
    ("DateLessThanEquals", &["2026-11-20"], "2026-11-20T00:00:01Z", false),
    ("DateGreaterThan", &["2026-11-20T00:00:00+01:00"], "2026-11-20T00:00:00Z", true),
    ("DateGreaterThan", &["2026-11-20"], "never", false),
    ("DateGreaterThanEquals", &["2026-11-20"], "2026-11-20T00:00:00Z", true),
    ("DateGreaterThanEquals", &["2026-11-20"], "2026-11-19T00:00:00Z", false),
    ("Bool", &["true"], "TRUE", true),
    ("Bool", &["false"], "true", false),
    ("Bool", &["true"], "1", false),
    ("BinaryEquals", &["aGVsbG8="], "hello", true),
    ("BinaryEquals", &["aGVsbG8="], "Hello", false),
    ("IpAddress", &["10.0.0.0/8", "2001:db8::/32"], "10.255.0.1", true),
    ("IpAddress", &["10.0.0.0/8", "2001:db8::/32"], "2001:db8:1::1", true),
    ("IpAddress", &["10.0.0.0/8"], "11.0.0.1", false),
    ("IpAddress", &["10.0.0.0/8"], "somewhere", false),
    ("NotIpAddress", &["10.0.0.0/8"], "11.0.0.1", true),
    ("NotIpAddress", &["10.0.0.0/8"], "::ffff:10.0.0.1", false),
    ("ArnEquals", &["arn:aws:iam::111111111111:user/*"], "arn:aws:iam::111111111111:user/a/b", true),
    ("ArnEquals", &["arn:aws:iam::*:user/Bob"], "arn:aws:iam::222222222222:user/Bob", true),
    ("ArnLike", &["arn:aws:*:*:*:root"], "arn:aws:iam:::x:root", false),
    ("ArnLike", &["arn:aws:sns:*:*:a:b*"], "arn:aws:sns:r:1:a:bc", true),
    ("ArnLike", &["arn:aws:sns:*:*:a"], "not an arn", false),
    ("ArnNotEquals", &["arn:aws:iam::111111111111:root"], "arn:aws:iam::222222222222:root", true),
    ("ArnNotLike", &["arn:aws:iam::?11111111111:root"], "arn:aws:iam::111111111111:root", false),
];

#[test]
fn every_operator_compares_as_its_name_says() {
    for (operator, wanted, said, is_true) in ONE_VALUE.iter().copied() {
        assert_eq!(holds(operator, json!(wanted), &[said]), is_true, "{operator} {wanted:?} {said}");
        // With the key there, `IfExists` changes nothing, and of one value all and any are the same.
        for form in
            [format!("{operator}IfExists"), format!("ForAllValues:{operator}"), format!("ForAnyValue:{operator}")]
        {
            assert_eq!(holds(&form, json!(wanted), &[said]), is_true, "{form} {wanted:?} {said}");
        }
    }
}

#[test]
fn a_missing_key_fulfils_what_is_negated_what_is_for_all_and_what_asks_only_if_it_exists() {
    let mut seen = std::collections::BTreeSet::new();
    for (operator, wanted, ..) in ONE_VALUE.iter().copied() {
        let is_negated = operator.contains("Not");
        assert_eq!(holds(operator, json!(wanted), &[]), is_negated, "{operator}");
        assert!(holds(&format!("{operator}IfExists"), json!(wanted), &[]), "{operator}");
        assert!(holds(&format!("ForAllValues:{operator}"), json!(wanted), &[]), "{operator}");
        assert!(!holds(&format!("ForAnyValue:{operator}"), json!(wanted), &[]), "{operator}");
        assert!(holds(&format!("ForAnyValue:{operator}IfExists"), json!(wanted), &[]), "{operator}");
        seen.insert(operator);
    }
    assert_eq!(seen.len(), 26, "all but Null");
}

#[test]
fn null_asks_whether_the_key_is_there() {
    assert!(holds("Null", json!("true"), &[]) && !holds("Null", json!(true), &["x"]));
    assert!(!holds("Null", json!("false"), &[]) && holds("Null", json!(false), &[""]));
    assert!(holds("Null", json!(["true", "false"]), &[]));
}

#[test]
fn sets_compare_all_or_any_of_their_values() {
    let (two, mixed, none) = (["a", "b"], ["a", "z"], ["y", "z"]);
    let wanted = || json!(["a", "b", "c"]);
    for (operator, of_two, of_mixed, of_none) in [
        ("ForAllValues:StringEquals", true, false, false),
        ("ForAnyValue:StringEquals", true, true, false),
        ("ForAllValues:StringNotEquals", false, false, true),
        ("ForAnyValue:StringNotEquals", false, true, true),
        // Without a prefix: any of them, and for a negated operator none of them.
        ("StringEquals", true, true, false),
        ("StringNotEquals", false, false, true),
    ] {
        for (said, is_true) in [(two, of_two), (mixed, of_mixed), (none, of_none)] {
            assert_eq!(holds(operator, wanted(), &said), is_true, "{operator} {said:?}");
        }
    }
}

#[test]
fn all_operators_and_keys_must_hold() {
    let bucket = readable(json!({"StringEquals": {"s3:a": "1", "s3:b": "2"}, "Bool": {"s3:c": "true"}}));
    let full = Caller::anonymous().says("s3:a", "1").says("s3:b", "2").says("s3:c", "true");
    assert!(full.may_with(Action::GetObject, &bucket, "k"));
    for missing in ["s3:a", "s3:b", "s3:c"] {
        let mut caller = full.clone();
        caller.facts.0.remove(missing);
        assert!(!caller.may_with(Action::GetObject, &bucket, "k"), "{missing}");
    }
}

#[test]
fn names_of_keys_are_the_same_in_any_case() {
    let bucket = readable(json!({"StringEquals": {"AWS:referer": "x"}}));
    assert!(Caller::anonymous().says("aws:Referer", "x").may_with(Action::GetObject, &bucket, "k"));
    let bucket = readable(json!({"StringEquals": {"s3:RequestObjectTag/Team": "x"}}));
    let said = |tag| Caller::anonymous().says(&format!("s3:requestobjecttag/{tag}"), "x");
    assert!(said("Team").may_with(Action::GetObject, &bucket, "k"));
    assert!(!said("team").may_with(Action::GetObject, &bucket, "k"));
}

#[test]
fn the_engine_knows_the_principal_by_itself() {
    let asks =
        |caller: Caller, condition| caller.allowed("s3:*").may_with(Action::GetObject, &readable(condition), "k");
    for (name, of_user, of_account) in [
        ("aws:username", Some("Bob"), None),
        ("aws:userid", Some("AIDABOB"), Some("222222222222")),
        ("aws:PrincipalArn", Some("arn:aws:iam::222222222222:user/Bob"), Some("arn:aws:iam::222222222222:root")),
        ("aws:PrincipalAccount", Some("222222222222"), Some("222222222222")),
        ("aws:PrincipalType", Some("User"), Some("Account")),
    ] {
        // Whatever the request claims.
        for (caller, value) in [(Caller::user(OTHER, "Bob"), of_user), (Caller::account(OTHER), of_account)] {
            let caller = caller.says(name, "forged");
            let condition = match value {
                Some(value) => json!({"StringEquals": {name: value}}),
                None => json!({"Null": {name: true}}),
            };
            assert!(asks(caller.clone(), condition), "{name} {:?}", caller.principal);
            assert!(!asks(caller, json!({"StringEquals": {name: "forged"}})), "{name}");
        }
    }
}

#[test]
fn values_that_are_no_text_compare_as_their_text() {
    struct Typed;
    impl RequestContext for Typed {
        fn values(&self, key: &ConditionKey) -> Values<'_> {
            match key.name() {
                "aws:sourceip" => Values::One(Value::Address([10, 1, 2, 3].into())),
                "aws:currenttime" => Values::One(Value::Time(UnixMillis(1_795_132_800_000))),
                "aws:epochtime" | "s3:max-keys" => Values::One(Value::Number(1_795_132_800)),
                "aws:securetransport" => Values::One(Value::Truth(true)),
                "s3:requestobjecttagkeys" => Values::Many(vec!["a".into(), "b".into()]),
                "s3:nothing" => Values::Many(Vec::new()),
                _ => Values::Absent,
            }
        }
    }
    let holds = |condition| {
        let bucket = readable(condition);
        let owner = support::canonical(OWNER);
        let state = cairn_policy::ObjectState::Present { owner: &owner, acl: None };
        decide(&Question {
            principal: &Principal::Anonymous,
            identity_policies: &[],
            action: Action::GetObject,
            resource: Resource::Object { bucket: &bucket, key: &key("k"), state },
            context: &Typed,
        })
        .is_allowed()
    };
    for condition in [
        json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        json!({"StringLike": {"aws:SourceIp": "10.1.*"}}),
        json!({"DateEquals": {"aws:CurrentTime": "2026-11-20T00:00:00Z"}}),
        json!({"StringEquals": {"aws:CurrentTime": "2026-11-20T00:00:00.000Z"}}),
        json!({"DateEquals": {"aws:EpochTime": "2026-11-20"}}),
        json!({"NumericEquals": {"s3:max-keys": 1_795_132_800}}),
        json!({"Bool": {"aws:SecureTransport": true}, "StringEquals": {"aws:SecureTransport": "true"}}),
        json!({"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["b", "a"]}}),
        json!({"Null": {"s3:nothing": true}}),
    ] {
        assert!(holds(condition.clone()), "{condition}");
    }
}

#[test]
fn variables_stand_for_what_the_request_says() {
    let document = |version: &str, resource: &str| {
        json!({"Version": version, "Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
            "Resource": format!("arn:aws:s3:::examplebucket/{resource}")}})
    };
    let may = |version: &str, resource: &str, caller: &Caller, key: &str| {
        caller.may_with(Action::GetObject, &bucket_with(&document(version, resource)), key)
    };
    let bob = Caller::user(OWNER, "Bob");
    let new = "2012-10-17";
    assert!(may(new, "home/${aws:username}/*", &bob, "home/Bob/a"));
    assert!(!may(new, "home/${aws:username}/*", &bob, "home/Alice/a"));
    assert!(!may(new, "home/${aws:username}/*", &Caller::anonymous(), "home//a"), "nobody has no name");
    assert!(may(new, "home/${aws:username, 'guest'}/*", &Caller::anonymous(), "home/guest/a"));
    assert!(may(new, "${AWS:UserName}-${s3:x}", &bob.clone().says("s3:x", "1"), "Bob-1"));
    assert!(!may(new, "${s3:x}", &bob.clone().says("s3:x", "1").says("s3:x", "2"), "1"), "a set is not one text");
    assert!(may(new, "${*}${?}${$}", &bob, "*?$") && !may(new, "${*}", &bob, "anything"));
    assert!(!may("2008-10-17", "${aws:username}", &bob, "Bob"));
    assert!(may("2008-10-17", "${aws:username}", &bob, "${aws:username}"));
    // What comes from a request is never a wildcard.
    assert!(!may(new, "${s3:x}", &bob.clone().says("s3:x", "*"), "anything"));
    assert!(may(new, "${s3:x}", &bob.clone().says("s3:x", "*"), "*"));
    assert!(!may(new, "${s3:x}", &bob.says("s3:x", &"k".repeat(20_000)), "k"));
}

#[test]
fn variables_stand_in_conditions_too() {
    let like = readable(json!({"StringLike": {"s3:prefix": "home/${aws:username}/*"}}));
    let equals = readable(json!({"StringEqualsIgnoreCase": {"s3:prefix": "Home/${aws:username}"}}));
    let arn = readable(json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::${aws:username}*"}}));
    let bob = Caller::user(OWNER, "Bob");
    let said = |name, value| bob.clone().says(name, value);
    assert!(said("s3:prefix", "home/Bob/x").may_with(Action::GetObject, &like, "k"));
    assert!(!said("s3:prefix", "home/Eve/x").may_with(Action::GetObject, &like, "k"));
    assert!(said("s3:prefix", "hOME/bOB").may_with(Action::GetObject, &equals, "k"));
    assert!(said("aws:SourceArn", "arn:aws:s3:::Bobs-bucket").may_with(Action::GetObject, &arn, "k"));
    assert!(!said("aws:SourceArn", "arn:aws:s3:::Eves-bucket").may_with(Action::GetObject, &arn, "k"));
}

#[test]
fn a_request_without_a_context_says_nothing() {
    let bucket = private_bucket();
    let principal = user(OWNER, "Bob");
    let policy = support::identity_policy(&policy_of(json!({"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"Null": {"aws:SourceIp": "true"}}})));
    let question = Question {
        principal: &principal,
        identity_policies: &[policy],
        action: Action::ListBucket,
        resource: Resource::Bucket(&bucket),
        context: &NoContext,
    };
    assert!(decide(&question).is_allowed());
}
