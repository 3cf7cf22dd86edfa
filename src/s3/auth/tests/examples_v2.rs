//! The examples of AWS's documentation of version 2.

use cairn_types::UnixMillis;
use http::Method;

use super::support::{Request, signer};
use crate::auth::AuthScheme;

/// 2007-03-27T19:36:42Z.
const THEN: UnixMillis = UnixMillis(1_175_024_202_000);

fn example(method: Method, path: &str, query: Option<&str>) -> Request {
    let mut request = Request::new(method, path, query).set("host", "johnsmith.s3.amazonaws.com");
    request.bucket = Some("johnsmith".to_owned());
    request
}

fn check(request: Request, signature: &str, at: UnixMillis) {
    let request = request.with("authorization", &format!("AWS AKIAIOSFODNN7EXAMPLE:{signature}"));
    assert_eq!(request.verify_at(at).expect("a published signature").scheme(), AuthScheme::HeaderV2);
}

#[test]
fn object_get() {
    let request = example(Method::GET, "/photos/puppy.jpg", None).with("date", "Tue, 27 Mar 2007 19:36:42 +0000");
    check(request, "bWq2s1WEIj+Ydj0vQ697zp+IXMU=", THEN);
}

#[test]
fn object_put() {
    let request = example(Method::PUT, "/photos/puppy.jpg", None)
        .with("content-type", "image/jpeg")
        .with("date", "Tue, 27 Mar 2007 21:15:45 +0000");
    check(request, "MyyxeRY7whkBe+bq8fHCL/2kKUg=", UnixMillis(THEN.0 + 5_943_000));
}

#[test]
fn list() {
    let request = example(Method::GET, "/", Some("prefix=photos&max-keys=50&marker=puppy"))
        .with("date", "Tue, 27 Mar 2007 19:42:41 +0000");
    check(request, "htDYFYduRNen8P9ZfE/s9SuKy0U=", THEN);
}

#[test]
fn fetch_acl() {
    let request = example(Method::GET, "/", Some("acl")).with("date", "Tue, 27 Mar 2007 19:44:46 +0000");
    check(request, "c2WLPFtWHVgbEmeEG93a4cG37dM=", THEN);
}

#[test]
fn presigned_get() {
    let expires = UnixMillis(1_175_139_620_000);
    let request = example(Method::GET, "/photos/puppy.jpg", None);
    let query = signer().presign_v2(request.unsigned(), &request.headers, Some("johnsmith"), expires);
    assert_eq!(
        query.expect("signable"),
        "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D"
    );
}
