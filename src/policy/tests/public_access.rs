//! What is public, and what the public access block refuses.

mod support;

use cairn_policy::{CannedAcl, PublicAccessBlock};
use serde_json::{Value as Json, json};
use support::{OWNER, bucket_policy, object_acl, policy_of};

fn statement(effect: &str, principal: Json, condition: Json) -> Json {
    json!({"Effect": effect, "Principal": principal, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::examplebucket/*", "Condition": condition})
}

fn is_public(statement: Json) -> bool {
    bucket_policy(&policy_of(statement)).is_public()
}

#[test]
fn a_policy_is_public_if_it_allows_something_to_everybody() {
    assert!(is_public(statement("Allow", json!("*"), json!({}))));
    assert!(is_public(statement("Allow", json!({"AWS": ["222222222222", "*"]}), json!({}))));
    assert!(!is_public(statement("Deny", json!("*"), json!({}))));
    for principal in [json!({"AWS": "222222222222"}), json!({"Service": "s3.amazonaws.com"})] {
        assert!(!is_public(statement("Allow", principal, json!({}))));
    }
    let (tied, open) = (json!({"IpAddress": {"aws:SourceIp": "54.240.143.0/24"}}), json!({}));
    let both = json!({"Statement": [statement("Allow", json!("*"), tied), statement("Allow", json!("*"), open)]});
    assert!(bucket_policy(&both).is_public());
}

#[test]
fn a_fixed_value_of_what_a_requester_cannot_choose_makes_it_private() {
    let with = |condition| is_public(statement("Allow", json!("*"), condition));
    for condition in [
        json!({"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}),
        json!({"StringLike": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}}),
        json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:111111111111:topic"}}),
        json!({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::222222222222:user/Bob"}}),
        json!({"StringEquals": {"AWS:SourceAccount": "222222222222"}}),
        json!({"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-1/r-1"}}),
        json!({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}}),
        json!({"StringEquals": {"aws:SourceVpc": "vpc-1"}, "StringLike": {"aws:Referer": "*"}}),
    ] {
        assert!(!with(condition.clone()), "{condition}");
    }
    for condition in [
        json!({"StringLike": {"aws:SourceVpc": "vpc-*"}}),
        json!({"StringLike": {"aws:Referer": "http://www.example.com/"}}),
        json!({"StringEquals": {"aws:UserAgent": "x"}}),
        json!({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}),
        json!({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}),
        json!({"ForAllValues:StringEquals": {"aws:SourceVpc": "vpc-1"}}),
        json!({"StringEquals": {"aws:SourceAccount": ["222222222222", "${aws:PrincipalAccount}"]}}),
        json!({"IpAddress": {"aws:SourceIp": ["54.240.143.0/24", "0.0.0.0/1"]}}),
        json!({"IpAddress": {"aws:SourceIp": "2000::/16"}}),
        json!({"NotIpAddress": {"aws:SourceIp": "54.240.143.0/24"}}),
        json!({"Null": {"aws:SourceVpc": false}}),
        json!({"Bool": {"aws:SecureTransport": true}}),
    ] {
        assert!(with(condition.clone()), "{condition}");
    }
}

#[test]
fn each_switch_refuses_its_own() {
    let public = bucket_policy(&policy_of(statement("Allow", json!("*"), json!({}))));
    let tame = bucket_policy(&policy_of(statement("Allow", json!({"AWS": "222222222222"}), json!({}))));
    let (open, closed) = (object_acl(CannedAcl::AuthenticatedRead, OWNER), object_acl(CannedAcl::Private, OWNER));
    let off = PublicAccessBlock::default();
    assert!(!off.refuses_policy(&public) && !off.refuses_acl(&open));
    let acls = PublicAccessBlock { block_public_acls: true, ..off };
    assert!(acls.refuses_acl(&open) && !acls.refuses_acl(&closed) && !acls.refuses_policy(&public));
    let policies = PublicAccessBlock { block_public_policy: true, ..off };
    assert!(policies.refuses_policy(&public) && !policies.refuses_policy(&tame) && !policies.refuses_acl(&open));
    let reading = PublicAccessBlock { ignore_public_acls: true, restrict_public_buckets: true, ..off };
    assert!(!reading.refuses_policy(&public) && !reading.refuses_acl(&open));
}
