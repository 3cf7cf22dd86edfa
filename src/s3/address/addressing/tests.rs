//! Addresses, table by table.

use http::header::{HOST, HeaderValue};
use http::{HeaderMap, Method};
use proptest::prelude::{prop_assert, proptest};

use super::{AddressStyles, Addressing, AddressingError, Resource};
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;

fn resolve(styles: AddressStyles, host: &str, path: &str) -> Result<Resource, S3Error> {
    let domains = if styles == AddressStyles::Both {
        vec!["s3.test".to_owned(), "eu.s3.test".to_owned()]
    } else {
        vec!["s3.test".to_owned()]
    };
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_str(host).expect("host"));
    let head = RequestHead { method: &Method::GET, authority: None, path, query: None, headers: &headers };
    Addressing::new(domains, styles).expect("good").resolve(&head).map(|address| address.resource)
}

fn named(resource: &Resource) -> (String, String) {
    match resource {
        Resource::Service => (String::new(), String::new()),
        Resource::Bucket(bucket) => (bucket.to_string(), String::new()),
        Resource::Object { bucket, key } => (bucket.to_string(), key.to_string()),
    }
}

#[test]
fn a_path_may_name_the_namespace_of_its_bucket() {
    let address = |path: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("h"));
        let head = RequestHead { method: &Method::GET, authority: None, path, query: None, headers: &headers };
        let address = Addressing::default().resolve(&head).map_err(|error| error.code)?;
        let (bucket, key) = named(&address.resource);
        Ok((address.namespace.map(|namespace| namespace.as_str().to_owned()), bucket, key))
    };
    let found = |namespace: Option<&str>, key: &str| Ok((namespace.map(str::to_owned), "bkt".into(), key.into()));
    assert_eq!(address("/bkt/a:b"), found(None, "a:b"));
    assert_eq!(address("/:bkt/k"), found(Some(""), "k"));
    assert_eq!(address("/team:bkt"), found(Some("team"), ""));
    assert_eq!(address("/team%3Abkt/k"), found(Some("team"), "k"));
    for path in ["/Team:bkt", "/a.b:bkt", "/team:", "/team:b", "/a:b:bkt", "/team:BKT", "/:", "/%ff:bkt"] {
        assert_eq!(address(path), Err(S3ErrorCode::InvalidBucketName), "{path}");
    }
    assert_eq!(address("/:cairn--meta/k"), Err(S3ErrorCode::AccessDenied));
}

#[test]
fn keys_are_kept_as_they_are() {
    for (path, bucket, key) in [
        ("/", "", ""),
        ("", "", ""),
        ("/bkt", "bkt", ""),
        ("/bkt/", "bkt", ""),
        ("/b%6Bt/k", "bkt", "k"),
        ("/bkt/a+b", "bkt", "a+b"),
        ("/bkt//a", "bkt", "/a"),
        ("/bkt/%2Fa", "bkt", "/a"),
        ("/bkt/a//b/", "bkt", "a//b/"),
        ("/bkt/./a/.", "bkt", "./a/."),
        ("/bkt/a/../b", "bkt", "a/../b"),
        ("/bkt/a/..", "bkt", "a/.."),
        ("/bkt/..a", "bkt", "..a"),
        ("/bkt/a%252Fb", "bkt", "a%2Fb"),
        ("/bkt/a%2Fb", "bkt", "a/b"),
        ("/bkt/%F0%9F%92%BE%01", "bkt", "💾\u{1}"),
    ] {
        let resource = resolve(AddressStyles::Both, "127.0.0.1:9000", path).expect(path);
        assert_eq!(named(&resource), (bucket.to_owned(), key.to_owned()), "{path}");
    }
}

#[test]
fn bad_paths_have_exact_codes() {
    let long = format!("/bkt/{}", "%41".repeat(1_025));
    for (path, code) in [
        ("/bkt/%", S3ErrorCode::InvalidURI),
        ("/bkt/%zz", S3ErrorCode::InvalidURI),
        ("/bkt/%ff", S3ErrorCode::InvalidURI),
        ("/bkt/a%00b", S3ErrorCode::InvalidURI),
        ("/bkt/..", S3ErrorCode::InvalidURI),
        ("/bkt/../a", S3ErrorCode::InvalidURI),
        ("/bkt/%2e%2e/a", S3ErrorCode::InvalidURI),
        ("/bkt/a/../../b/c", S3ErrorCode::InvalidURI),
        ("/%zz/a", S3ErrorCode::InvalidURI),
        ("/Bkt/a", S3ErrorCode::InvalidBucketName),
        ("/b_t/a", S3ErrorCode::InvalidBucketName),
        ("/ab", S3ErrorCode::InvalidBucketName),
        ("/1.2.3.4", S3ErrorCode::InvalidBucketName),
        ("/%ff%ff%ff", S3ErrorCode::InvalidBucketName),
        ("//a", S3ErrorCode::InvalidBucketName),
        ("/../etc", S3ErrorCode::InvalidBucketName),
        ("/cairn--system/a", S3ErrorCode::AccessDenied),
        ("/.cairn/a", S3ErrorCode::AccessDenied),
        (&long, S3ErrorCode::KeyTooLongError),
    ] {
        let error = resolve(AddressStyles::Both, "127.0.0.1:9000", path).expect_err(path);
        assert_eq!(error.code, code, "{path}");
    }
}

#[test]
fn the_longest_key_has_1024_bytes_decoded() {
    let path = format!("/bkt/{}", "%41".repeat(1_024));
    assert!(resolve(AddressStyles::Both, "h", &path).is_ok());
}

#[test]
fn virtual_hosts_name_the_bucket() {
    for (host, path, bucket, key) in [
        ("bkt.s3.test", "/a/b", "bkt", "a/b"),
        ("BKT.S3.test:9000", "/a", "bkt", "a"),
        ("my.bkt.s3.test.", "/", "my.bkt", ""),
        ("bkt.s3.test", "//a", "bkt", "/a"),
        ("bkt.eu.s3.test", "/a", "bkt", "a"),
        ("s3.test", "/bkt/a", "bkt", "a"),
        ("eu.s3.test:9000", "/bkt/a", "bkt", "a"),
        ("xs3.test", "/bkt/a", "bkt", "a"),
        ("[::1]:9000", "/bkt/a", "bkt", "a"),
    ] {
        let resource = resolve(AddressStyles::Both, host, path).expect(host);
        assert_eq!(named(&resource), (bucket.to_owned(), key.to_owned()), "{host}");
    }
    let error = resolve(AddressStyles::Both, "b_t.s3.test", "/").expect_err("bad bucket");
    assert_eq!(error.code, S3ErrorCode::InvalidBucketName);
}

#[test]
fn each_style_can_be_refused() {
    assert!(resolve(AddressStyles::PathOnly, "bkt.s3.test", "/a").is_err());
    assert!(resolve(AddressStyles::PathOnly, "s3.test", "/bkt/a").is_ok());
    assert!(resolve(AddressStyles::VirtualHostedOnly, "bkt.s3.test", "/a").is_ok());
    assert!(resolve(AddressStyles::VirtualHostedOnly, "s3.test", "/").is_ok());
    let error = resolve(AddressStyles::VirtualHostedOnly, "s3.test", "/bkt/a").expect_err("path style");
    assert_eq!(error.code, S3ErrorCode::InvalidRequest);
}

#[test]
fn faulty_domains_are_refused() {
    for domain in ["", "http://s3", "s3:9000", ".s3"] {
        let refused = Addressing::new([domain.to_owned()], AddressStyles::Both);
        assert_eq!(refused, Err(AddressingError::NotADomain(domain.to_owned())));
    }
    assert_eq!(Addressing::new([], AddressStyles::VirtualHostedOnly), Err(AddressingError::NoDomain));
}

#[test]
fn a_request_has_one_host() {
    let get = |hosts: &[&'static str], authority: Option<&'static str>| {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_static(host));
        }
        let head = RequestHead { method: &Method::GET, authority, path: "/", query: None, headers: &headers };
        Addressing::default().resolve(&head).map(|address| address.resource).map_err(|error| error.code)
    };
    assert_eq!(get(&["a"], None), Ok(Resource::Service));
    assert_eq!(get(&["a"], Some("A")), Ok(Resource::Service));
    assert_eq!(get(&[], Some("a")), Ok(Resource::Service));
    for (hosts, authority) in
        [(&[][..], None), (&["a", "b"][..], None), (&["a", "a"], None), (&["a"], Some("b")), (&[""], None)]
    {
        assert_eq!(get(hosts, authority), Err(S3ErrorCode::InvalidRequest), "{hosts:?}");
    }
}

proptest! {
    #[test]
    fn no_path_panics_or_leaves_its_bucket(path in "/bkt/[a./%2Ee\\x01-\\x7f]{0,40}") {
        if let Ok(Resource::Object { bucket, key }) = resolve(AddressStyles::Both, "h", &path) {
            prop_assert!(bucket.as_str() == "bkt");
            prop_assert!(key.as_str() != ".." && !key.as_str().starts_with("../"));
        }
    }
}
