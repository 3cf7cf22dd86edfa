//! Which documents are policies, and what is said of those that are none.

mod support;

use cairn_policy::limits::{
    BUCKET_POLICY_BYTES_MAX, IDENTITY_POLICY_CHARACTERS_MAX, STATEMENTS_MAX, VALUE_BYTES_MAX, VALUES_MAX,
};
use cairn_policy::{BucketPolicy, BucketRef, IdentityPolicy, NamedPrincipal, PolicyError};
use serde_json::{Value as Json, json};
use support::{BUCKET, OTHER, bucket_name, canonical, number, parse_bucket_policy, policy_of};

fn statement() -> Json {
    json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::examplebucket/*"})
}

/// The statement with one element replaced, or taken away by `null`.
fn changed(name: &str, value: Json) -> Json {
    let mut statement = statement();
    let elements = statement.as_object_mut().expect("an object");
    elements.remove(name);
    if !value.is_null() {
        elements.insert(name.to_owned(), value);
    }
    policy_of(statement)
}

fn refusal(document: &Json) -> PolicyError {
    parse_bucket_policy(&document.to_string()).expect_err("a refusal")
}

fn identity_refusal(document: &Json) -> PolicyError {
    IdentityPolicy::parse(document.to_string().as_bytes()).expect_err("a refusal")
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn what_is_no_json_object_is_refused() {
    for document in ["", " ", "[]", "null", "\"*\"", "policy", "\u{feff}{}"] {
        assert_eq!(parse_bucket_policy(document), Err(PolicyError::FirstByte), "{document}");
    }
    for document in ["{", "{}}", "{'Version':1}", r#"{"Statement":[],}"#] {
        assert!(matches!(parse_bucket_policy(document), Err(PolicyError::Json { .. })), "{document}");
    }
    let good = policy_of(statement());
    assert!(parse_bucket_policy(&format!("\n  {good:#}\n")).is_ok());
}

#[test]
fn a_key_twice_is_refused_wherever_it_stands() {
    let once = policy_of(statement()).to_string();
    for (from, to) in [
        (r#""Version":"2012-10-17""#, r#""Version":"2012-10-17","Version":"2012-10-17""#),
        (r#""Effect":"Allow""#, r#""Effect":"Deny","Effect":"Allow""#),
        (r#""Principal":"*""#, r#""Principal":{"AWS":"111111111111","AWS":"*"}"#),
        (r#""Effect":"Allow""#, r#""Effect":"Allow","Condition":{"Bool":{"aws:SecureTransport":"true"},"Bool":{}}"#),
    ] {
        assert!(once.contains(from));
        match parse_bucket_policy(&once.replace(from, to)) {
            Err(PolicyError::Json { reason }) => assert!(reason.starts_with("duplicate key"), "{reason}"),
            other => panic!("{to}: {other:?}"),
        }
    }
}

#[test]
fn versions_are_two_and_ids_are_any() {
    let with = |version: Json| json!({"Version": version, "Id": "any, really", "Statement": statement()});
    for version in ["2008-10-17", "2012-10-17"] {
        assert!(parse_bucket_policy(&with(json!(version)).to_string()).is_ok());
    }
    for version in ["", "2012-10-18", "2024-01-01"] {
        assert_eq!(refusal(&with(json!(version))), PolicyError::Version);
    }
    assert_eq!(refusal(&with(json!(2012))), PolicyError::WrongType { name: text("Version"), wanted: "text" });
    assert!(parse_bucket_policy(&json!({"Statement": statement()}).to_string()).is_ok());
}

#[test]
fn statements_are_one_or_some() {
    assert_eq!(refusal(&json!({"Version": "2012-10-17"})), PolicyError::MissingElement { name: "Statement" });
    assert_eq!(refusal(&json!({"Statement": []})), PolicyError::NoStatement);
    let wanted = "an object or a list of objects";
    assert_eq!(refusal(&json!({"Statement": "Allow"})), PolicyError::WrongType { name: text("Statement"), wanted });
    assert_eq!(
        refusal(&json!({"Statement": ["Allow"]})),
        PolicyError::WrongType { name: text("Statement"), wanted: "an object" }
    );
    assert_eq!(refusal(&json!({"Statement": [{}]})), PolicyError::MissingElement { name: "Effect" });
    let minimal = json!({"Effect": "Deny", "Action": "*", "Resource": "*"});
    let many = |count| json!({"Statement": vec![minimal.clone(); count]});
    assert!(IdentityPolicy::parse(many(10).to_string().as_bytes()).is_ok());
    // Below the size that policies may have, so that this bound is the one that is met.
    let brief = r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#.len();
    assert!(brief * (STATEMENTS_MAX + 1) > IDENTITY_POLICY_CHARACTERS_MAX);
    assert_eq!(identity_refusal(&many(STATEMENTS_MAX + 1)), PolicyError::IdentityPolicyTooLarge);
    let document = json!({"Statement": vec![json!({}); STATEMENTS_MAX + 1]});
    assert_eq!(refusal(&document), PolicyError::TooManyStatements);
}

#[test]
fn unknown_elements_are_refused_at_every_level() {
    let unknown = |name: &str| PolicyError::UnknownElement { name: text(name) };
    assert_eq!(refusal(&json!({"Statement": statement(), "Comment": "x"})), unknown("Comment"));
    assert_eq!(refusal(&changed("Conditions", json!({}))), unknown("Conditions"));
    assert_eq!(refusal(&changed("effect", json!("Allow"))), unknown("effect"));
    assert_eq!(refusal(&changed("Principal", json!({"Aws": "*"}))), PolicyError::Principal { text: text("Aws") });
}

#[test]
fn every_needed_element_is_missed() {
    for name in ["Effect", "Principal", "Action", "Resource"] {
        assert_eq!(refusal(&changed(name, Json::Null)), PolicyError::MissingElement { name }, "{name}");
    }
    for effect in ["allow", "DENY", "", "Permit"] {
        assert_eq!(refusal(&changed("Effect", json!(effect))), PolicyError::Effect { text: text(effect) });
    }
    for (name, first) in [("NotAction", "Action"), ("NotResource", "Resource"), ("NotPrincipal", "Principal")] {
        let both = match refusal(&changed(name, json!("s3:PutObject"))) {
            PolicyError::BothElements { first, second } => (first, second),
            other => panic!("{name}: {other}"),
        };
        assert_eq!(both, (first, name));
    }
}

#[test]
fn values_are_texts_and_bounded() {
    for name in ["Action", "Resource"] {
        let wanted = "text or a list of texts";
        for value in [json!(1), json!({}), json!([["s3:GetObject"]]), json!([null]), json!(true)] {
            assert_eq!(refusal(&changed(name, value)), PolicyError::WrongType { name: text(name), wanted });
        }
        assert_eq!(refusal(&changed(name, json!([]))), PolicyError::Empty { name: text(name) });
        let long = "x".repeat(VALUE_BYTES_MAX + 1);
        assert_eq!(refusal(&changed(name, json!(long))), PolicyError::ValueTooLong { name: text(name) });
        let many = vec!["*"; VALUES_MAX + 1];
        assert_eq!(refusal(&changed(name, json!(many))), PolicyError::TooManyValues { name: text(name) });
    }
    assert_eq!(refusal(&changed("Principal", json!({}))), PolicyError::Empty { name: text("Principal") });
    assert_eq!(refusal(&changed("Principal", json!({"AWS": []}))), PolicyError::Empty { name: text("Principal") });
    let condition = json!({"StringEquals": {"s3:prefix": []}});
    assert_eq!(refusal(&changed("Condition", condition)), PolicyError::Empty { name: text("s3:prefix") });
}

#[test]
fn a_policy_is_as_large_as_s3_and_iam_let_it_be() {
    let good = policy_of(statement()).to_string();
    let padded = |bytes: usize| format!("{good}{}", " ".repeat(bytes - good.len()));
    assert!(parse_bucket_policy(&padded(BUCKET_POLICY_BYTES_MAX)).is_ok());
    assert_eq!(parse_bucket_policy(&padded(BUCKET_POLICY_BYTES_MAX + 1)), Err(PolicyError::BucketPolicyTooLarge));

    let of_size = |characters: usize| {
        let document =
            |id: &str| format!(r#"{{"Id":"{id}","Statement":{{"Effect":"Allow","Action":"*","Resource":"*"}}}}"#);
        let id = "ä".repeat((characters - document("").len()).min(900));
        let rest = characters - document(&id).chars().count();
        document(&id).replace(r#""Resource":"*""#, &format!(r#""Resource":["*"{}]"#, pad(rest - 2)))
    };
    assert!(IdentityPolicy::parse(of_size(IDENTITY_POLICY_CHARACTERS_MAX).as_bytes()).is_ok());
    let spaced = of_size(IDENTITY_POLICY_CHARACTERS_MAX).replace(',', ",\n        ");
    assert!(IdentityPolicy::parse(spaced.as_bytes()).is_ok());
    let one_more = of_size(IDENTITY_POLICY_CHARACTERS_MAX + 1);
    assert_eq!(IdentityPolicy::parse(one_more.as_bytes()), Err(PolicyError::IdentityPolicyTooLarge));
}

/// So many characters of further values.
fn pad(characters: usize) -> String {
    let mut out = String::new();
    while out.len() < characters {
        let left = characters - out.len();
        // A value takes four characters at least; none may be left over.
        let take = if left <= 1_000 { left } else { 990 };
        out.push_str(&format!(r#","arn:{}""#, "x".repeat(take - 7)));
    }
    out
}

#[test]
fn actions_must_exist_and_fit_a_resource() {
    let bad = |value: &str| refusal(&changed("Action", json!([value])));
    for value in ["s3:GetObjekt", "GetObject", "", "s3:", "ec2:RunInstances", "s3:Get Object", "**", "s3.GetObject"] {
        assert_eq!(bad(value), PolicyError::Action { text: text(value) }, "{value}");
    }
    for value in ["s3:ListBucket", "s3:CreateBucket", "s3:ListAllMyBuckets", "S3:getbucketPOLICY", "s3:List*Uploads"] {
        assert_eq!(bad(value), PolicyError::ActionWithoutResource { text: text(value) }, "{value}");
    }
    for value in ["*", "s3:*", "S3:GETOBJECT", "s3:Get*", "s3:?etObject", "s3:*Tagging"] {
        assert!(parse_bucket_policy(&changed("Action", json!(value)).to_string()).is_ok(), "{value}");
    }
    let on_bucket = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::examplebucket"});
    assert_eq!(refusal(&policy_of(on_bucket)), PolicyError::ActionWithoutResource { text: text("s3:GetObject") });
    let both = json!({"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": ["arn:aws:s3:::examplebucket", "arn:aws:s3:::examplebucket/*"]});
    assert!(parse_bucket_policy(&policy_of(both).to_string()).is_ok());
}

#[test]
fn resources_of_a_bucket_policy_are_the_bucket_and_what_is_in_it() {
    let with = |value: &str| changed("Resource", json!(["arn:aws:s3:::examplebucket/*", value]));
    for value in [
        "",
        "*",
        "examplebucket/*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::other/*",
        "arn:aws:s3:::examplebucket2/*",
        "arn:aws:s3:::examplebucket*",
        "arn:aws:s3:::example?ucket/*",
        "arn:aws:s3:::*/*",
        "arn:aws:sqs:::examplebucket",
        "arn:aws:s3:us-east-1::examplebucket",
        "arn:aws:s3::111111111111:examplebucket",
        "arn:aws:s3:::${aws:username}/*",
    ] {
        assert_eq!(refusal(&with(value)), PolicyError::Resource { text: text(value) }, "{value}");
    }
    for value in [
        "arn:aws:s3:::examplebucket",
        "arn:aws:s3:::examplebucket/",
        "arn:aws:s3:::examplebucket/a?c/*",
        "arn:aws:s3:::examplebucket/${aws:username}/*",
        "arn:aws:s3::*:examplebucket/*",
    ] {
        assert!(parse_bucket_policy(&with(value).to_string()).is_ok(), "{value}");
    }
}

#[test]
fn a_bucket_of_a_namespace_may_be_named_with_it() {
    let name = bucket_name(BUCKET);
    let bucket = BucketRef { namespace: "team", name: &name };
    for (namespace, is_good) in [("", true), ("team", true), ("*", true), ("other", false)] {
        let resource = json!(format!("arn:aws:s3::{namespace}:examplebucket/*"));
        let document = changed("Resource", resource).to_string();
        assert_eq!(BucketPolicy::parse(document.as_bytes(), bucket).is_ok(), is_good, "{namespace}");
    }
}

#[test]
fn principals_are_accounts_users_canonical_ids_or_everybody() {
    let named = |value: Json| {
        let policy = parse_bucket_policy(&changed("Principal", value).to_string()).expect("a policy");
        policy.named_principals().cloned().collect::<Vec<_>>()
    };
    let other = NamedPrincipal::Account(number(OTHER));
    assert_eq!(named(json!("*")), [NamedPrincipal::Everyone]);
    assert_eq!(named(json!({"AWS": "*"})), [NamedPrincipal::Everyone]);
    assert_eq!(named(json!({"AWS": ["222222222222", "arn:aws:iam::222222222222:root"]})), [other.clone(), other]);
    let user =
        |path_and_name: &str| NamedPrincipal::User { account: number(OTHER), path_and_name: text(path_and_name) };
    assert_eq!(named(json!({"AWS": "arn:aws:iam::222222222222:user/Bob"})), [user("/Bob")]);
    assert_eq!(named(json!({"AWS": "arn:aws:iam::222222222222:user/a/b/Bob"})), [user("/a/b/Bob")]);
    let id = canonical(OTHER);
    assert_eq!(named(json!({"CanonicalUser": id.digits.to_uppercase()})), [NamedPrincipal::Canonical(id)]);
    for nobody in [
        json!({"Service": "logging.s3.amazonaws.com"}),
        json!({"Federated": "cognito-identity.amazonaws.com"}),
        json!({"AWS": "arn:aws:iam::222222222222:role/Reader"}),
        json!({"AWS": "arn:aws:sts::222222222222:assumed-role/Reader/session"}),
    ] {
        assert_eq!(named(nobody), [NamedPrincipal::Nobody]);
    }
}

#[test]
fn what_names_no_principal_is_refused() {
    for value in [
        "",
        "**",
        "22222222222",
        "2222222222222",
        "22222222222x",
        "Bob",
        "arn:aws:iam::222222222222:user/*",
        "arn:aws:iam::222222222222:user/",
        "arn:aws:iam::222222222222:user",
        "arn:aws:iam::222222222222:group/All",
        "arn:aws:iam::222222222222:root/x",
        "arn:aws:iam::*:root",
        "arn:aws:s3:::examplebucket",
        "arn:aws:iam:us-east-1:222222222222:root",
        "arn:aws:iam::222222222222:user/Bob/",
        "arn:aws:iam::222222222222:user/${aws:username}",
    ] {
        let refused = refusal(&changed("Principal", json!({"AWS": value})));
        assert_eq!(refused, PolicyError::Principal { text: text(value) }, "{value}");
    }
    assert_eq!(refusal(&changed("Principal", json!("Bob"))), PolicyError::Principal { text: text("Bob") });
    let short = json!({"CanonicalUser": "abc"});
    assert_eq!(refusal(&changed("Principal", short)), PolicyError::Principal { text: text("abc") });
    for value in [json!(["*"]), json!(7)] {
        assert!(matches!(refusal(&changed("Principal", value)), PolicyError::WrongType { .. }));
    }
}

#[test]
fn not_principal_goes_with_deny_alone() {
    let with = |effect: &str| {
        policy_of(json!({"Effect": effect, "NotPrincipal": {"AWS": "222222222222"}, "Action": "s3:*",
            "Resource": "arn:aws:s3:::examplebucket/*"}))
    };
    assert!(parse_bucket_policy(&with("Deny").to_string()).is_ok());
    assert_eq!(refusal(&with("Allow")), PolicyError::NotPrincipalWithAllow);
}

#[test]
fn conditions_name_known_operators_keys_and_values_that_compare() {
    let with = |condition: Json| changed("Condition", condition);
    for operator in ["StringEqual", "stringequals", "Bool:ForAllValues", "NullIfExists", "ForAllValues:Null", ""] {
        let refused = refusal(&with(json!({operator: {"aws:SourceIp": "10.0.0.1"}})));
        assert_eq!(refused, PolicyError::Operator { text: text(operator) }, "{operator}");
    }
    for key in ["", "SourceIp", "aws:", "aws:Source Ip"] {
        let refused = refusal(&with(json!({"StringEquals": {key: "x"}})));
        assert_eq!(refused, PolicyError::ConditionKey { text: text(key) }, "{key}");
    }
    for (operator, value) in [
        ("NumericEquals", "many"),
        ("NumericLessThanIfExists", "${s3:max-keys}"),
        ("DateLessThan", "tomorrow"),
        ("Bool", "yes"),
        ("Null", "absent"),
        ("BinaryEquals", "no base64!"),
        ("IpAddress", "10.0.0.0/33"),
        ("ForAnyValue:NotIpAddress", "10.0.*"),
        ("ArnLike", "examplebucket"),
        ("ArnEquals", "*:*:*:*:*:*"),
    ] {
        let refused = refusal(&with(json!({operator: {"s3:prefix": [value]}})));
        let wanted = PolicyError::ConditionValue { operator: text(operator), text: text(value) };
        assert_eq!(refused, wanted, "{operator}");
    }
    let wanted = "an object of condition keys";
    let refused = refusal(&with(json!({"Bool": "true"})));
    assert_eq!(refused, PolicyError::WrongType { name: text("Bool"), wanted });
    for good in [json!({}), json!({"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"s3:max-keys": 10}})] {
        assert!(parse_bucket_policy(&with(good).to_string()).is_ok());
    }
}

#[test]
fn variables_must_be_some() {
    let resource = |inside: &str| format!("arn:aws:s3:::examplebucket/{inside}");
    for inside in
        ["${", "${}", "${username}", "${aws:username", "${aws:username, none}", "${aws:username,'x}", "${x y}"]
    {
        let refused = refusal(&changed("Resource", json!(resource(inside))));
        assert_eq!(refused, PolicyError::Variable { text: resource(inside) }, "{inside}");
    }
    for inside in ["${aws:username}", "${*}${?}${$}", "${aws:PrincipalTag/team, 'no}ne'}", "$", "a$b{c}"] {
        let document = changed("Resource", json!(resource(inside)));
        assert!(parse_bucket_policy(&document.to_string()).is_ok(), "{inside}");
    }
    // The old version knows none, so there is nothing wrong with them.
    let mut old = changed("Resource", json!(resource("${")));
    old["Version"] = json!("2008-10-17");
    assert!(parse_bucket_policy(&old.to_string()).is_ok());
}

#[test]
fn identity_policies_name_no_principal_and_speak_of_other_services_too() {
    let statement =
        json!({"Sid": "a1", "Effect": "Allow", "Action": ["ec2:*", "s3:NotYetKnown"], "Resource": "arn:aws:ec2:*:*:*"});
    let good = |statement: &Json| IdentityPolicy::parse(policy_of(statement.clone()).to_string().as_bytes()).is_ok();
    assert!(good(&statement));
    for element in ["Principal", "NotPrincipal"] {
        let mut with = statement.clone();
        with[element] = json!("*");
        assert_eq!(identity_refusal(&policy_of(with)), PolicyError::PrincipalInIdentityPolicy);
    }
    for resource in ["", "examplebucket", "s3:::examplebucket"] {
        let mut with = statement.clone();
        with["Resource"] = json!(resource);
        assert_eq!(identity_refusal(&policy_of(with)), PolicyError::Resource { text: text(resource) });
    }
    let mut with = statement.clone();
    with["Action"] = json!("RunInstances");
    assert_eq!(identity_refusal(&policy_of(with)), PolicyError::Action { text: text("RunInstances") });
    let twice = json!({"Statement": [statement, statement]});
    assert_eq!(identity_refusal(&twice), PolicyError::DuplicateSid { text: text("a1") });
    let mut with = statement.clone();
    with["Sid"] = json!("not so good");
    assert_eq!(identity_refusal(&policy_of(with)), PolicyError::Sid { text: text("not so good") });
}

#[test]
fn reasons_are_told_in_s3s_words() {
    for (error, words) in [
        (PolicyError::FirstByte, "Policies must be valid JSON and the first byte must be '{'"),
        (PolicyError::Action { text: text("s3:X") }, "Policy has invalid action: s3:X"),
        (PolicyError::MissingElement { name: "Principal" }, "Missing required field Principal"),
    ] {
        assert_eq!(error.to_string(), words);
    }
}
