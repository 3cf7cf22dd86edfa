//! Presigned URLs of version 4.

use http::Method;

use super::support::{NOW, Request, earlier, later, signer};
use crate::auth::AuthScheme;
use crate::error::S3ErrorCode;
use crate::payload::BodyProof;

fn edited(from: &str, to: &str) -> Request {
    let mut request = Request::get().presigned(3_600);
    let query = request.query.take().expect("presigned");
    assert!(query.contains(from), "{query}");
    request.query = Some(query.replacen(from, to, 1));
    request
}

#[test]
fn a_url_is_good_until_it_expires() {
    let request = Request::get().presigned(3_600);
    assert_eq!(request.verify_at(later(3_599)).expect("still good").scheme(), AuthScheme::QueryV4);
    assert!(request.verify_at(earlier(900)).is_ok());
    let expired = request.refusal_at(later(3_600));
    assert_eq!((expired.code, expired.message.as_ref()), (S3ErrorCode::AccessDenied, "Request has expired"));
    let early = request.refusal_at(earlier(901));
    assert_eq!((early.code, early.message.as_ref()), (S3ErrorCode::AccessDenied, "Request is not valid yet"));
}

#[test]
fn expires_is_a_number_of_seconds_up_to_a_week() {
    assert!(Request::get().presigned(604_800).verify().is_ok());
    assert_eq!(Request::get().presigned(0).code(), S3ErrorCode::AccessDenied);
    for bad in ["604801", "-1", "1h", "", "+5", "99999999999999999999999"] {
        let code = edited("X-Amz-Expires=3600", &format!("X-Amz-Expires={bad}")).code();
        assert_eq!(code, S3ErrorCode::AuthorizationQueryParametersError, "{bad}");
    }
}

#[test]
fn missing_repeated_and_malformed_parameters_are_named_as_such() {
    for name in ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"] {
        let missing = edited(&format!("X-Amz-{name}="), &format!("Y-Amz-{name}="));
        assert_eq!(missing.code(), S3ErrorCode::AuthorizationQueryParametersError, "{name}");
        let repeated = edited("X-Amz-Algorithm=", &format!("X-Amz-{name}=1&X-Amz-Algorithm="));
        assert_eq!(repeated.code(), S3ErrorCode::AuthorizationQueryParametersError, "{name}");
    }
    for (from, to) in [
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"),
        ("%2Fus-east-1", "%2Fus-west-2"),
        ("%2Fs3%2F", "%2Fec2%2F"),
        ("aws4_request", "aws5_request"),
        ("%2F20130524%2F", "%2F20130523%2F"),
        ("X-Amz-Date=20130524T000000Z", "X-Amz-Date=20130524"),
        ("SignedHeaders=host", "SignedHeaders=Host"),
    ] {
        assert_eq!(edited(from, to).code(), S3ErrorCode::AuthorizationQueryParametersError, "{from} -> {to}");
    }
}

#[test]
fn a_url_is_good_for_its_method_and_query_alone() {
    for method in [Method::PUT, Method::DELETE, Method::HEAD] {
        let mut request = Request::get().presigned(60);
        request.method = method;
        assert_eq!(request.code(), S3ErrorCode::SignatureDoesNotMatch);
    }
    for added in ["acl", "versionId=x", "uploadId=x", "x-id=GetObject"] {
        let mut request = Request::get().presigned(60);
        request.query = request.query.map(|query| format!("{query}&{added}"));
        assert_eq!(request.code(), S3ErrorCode::SignatureDoesNotMatch, "{added}");
    }
}

#[test]
fn whoever_has_the_url_cannot_add_amz_headers() {
    let request = Request::new(Method::PUT, "/b/k", None).presigned(60);
    assert!(request.verify().is_ok());
    assert_eq!(request.with("x-amz-copy-source", "/other/key").code(), S3ErrorCode::AccessDenied);
    let without_host = edited("SignedHeaders=host", "SignedHeaders=range").with("range", "bytes=0-1");
    assert_eq!(without_host.code(), S3ErrorCode::AccessDenied);
}

#[test]
fn a_token_stands_in_the_query() {
    let signer = signer().with_session_token("a/b+c=".to_owned());
    let mut request = Request::get();
    let query = signer.presign(request.unsigned(), &request.headers, 60, NOW).expect("signable");
    request.query = Some(query);
    let claim = super::support::signed_claim(request.claim_at(NOW).expect("well-formed"));
    assert_eq!(claim.session_token(), Some("a/b+c="));
    assert!(request.verify().is_ok());
}

#[test]
fn a_url_may_say_how_its_body_is_proved() {
    let put = |query| Request::new(Method::PUT, "/b/k", query);
    let is_hashed = |request: &Request| matches!(request.verify().expect("signed").into_body(), BodyProof::Sha256(_));
    assert!(!is_hashed(&put(None).presigned(60)));
    assert!(!is_hashed(&put(Some("X-Amz-Content-Sha256=UNSIGNED-PAYLOAD")).presigned(60)));
    let unknown = put(Some("X-Amz-Content-Sha256=no")).presigned(60);
    assert_eq!(unknown.code(), S3ErrorCode::InvalidArgument);
    let twice = put(Some("X-Amz-Content-Sha256=a&X-Amz-Content-Sha256=b")).presigned(60);
    assert_eq!(twice.code(), S3ErrorCode::AuthorizationQueryParametersError);
    // The signer here signs for any body, so a hash added to its URL was never signed.
    let hash = format!("X-Amz-Content-Sha256={}", "0".repeat(64));
    assert_eq!(put(Some(&hash)).presigned(60).code(), S3ErrorCode::SignatureDoesNotMatch);
}
