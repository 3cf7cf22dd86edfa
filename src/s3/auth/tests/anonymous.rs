//! Requests without credentials, and those that only look so.

use http::Method;

use super::support::{NOW, Request};
use crate::auth::Claim;
use crate::error::S3ErrorCode;

#[test]
fn a_request_without_credentials_is_anonymous() {
    let claim = Request::get().claim_at(NOW).expect("no claim at all");
    assert!(claim.access_key().is_none());
    match claim {
        Claim::Anonymous(claim) => assert!(!claim.into_body().is_chunked()),
        Claim::Signed(_) => panic!("nobody signed"),
    }
}

#[test]
fn an_anonymous_body_may_have_unsigned_chunks_but_no_signed_ones() {
    let body = |mode| Request::new(Method::PUT, "/b/k", None).with("x-amz-content-sha256", mode).claim_at(NOW);
    assert!(body("STREAMING-UNSIGNED-PAYLOAD-TRAILER").is_ok());
    let signed = body("STREAMING-AWS4-HMAC-SHA256-PAYLOAD").err().expect("no key to check them with");
    assert_eq!(signed.code, S3ErrorCode::AccessDenied);
    assert_eq!(body("nonsense").err().expect("no mode").code, S3ErrorCode::InvalidArgument);
}

#[test]
fn traces_of_credentials_are_not_anonymous() {
    for (request, code) in [
        (Request::get().with("authorization", ""), S3ErrorCode::AccessDenied),
        (Request::get().with("x-amz-security-token", "t"), S3ErrorCode::AccessDenied),
        (Request::new(Method::GET, "/k", Some("Signature=x")), S3ErrorCode::AccessDenied),
        (Request::new(Method::GET, "/k", Some("AWSAccessKeyId=x")), S3ErrorCode::AccessDenied),
        (Request::new(Method::GET, "/k", Some("X-Amz-Signature=x")), S3ErrorCode::AuthorizationQueryParametersError),
        (Request::new(Method::GET, "/k", Some("X-Amz-Date=x")), S3ErrorCode::AuthorizationQueryParametersError),
        (Request::new(Method::GET, "/k", Some("a=%zz")), S3ErrorCode::InvalidURI),
    ] {
        assert_eq!(request.code(), code, "{:?} {:?}", request.query, request.headers);
    }
}

#[test]
fn garbage_in_the_header_is_an_invalid_argument() {
    for garbage in
        ["HAHAHA", "AWS4-HMAC-SHA512 Credential=x", "AWS4-ECDSA-P256-SHA256 Credential=x", "Bearer t", "\u{7}x"]
    {
        let Ok(value) = http::HeaderValue::from_bytes(garbage.as_bytes()) else { continue };
        let mut request = Request::get();
        request.headers.insert("authorization", value);
        assert_eq!(request.code(), S3ErrorCode::InvalidArgument, "{garbage}");
    }
    let mut binary = Request::get();
    binary.headers.insert("authorization", http::HeaderValue::from_bytes(b"AWS4 \xff\xfe").expect("opaque bytes"));
    assert_eq!(binary.code(), S3ErrorCode::InvalidArgument);
}

#[test]
fn two_mechanisms_or_two_headers_are_an_invalid_argument() {
    let both = Request::get().presigned(60);
    let authorization = Request::get().signed().authorization();
    assert_eq!(both.with("authorization", &authorization).code(), S3ErrorCode::InvalidArgument);
    let twice = Request::get().signed().with("authorization", &authorization);
    assert_eq!(twice.code(), S3ErrorCode::InvalidArgument);
    let old_and_new = Request::new(Method::GET, "/k", Some("Signature=x&X-Amz-Signature=y"));
    assert_eq!(old_and_new.code(), S3ErrorCode::InvalidArgument);
}
