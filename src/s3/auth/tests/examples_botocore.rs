//! Requests signed by botocore 1.43 with the documentation's key at the documentation's time: an independent signer.

use http::Method;
use sha2::{Digest, Sha256};

use super::support::{NOW, Request, secret, settings, signed_claim};
use crate::auth::{AuthScheme, Claim, ClaimContext, Service, SigningKeyCache};

const TOKEN: &str = "tok/en+1==";

fn request(method: Method, path: &str, query: Option<&str>) -> Request {
    Request::new(method, path, query).set("host", "localhost:9000")
}

#[test]
fn an_upload_with_awkward_names_and_values() {
    let query = Some("uploadId=x%2Fy&partNumber=3");
    let request = request(Method::PUT, "/b/a%20b/%C3%A9%2Bx~y", query)
        .with("x-amz-meta-a", "  two   spaces ")
        .with("content-type", "text/plain")
        .with("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")
        .with("x-amz-date", "20130524T000000Z")
        .with("x-amz-security-token", TOKEN)
        .with("x-amz-content-sha256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
        .with(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=content-md5;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-a;x-amz-security-token, \
             Signature=580fe9fae574fe5cbfc28ff1281bbc1327cc2c6715316800428854602cd0231b",
        );
    assert_eq!(request.verify().expect("signed by botocore").scheme(), AuthScheme::HeaderV4);
}

#[test]
fn a_presigned_url_of_version_four() {
    let query = "response-content-type=text%2Fplain&versionId=a%20b&X-Amz-Algorithm=AWS4-HMAC-SHA256\
                 &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
                 &X-Amz-Date=20130524T000000Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host\
                 &X-Amz-Security-Token=tok%2Fen%2B1%3D%3D\
                 &X-Amz-Signature=4a0f069900b721cb74f02fd77c40baa1179e45a0c3df754322513e210e656a59";
    let request = request(Method::GET, "/b/k%3F1", Some(query));
    assert_eq!(request.verify().expect("signed by botocore").scheme(), AuthScheme::QueryV4);
    assert_eq!(signed_claim(request.claim_at(NOW).expect("well-formed")).session_token(), Some(TOKEN));
}

#[test]
fn a_presigned_url_of_version_two_with_headers_in_its_query() {
    let query = "uploadId=u&partNumber=1&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE\
                 &Signature=B%2B9Dcyn%2FHiC8PiRzyi6nvxnxTMo%3D&x-amz-meta-a=1&content-type=image%2Fpng\
                 &x-amz-security-token=tok%2Fen%2B1%3D%3D&Expires=1369353900";
    let request = request(Method::PUT, "/b/k%20x", Some(query));
    assert_eq!(request.verify().expect("signed by botocore").scheme(), AuthScheme::QueryV2);
    assert_eq!(signed_claim(request.claim_at(NOW).expect("well-formed")).session_token(), Some(TOKEN));
    assert!(request.with("content-type", "image/png").with("x-amz-meta-a", "1").verify().is_ok());
}

#[test]
fn a_header_of_version_two() {
    let request = request(Method::GET, "/b/", Some("versions&prefix=x"))
        .with("x-amz-meta-a", "1")
        .with("date", "Fri, 24 May 2013 00:00:00 GMT")
        .with("authorization", "AWS AKIAIOSFODNN7EXAMPLE:DuCfsCqS1+UBNtOvHxN0vQYkli0=");
    assert_eq!(request.verify().expect("signed by botocore").scheme(), AuthScheme::HeaderV2);
}

#[test]
fn get_caller_identity() {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let request = request(Method::POST, "/", None)
        .with("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .with("x-amz-date", "20130524T000000Z")
        .with(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/sts/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=244ec2b74676659fe2508b94d0d1e6e569d739754d0dae91a1c644bfef9d65e3",
        );
    let verify = |body: &str| {
        let service = Service::Query { names: &["sts"], body_sha256: Sha256::digest(body).into() };
        let claim = Claim::parse(&request.head(), &settings(), &ClaimContext { service, ..request.context(NOW) });
        signed_claim(claim.expect("well-formed")).verify(&secret(), &SigningKeyCache::default()).is_ok()
    };
    assert!(verify(body));
    assert!(!verify("Action=AssumeRole&Version=2011-06-15"));
}
