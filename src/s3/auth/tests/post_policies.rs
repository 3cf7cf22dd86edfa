//! Form uploads.

use super::support::{ACCESS_KEY, NOW, secret, settings, signed_claim, signer};
use crate::auth::{AuthScheme, Claim, PostPolicyFields, SecretKey, SigningKeyCache, v2};
use crate::error::{S3Error, S3ErrorCode};

const POLICY: &str = "eyJleHBpcmF0aW9uIjoiMjAxMyJ9";

fn verify(fields: &PostPolicyFields<'_>) -> Result<AuthScheme, S3Error> {
    let claim = signed_claim(Claim::parse_post_policy(fields, &settings())?);
    claim.verify(&secret(), &SigningKeyCache::default()).map(|verified| verified.scheme())
}

#[test]
fn a_policy_signed_by_either_version_is_taken() {
    let signed = signer().sign_policy(POLICY, NOW);
    let four = PostPolicyFields {
        policy: Some(POLICY),
        algorithm: Some("AWS4-HMAC-SHA256"),
        credential: Some(&signed.credential),
        date: Some(&signed.date),
        signature: Some(&signed.signature),
        ..PostPolicyFields::default()
    };
    assert_eq!(verify(&four), Ok(AuthScheme::PostV4));
    let signature = v2::sign(&secret(), POLICY.as_bytes());
    let two = PostPolicyFields {
        policy: Some(POLICY),
        access_key_v2: Some(ACCESS_KEY),
        signature_v2: Some(&signature),
        ..PostPolicyFields::default()
    };
    assert_eq!(verify(&two), Ok(AuthScheme::PostV2));
    for forged in [PostPolicyFields { policy: Some("e30="), ..four }, PostPolicyFields { policy: Some("e30="), ..two }]
    {
        assert_eq!(verify(&forged).expect_err("another policy").code, S3ErrorCode::SignatureDoesNotMatch);
    }
    let both = PostPolicyFields { signature_v2: Some("x"), ..four };
    assert_eq!(verify(&both).expect_err("two mechanisms").code, S3ErrorCode::InvalidArgument);
    for missing in [
        PostPolicyFields { policy: None, ..four },
        PostPolicyFields { date: None, ..four },
        PostPolicyFields { signature: None, ..four },
        PostPolicyFields { signature_v2: None, ..two },
        PostPolicyFields { policy: None, ..two },
    ] {
        assert_eq!(verify(&missing).expect_err("a field is missing").code, S3ErrorCode::InvalidArgument);
    }
}

#[test]
fn a_form_without_the_fields_is_anonymous() {
    let claim = Claim::parse_post_policy(&PostPolicyFields::default(), &settings()).expect("no claim at all");
    assert!(claim.access_key().is_none());
    let token = PostPolicyFields { security_token: Some("t"), ..PostPolicyFields::default() };
    let error = Claim::parse_post_policy(&token, &settings()).err().expect("a trace of credentials");
    assert_eq!(error.code, S3ErrorCode::AccessDenied);
    let unsigned = PostPolicyFields { policy: Some(POLICY), ..PostPolicyFields::default() };
    let error = Claim::parse_post_policy(&unsigned, &settings()).err().expect("a policy of nobody's");
    assert_eq!(error.code, S3ErrorCode::InvalidArgument);
}

#[test]
fn the_documented_policy_has_the_documented_signature() {
    // AWS: "Examples: browser-based upload using HTTP POST", signed on 2015-12-29.
    let policy = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
    let key = crate::auth::SigningKey::derive(
        &SecretKey::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned()),
        "20151229",
        "us-east-1",
        "s3",
    );
    assert_eq!(key.sign(policy.as_bytes()), "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
}
