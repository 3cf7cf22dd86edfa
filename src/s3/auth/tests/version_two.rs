//! Signatures of version 2.

use cairn_types::UnixMillis;
use http::Method;

use super::support::{NOW, Request, later, settings, signer};
use crate::auth::{AuthScheme, AuthSettings, Claim, SigV2};
use crate::error::S3ErrorCode;

fn presigned(method: Method, query: Option<&str>) -> Request {
    let mut request = Request::new(method, "/b/k", query);
    let query = signer().presign_v2(request.unsigned(), &request.headers, None, later(60)).expect("signable");
    request.query = Some(query);
    request
}

fn with(sigv2: SigV2) -> AuthSettings {
    AuthSettings { sigv2, ..settings() }
}

#[test]
fn a_url_is_good_until_it_expires() {
    let request = presigned(Method::GET, None);
    assert_eq!(request.verify_at(later(60)).expect("signed").scheme(), AuthScheme::QueryV2);
    assert_eq!(request.refusal_at(later(61)).code, S3ErrorCode::AccessDenied);
}

#[test]
fn a_url_is_good_for_its_method_and_query_alone() {
    let mut request = presigned(Method::GET, None);
    request.method = Method::DELETE;
    assert_eq!(request.code(), S3ErrorCode::SignatureDoesNotMatch);
    // Version 2 signs some parameters; one it does not know may be an operation that was not meant.
    for added in ["acl", "versionId=1", "attributes", "renameObject", "annotation", "x-amz-acl=public-read"] {
        let mut request = presigned(Method::GET, None);
        request.query = request.query.map(|query| format!("{query}&{added}"));
        assert_eq!(request.code(), S3ErrorCode::SignatureDoesNotMatch, "{added}");
    }
    let added = presigned(Method::PUT, None).with("x-amz-copy-source", "/b/other");
    assert_eq!(added.code(), S3ErrorCode::SignatureDoesNotMatch);
}

#[test]
fn a_bucket_may_be_signed_with_a_slash_behind_it() {
    for signed in ["/b", "/b/"] {
        let mut request = Request::new(Method::GET, signed, Some("list-type=2"));
        let query = signer().presign_v2(request.unsigned(), &request.headers, None, later(60)).expect("signable");
        request.query = Some(query);
        request.path = "/b".to_owned();
        assert!(request.verify().is_ok(), "{signed}");
        request.path = "/b/k".to_owned();
        assert_eq!(request.code(), S3ErrorCode::SignatureDoesNotMatch, "{signed}");
    }
}

#[test]
fn overrides_and_headers_in_the_query_are_signed() {
    let request = presigned(Method::GET, Some("response-content-type=text%2Fplain&versionId=3"));
    assert!(request.verify().is_ok());
    let query = "content-type=image%2Fpng&x-amz-meta-a=1&x-amz-security-token=t%2B";
    let request = presigned(Method::PUT, Some(query));
    assert!(request.verify().is_ok());
    let claim = super::support::signed_claim(request.claim_at(NOW).expect("well-formed"));
    assert_eq!(claim.session_token(), Some("t+"));
}

#[test]
fn incomplete_urls_are_denied() {
    for query in [
        "AWSAccessKeyId=a&Signature=s",
        "AWSAccessKeyId=a&Expires=1",
        "Signature=s&Expires=1",
        "AWSAccessKeyId=a&Signature=s&Expires=soon",
        "AWSAccessKeyId=a&Signature=s&Expires=99999999999999999999999",
        "AWSAccessKeyId=a&AWSAccessKeyId=a&Signature=s&Expires=1999999999",
    ] {
        assert_eq!(Request::new(Method::GET, "/b/k", Some(query)).code(), S3ErrorCode::AccessDenied, "{query}");
    }
}

#[test]
fn the_settings_decide_where_version_two_is_taken() {
    let by_query = presigned(Method::GET, None);
    let by_header = Request::get().with("date", "Fri, 24 May 2013 00:00:00 GMT").with("authorization", "AWS id:sig");
    let refused = |request: &Request, sigv2| {
        let claim = Claim::parse(&request.head(), &with(sigv2), &request.context(NOW));
        claim.err().map(|error| error.code)
    };
    for (sigv2, query, header) in [
        (SigV2::Refused, Some(S3ErrorCode::InvalidRequest), Some(S3ErrorCode::InvalidRequest)),
        (SigV2::PresignedOnly, None, Some(S3ErrorCode::InvalidRequest)),
        (SigV2::Everywhere, None, None),
    ] {
        assert_eq!((refused(&by_query, sigv2), refused(&by_header, sigv2)), (query, header), "{sigv2:?}");
    }
}

#[test]
fn malformed_headers_and_old_dates_are_refused() {
    for bad in ["AWS", "AWS id", "AWS :sig", "AWS id:"] {
        let request = Request::get().with("date", "Fri, 24 May 2013 00:00:00 GMT").with("authorization", bad);
        assert_eq!(request.code(), S3ErrorCode::InvalidArgument, "{bad}");
    }
    let undated = Request::get().with("authorization", "AWS id:sig");
    assert_eq!(undated.code(), S3ErrorCode::AccessDenied);
    let dated = undated.with("date", "Fri, 24 May 2013 00:00:00 GMT");
    assert_eq!(dated.code(), S3ErrorCode::SignatureDoesNotMatch);
    assert_eq!(dated.refusal_at(UnixMillis(0)).code, S3ErrorCode::RequestTimeTooSkewed);
    let chunks = dated.with("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    assert_eq!(chunks.code(), S3ErrorCode::InvalidRequest);
}
