//! Claims in the `Authorization` header, and what is wrong with them.

use http::Method;

use super::support::{ACCESS_KEY, NOW, Request, earlier, later, secret, settings, signed_claim, signer};
use crate::auth::canonical::CanonicalRequest;
use crate::auth::scope::Scope;
use crate::auth::sign::Signer;
use crate::auth::signed_headers::SignedHeaders;
use crate::auth::{AuthScheme, Claim, ClaimContext, SecretKey, Service, SigningKey, SigningKeyCache};
use crate::error::S3ErrorCode;
use crate::payload::PayloadMode;

/// A signed request whose `Authorization` was edited on the way.
fn edited(from: &str, to: &str) -> Request {
    let request = Request::get().signed();
    let text = request.authorization();
    assert!(text.contains(from), "{text}");
    request.set("authorization", &text.replace(from, to))
}

fn in_region(region: &str) -> Request {
    let signer = Signer::new(ACCESS_KEY.to_owned(), secret(), region.to_owned());
    Request::get().signed_by(&signer, PayloadMode::Unsigned)
}

#[test]
fn a_signed_request_names_its_key_and_token() {
    let signer = signer().with_session_token("token".to_owned());
    let request = Request::get().signed_by(&signer, PayloadMode::Unsigned);
    let claim = signed_claim(request.claim_at(NOW).expect("well-formed"));
    assert_eq!((claim.access_key(), claim.session_token()), (ACCESS_KEY, Some("token")));
    assert_eq!(claim.scheme(), AuthScheme::HeaderV4);
    assert!(request.verify().is_ok());
}

#[test]
fn any_accepted_region_verifies() {
    for region in ["eu-central-1", "us-east-1", ""] {
        assert!(in_region(region).verify().is_ok(), "{region}");
    }
}

#[test]
fn another_region_is_told_ours() {
    let error = in_region("us-west-2").refusal();
    assert_eq!(error.code, S3ErrorCode::AuthorizationHeaderMalformed);
    assert!(error.elements().contains(&("Region", "eu-central-1".to_owned())));
    assert_eq!(error.headers()[0].1, "eu-central-1");
}

#[test]
fn a_wrong_signature_or_secret_does_not_match() {
    let good = Request::get().signed().signature();
    for bad in [good.to_uppercase(), good[..63].to_owned(), good[..8].to_owned(), format!("{good}0"), "0".repeat(64)] {
        assert_eq!(edited(&good, &bad).code(), S3ErrorCode::SignatureDoesNotMatch, "{bad}");
    }
    let claim = signed_claim(Request::get().signed().claim_at(NOW).expect("well-formed"));
    let other = SecretKey::new("another".to_owned());
    let error = claim.verify(&other, &SigningKeyCache::default()).err().expect("another secret");
    assert_eq!(error.code, S3ErrorCode::SignatureDoesNotMatch);
}

#[test]
fn missing_or_malformed_components_are_malformed() {
    for (from, to) in [
        ("Credential=", "Credentials="),
        ("Credential=", ""),
        ("SignedHeaders=", "Signed="),
        ("Signature=", "Sig="),
        (", Signature=", ", Signature=,Signature="),
        ("host;", "Host;"),
        ("host;", "host;host;"),
        ("SignedHeaders=host;x-amz-content-sha256;x-amz-date", "SignedHeaders="),
        ("/aws4_request", "/aws5_request"),
        ("/s3/", "/ec2/"),
        ("/20130524/", "/2013/"),
        ("/20130524/", "/20130523/"),
        ("/us-east-1/s3", "/s3"),
    ] {
        let code = edited(from, to).code();
        assert_eq!(code, S3ErrorCode::AuthorizationHeaderMalformed, "{from} -> {to}");
    }
}

#[test]
fn components_may_be_written_without_spaces() {
    assert!(edited(", ", ",").verify().is_ok());
}

#[test]
fn a_request_without_a_readable_date_is_denied() {
    for request in [
        Request::get().signed().without("x-amz-date"),
        Request::get().signed().set("x-amz-date", "yesterday"),
        Request::get().signed().with("x-amz-date", "20130524T000000Z"),
    ] {
        assert_eq!(request.code(), S3ErrorCode::AccessDenied);
    }
}

#[test]
fn the_date_header_stands_in_for_x_amz_date() {
    let request = Request::get().with("date", "Fri, 24 May 2013 00:00:00 GMT").signed().without("x-amz-date");
    // The signature covered x-amz-date, so it fails; but not for want of a date.
    assert_eq!(request.code(), S3ErrorCode::SignatureDoesNotMatch);
}

#[test]
fn a_clock_may_be_fifteen_minutes_off_and_no_more() {
    let request = Request::get().signed();
    for now in [earlier(900), later(900)] {
        assert!(request.verify_at(now).is_ok());
    }
    for now in [earlier(901), later(901)] {
        assert_eq!(request.refusal_at(now).code, S3ErrorCode::RequestTimeTooSkewed);
    }
}

#[test]
fn host_and_amz_headers_must_be_signed() {
    let error = edited("host;", "").refusal();
    assert_eq!(
        (error.code, &error.elements()[0]),
        (S3ErrorCode::AccessDenied, &("HeadersNotSigned", "host".to_owned()))
    );
    let added = Request::get().signed().with("x-amz-copy-source", "/b/k").refusal();
    assert_eq!(added.code, S3ErrorCode::AccessDenied);
    assert_eq!(added.elements()[0].1, "x-amz-copy-source");
}

#[test]
fn a_signed_header_that_is_absent_does_not_match() {
    let removed = Request::get().with("range", "bytes=0-9").signed().without("range");
    assert_eq!(removed.code(), S3ErrorCode::SignatureDoesNotMatch);
    // Nor where the list alone names it.
    assert_eq!(edited("host;", "expect;host;").code(), S3ErrorCode::SignatureDoesNotMatch);
}

#[test]
fn the_payload_header_must_be_there_and_known() {
    let missing = Request::get().signed().without("x-amz-content-sha256");
    assert_eq!(missing.code(), S3ErrorCode::InvalidRequest);
    let unknown = Request::get().signed().set("x-amz-content-sha256", "SIGNED");
    assert_eq!(unknown.code(), S3ErrorCode::InvalidArgument);
}

#[test]
fn a_path_verifies_however_the_client_encoded_it() {
    for (signed, sent) in
        [("/a~b", "/a%7Eb"), ("/a%24b", "/a$b"), ("/a%2Fb", "/a%2fb"), ("/a%20b", "/%61%20b"), ("/a/b", "/a%2Fb")]
    {
        let mut request = Request::new(Method::GET, signed, None).signed();
        request.path = sent.to_owned();
        assert!(request.verify().is_ok(), "{sent} signed as {signed}");
    }
    let mut slash = Request::new(Method::GET, "/a%2Fb", None).signed();
    slash.path = "/a/b".to_owned();
    assert_eq!(slash.code(), S3ErrorCode::SignatureDoesNotMatch);
}

#[test]
fn a_client_that_signs_the_path_as_it_sends_it_is_taken() {
    let request = Request::new(Method::GET, "/a%7Eb", None).signed();
    let (names, date) = ("host;x-amz-content-sha256;x-amz-date", "20130524T000000Z");
    let scope = Scope::new("20130524", "us-east-1", "s3");
    let canonical = CanonicalRequest {
        method: &request.method,
        path: "/a%7Eb",
        query: "",
        headers: &request.headers,
        signed: &SignedHeaders::parse(names).expect("a list"),
        payload: "UNSIGNED-PAYLOAD",
    };
    let text = canonical.string_to_sign(date, &scope);
    let signature = SigningKey::of_scope(&secret(), &scope).sign(text.as_bytes());
    assert_ne!(signature, request.signature());
    let authorization = request.authorization().replace(&request.signature(), &signature);
    assert!(request.set("authorization", &authorization).verify().is_ok());
}

#[test]
fn sts_requests_prove_their_body_without_a_header() {
    let hash = [7; 32];
    let sts = Signer::new(ACCESS_KEY.to_owned(), secret(), "us-east-1".to_owned()).with_service("sts");
    let request = Request::new(Method::POST, "/", None).signed_by(&sts, PayloadMode::Signed(hash));
    let service = Service::Query { names: &["sts"], body_sha256: hash };
    let verify = |service| {
        let claim = Claim::parse(&request.head(), &settings(), &ClaimContext { service, ..request.context(NOW) })?;
        signed_claim(claim).verify(&secret(), &SigningKeyCache::default())
    };
    assert!(verify(service).is_ok());
    let error = verify(Service::S3).err().expect("signed for another service");
    assert_eq!(error.code, S3ErrorCode::AuthorizationHeaderMalformed);
}
