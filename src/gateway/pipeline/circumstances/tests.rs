//! What conditions see of a request.

use std::sync::Arc;

use cairn_policy::{ConditionKey, RequestContext, Value, Values};
use cairn_s3::auth::AuthScheme;
use cairn_s3::lock::{Retention, RetentionMode};
use cairn_s3::tagging::{TagHolder, TagSet};
use cairn_types::{UnixMillis, VersionId};
use http::Request;

use super::{BodyWords, Circumstances, Context};

const NOW: UnixMillis = UnixMillis(1_795_132_800_000);

fn circumstances(target: &str, headers: &[(&str, &str)]) -> Circumstances {
    let builder = Request::builder().uri(target);
    let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    let (parts, ()) = builder.body(()).expect("a request").into_parts();
    Circumstances {
        parts: Arc::new(parts),
        peer: [192, 0, 2, 7].into(),
        now: NOW,
        scheme: Some(AuthScheme::QueryV4),
        body: BodyWords::default(),
    }
}

fn asked(request: &Circumstances, key: &str) -> Values<'static> {
    let tags = [("team".to_owned(), "red".to_owned())];
    let context =
        Context { request, user_tags: &tags, version: Some(VersionId::Null), prefix: None, object_tags: &tags };
    let values = context.values(&ConditionKey::parse(key).expect("a key"));
    match values {
        Values::Absent => Values::Absent,
        Values::One(value) => Values::One(owned(&value)),
        Values::Many(values) => Values::Many(values.iter().map(owned).collect()),
    }
}

fn owned(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Text(text) => Value::from(text.clone().into_owned()),
        Value::Number(number) => Value::Number(*number),
        Value::Truth(truth) => Value::Truth(*truth),
        Value::Time(time) => Value::Time(*time),
        Value::Address(address) => Value::Address(*address),
    }
}

fn one(value: impl Into<Value<'static>>) -> Values<'static> {
    Values::One(value.into())
}

#[test]
fn every_key_has_the_value_that_its_operation_reads() {
    let request = circumstances(
        "/b/k?prefix=a%2Fb&delimiter=/&max-keys=5&X-Amz-Acl=public-read",
        &[
            ("referer", "http://a/"),
            ("user-agent", "x/1"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-amz-copy-source", "/src/a%20b?versionId=null"),
            ("x-amz-tagging", "team=blue&n=1"),
            ("x-amz-server-side-encryption", "aws:kms"),
            ("x-amz-object-lock-mode", "GOVERNANCE"),
            ("x-amz-object-lock-retain-until-date", "2026-11-23T00:00:00Z"),
        ],
    );
    for (key, wanted) in [
        ("aws:SourceIp", Values::One(Value::Address([192, 0, 2, 7].into()))),
        ("aws:SecureTransport", Values::One(Value::Truth(false))),
        ("aws:CurrentTime", Values::One(Value::Time(NOW))),
        ("aws:EpochTime", Values::One(Value::Number(1_795_132_800))),
        ("aws:Referer", one("http://a/")),
        ("aws:UserAgent", one("x/1")),
        ("aws:PrincipalTag/team", one("red")),
        ("s3:prefix", one("a/b")),
        ("s3:delimiter", one("/")),
        ("s3:max-keys", Values::One(Value::Number(5))),
        ("s3:x-amz-acl", one("public-read")),
        ("s3:x-amz-copy-source", one("src/a b")),
        ("s3:x-amz-server-side-encryption", one("aws:kms")),
        ("s3:x-amz-metadata-directive", Values::Absent),
        ("s3:ExistingObjectTag/team", one("red")),
        ("s3:ExistingObjectTag/other", Values::Absent),
        ("s3:RequestObjectTag/team", one("blue")),
        ("s3:RequestObjectTagKeys", Values::Many(vec!["team".into(), "n".into()])),
        ("s3:VersionId", one("null")),
        ("s3:signatureversion", one("AWS4-HMAC-SHA256")),
        ("s3:authType", one("REST-QUERY-STRING")),
        ("s3:object-lock-mode", one("GOVERNANCE")),
        ("s3:object-lock-remaining-retention-days", Values::One(Value::Number(3))),
        ("s3:object-lock-legal-hold", Values::Absent),
        ("s3:TlsVersion", Values::Absent),
        ("aws:Nothing", Values::Absent),
        ("iam:prefix", Values::Absent),
    ] {
        assert_eq!(asked(&request, key), wanted, "{key}");
    }
}

#[test]
fn a_document_speaks_for_the_request_that_it_came_with() {
    let mut request = circumstances("/b/k?tagging", &[("x-amz-tagging", "ignored=1")]);
    let pairs = vec![("team".to_owned(), "green".to_owned())];
    request.body.tags = Some(TagSet::new(TagHolder::Object, pairs).expect("tags"));
    request.body.retention = Some(Retention { mode: RetentionMode::Compliance, until: UnixMillis(NOW.0 + 1) });
    assert_eq!(asked(&request, "s3:RequestObjectTag/team"), one("green"));
    assert_eq!(asked(&request, "s3:RequestObjectTag/ignored"), Values::Absent);
    assert_eq!(asked(&request, "s3:object-lock-mode"), one("COMPLIANCE"));
    assert_eq!(asked(&request, "s3:object-lock-remaining-retention-days"), Values::One(Value::Number(1)));
}

#[test]
fn of_a_form_the_fields_count_and_not_the_headers_beside_it() {
    let mut request = circumstances("/b", &[("x-amz-acl", "public-read"), ("referer", "http://a/")]);
    request.body.fields = Some(vec![("x-amz-storage-class".to_owned(), "STANDARD_IA".to_owned())]);
    assert_eq!(asked(&request, "s3:x-amz-acl"), Values::Absent);
    assert_eq!(asked(&request, "s3:x-amz-storage-class"), one("STANDARD_IA"));
    assert_eq!(asked(&request, "aws:Referer"), one("http://a/"));
}

#[test]
fn a_request_without_a_signature_has_no_kind_of_it() {
    let request = Circumstances { scheme: None, ..circumstances("/b", &[]) };
    assert_eq!(asked(&request, "s3:signatureversion"), Values::Absent);
    assert_eq!(asked(&request, "s3:authType"), Values::Absent);
}
