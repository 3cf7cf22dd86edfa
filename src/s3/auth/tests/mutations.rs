//! Random requests: what is signed verifies, what is changed does not, and nothing panics.

use http::{HeaderName, HeaderValue, Method};
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::support::{ACCESS_KEY, NOW, Request};
use crate::auth::{uri_encode, uri_encode_path};
use crate::payload::PayloadMode;

fn methods() -> impl Strategy<Value = Method> {
    prop_oneof![Just(Method::GET), Just(Method::PUT), Just(Method::POST), Just(Method::DELETE), Just(Method::HEAD)]
}

fn header_values() -> impl Strategy<Value = HeaderValue> {
    prop::collection::vec(any::<u8>(), 0..24)
        .prop_filter_map("not a header value", |bytes| HeaderValue::from_bytes(&bytes).ok())
}

fn requests() -> impl Strategy<Value = Request> {
    let query = prop::collection::vec((any::<Vec<u8>>(), prop::option::of(any::<Vec<u8>>())), 0..4);
    let headers = prop::collection::vec(("x-amz-meta-[a-z]{1,8}", header_values()), 0..4);
    (methods(), any::<Vec<u8>>(), query, headers).prop_map(|(method, path, query, headers)| {
        let pairs = query.into_iter().map(|(name, value)| match value {
            Some(value) => format!("q{}={}", uri_encode(&name), uri_encode(&value)),
            None => format!("q{}", uri_encode(&name)),
        });
        let query = pairs.collect::<Vec<_>>().join("&");
        let mut request = Request::new(method, &format!("/{}", uri_encode_path(&path)), Some(&query));
        for (name, value) in headers {
            request.headers.append(HeaderName::from_bytes(name.as_bytes()).expect("a name"), value);
        }
        request
    })
}

/// One change anywhere in what a signature covers.
fn changed(mut request: Request, what: u8) -> Request {
    match what % 5 {
        0 => request.method = if request.method == Method::PUT { Method::GET } else { Method::PUT },
        1 => request.path.push('x'),
        2 => request.query = request.query.map(|query| format!("{query}&x=y")),
        3 => request = request.set("host", "elsewhere"),
        _ => request = request.set("x-amz-content-sha256", &"0".repeat(64)),
    }
    request
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just(
            "AWS4-HMAC-SHA256 Credential=a/20130524/us-east-1/s3/aws4_request,SignedHeaders=host,Signature=".to_owned()
        ),
        "(AWS4-HMAC-SHA256|AWS) ?(Credential=[a-z/0-9]{0,40},?)?(SignedHeaders=[a-z;-]{0,20},?)?(Signature=[0-9a-f]{0,70})?",
    ]
}

proptest! {
    #[test]
    fn a_signed_request_verifies_and_a_changed_one_does_not(request in requests(), what in any::<u8>()) {
        let signed = request.signed_by(&super::support::signer(), PayloadMode::Unsigned);
        let verified = signed.verify().expect("signed by its key");
        prop_assert_eq!(verified.access_key(), ACCESS_KEY);
        prop_assert!(changed(signed, what).verify().is_err());
    }

    #[test]
    fn a_presigned_request_verifies_and_a_changed_one_does_not(request in requests(), what in 0_u8..4) {
        let signed = request.presigned(60);
        prop_assert!(signed.verify().is_ok());
        prop_assert!(changed(signed, what).verify().is_err());
    }

    #[test]
    fn any_text_is_answered_without_panic(header in text(), path in any::<String>(), query in any::<String>(), date in any::<String>()) {
        let mut request = Request::new(Method::GET, &path, Some(&query));
        for (name, value) in [("authorization", header), ("x-amz-date", date)] {
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                request.headers.insert(name, value);
            }
        }
        prop_assert!(request.claim_at(NOW).map_or(true, |claim| claim.access_key().is_none_or(|key| !key.is_empty())));
    }

    #[test]
    fn any_presigned_query_is_answered_without_panic(values in prop::array::uniform6("[ -~]{0,24}")) {
        let names = ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"];
        let pairs = names.iter().zip(&values).map(|(name, value)| format!("X-Amz-{name}={}", uri_encode(value.as_bytes())));
        let query = pairs.collect::<Vec<_>>().join("&");
        prop_assert!(Request::new(Method::GET, "/k", Some(&query)).claim_at(NOW).is_err());
    }
}
