//! Encryption in headers and documents.

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use proptest::prelude::proptest;

use super::{
    BlockedEncryption, BucketEncryption, CustomerKey, DefaultEncryption, EncryptionMethod, KmsLayers,
    RequestedEncryption, ShownEncryption,
};
use crate::error::S3ErrorCode;
use crate::header::RequestHeaders;
use crate::query::Query;
use crate::response::ResponseHead;

const ALGORITHM: &str = "x-amz-server-side-encryption";
const KEY_ID: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const CONTEXT: &str = "x-amz-server-side-encryption-context";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";
const C_ALGORITHM: (&str, &str) = ("x-amz-server-side-encryption-customer-algorithm", "AES256");
const C_KEY: (&str, &str) =
    ("x-amz-server-side-encryption-customer-key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
const C_MD5: (&str, &str) = ("x-amz-server-side-encryption-customer-key-md5", "KYvwGXoFFJ42a2u2GDWhwQ==");

fn with<T>(pairs: &[(&'static str, &str)], read: impl Fn(&RequestHeaders<'_>) -> T) -> T {
    let mut map = HeaderMap::new();
    for (name, value) in pairs {
        map.append(HeaderName::from_static(name), HeaderValue::from_str(value).expect("value"));
    }
    read(&RequestHeaders::new(&map, &Query::default()).expect("small"))
}

fn asked(pairs: &[(&'static str, &str)]) -> Result<RequestedEncryption, S3ErrorCode> {
    with(pairs, |headers| RequestedEncryption::read(headers).map_err(|error| error.code))
}

fn method(pairs: &[(&'static str, &str)]) -> Option<EncryptionMethod> {
    asked(pairs).expect("good").method
}

#[test]
fn what_is_wrong_with_an_encryption_is_kept_until_the_request_is_allowed() {
    let asked = with(&[(ALGORITHM, "ROT13")], RequestedEncryption::of_headers);
    let RequestedEncryption { method: Some(EncryptionMethod::Unusable(error)), bucket_key: None } = asked else {
        panic!("{asked:?}")
    };
    assert_eq!(error.code, S3ErrorCode::InvalidArgument);
}

#[test]
fn each_way_is_read() {
    assert!(asked(&[]).expect("nothing").is_none());
    assert_eq!(method(&[(ALGORITHM, "AES256")]), Some(EncryptionMethod::Managed));
    for (name, layers) in [("aws:kms", KmsLayers::One), ("aws:kms:dsse", KmsLayers::Two)] {
        let plain = EncryptionMethod::Kms { layers, key_id: None, context: None };
        assert_eq!(method(&[(ALGORITHM, name)]), Some(plain));
    }
    // {"a":"b"}
    let kms = asked(&[(ALGORITHM, "aws:kms"), (KEY_ID, "k"), (CONTEXT, "eyJhIjoiYiJ9"), (BUCKET_KEY, "true")]);
    let kms = kms.expect("good");
    assert_eq!(kms.bucket_key, Some(true));
    let Some(EncryptionMethod::Kms { key_id, context, .. }) = kms.method else { panic!("not a key service") };
    assert_eq!((key_id.as_deref(), context.expect("a context").as_str()), (Some("k"), "{\"a\":\"b\"}"));
    let Some(EncryptionMethod::Customer(key)) = method(&[C_ALGORITHM, C_KEY, C_MD5]) else { panic!("not a customer") };
    assert_eq!(key.expose(), b"01234567890123456789012345678901");
    assert_eq!(key.md5_base64(), C_MD5.1);
}

#[test]
fn what_fits_no_way_is_an_invalid_argument() {
    let short = ("x-amz-server-side-encryption-customer-key", "c2hvcnQ=");
    let long = ("x-amz-server-side-encryption-customer-key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1");
    let des = ("x-amz-server-side-encryption-customer-algorithm", "DES");
    let other_md5 = ("x-amz-server-side-encryption-customer-key-md5", "1B2M2Y8AsgTpgAmY7PhCfg==");
    for pairs in [
        vec![(ALGORITHM, "")],
        vec![(ALGORITHM, "aes256")],
        vec![(ALGORITHM, "aws:nonsense")],
        vec![(ALGORITHM, "AES256"), (KEY_ID, "k")],
        vec![(KEY_ID, "k")],
        vec![(CONTEXT, "eyJhIjoiYiJ9")],
        vec![(ALGORITHM, "aws:kms"), (CONTEXT, "%%")],
        vec![(ALGORITHM, "aws:kms"), (CONTEXT, "W10=")],
        vec![(ALGORITHM, "aws:kms"), (CONTEXT, "eyJhIjoxfQ==")],
        vec![(ALGORITHM, "aws:kms"), (BUCKET_KEY, "maybe")],
        vec![(ALGORITHM, "aws:kms"), C_ALGORITHM, C_KEY, C_MD5],
        vec![C_ALGORITHM, C_KEY, C_MD5, (BUCKET_KEY, "true")],
        vec![C_ALGORITHM],
        vec![C_KEY],
        vec![C_MD5],
        vec![C_ALGORITHM, C_KEY],
        vec![C_ALGORITHM, C_MD5],
        vec![C_KEY, C_MD5],
        vec![des, C_KEY, C_MD5],
        vec![C_ALGORITHM, short, C_MD5],
        vec![C_ALGORITHM, long, C_MD5],
        vec![C_ALGORITHM, C_KEY, other_md5],
        vec![C_ALGORITHM, C_KEY, ("x-amz-server-side-encryption-customer-key-md5", "!")],
    ] {
        assert_eq!(asked(&pairs).err(), Some(S3ErrorCode::InvalidArgument), "{pairs:?}");
    }
}

#[test]
fn a_copy_reads_two_keys() {
    let source = [
        ("x-amz-copy-source-server-side-encryption-customer-algorithm", C_ALGORITHM.1),
        ("x-amz-copy-source-server-side-encryption-customer-key", C_KEY.1),
        ("x-amz-copy-source-server-side-encryption-customer-key-md5", C_MD5.1),
    ];
    assert!(with(&source, CustomerKey::of_copy_source).expect("good").is_some());
    assert_eq!(with(&source, CustomerKey::of_headers), Ok(None));
    let half = with(&source[..2], CustomerKey::of_copy_source);
    assert_eq!(half.expect_err("half").code, S3ErrorCode::InvalidArgument);
}

#[test]
fn keys_are_not_shown() {
    let key = with(&[C_ALGORITHM, C_KEY, C_MD5], CustomerKey::of_headers).expect("good").expect("a key");
    assert_eq!(format!("{key:?}"), "CustomerKey");
    let wrong = with(&[C_ALGORITHM, C_KEY, (C_MD5.0, "!")], CustomerKey::of_headers).expect_err("wrong");
    assert!(!format!("{wrong:?}").contains(C_KEY.1));
    let short = with(&[C_ALGORITHM, (C_KEY.0, "c2hvcnQ="), C_MD5], CustomerKey::of_headers).expect_err("short");
    assert!(!format!("{short:?}").contains("c2hvcnQ="));
}

#[test]
fn answers_echo_the_encryption() {
    let shown = |encryption: ShownEncryption| {
        let mut head = ResponseHead::new(StatusCode::OK);
        encryption.write(&mut head);
        head.headers
    };
    assert_eq!(shown(ShownEncryption::Managed)[ALGORITHM], "AES256");
    let kms = shown(ShownEncryption::Kms { layers: KmsLayers::Two, key_id: "k".into(), bucket_key: true });
    assert_eq!(
        (&kms[ALGORITHM], &kms[KEY_ID], &kms[BUCKET_KEY]),
        (&HeaderValue::from_static("aws:kms:dsse"), &HeaderValue::from_static("k"), &HeaderValue::from_static("true"))
    );
    let customer = shown(ShownEncryption::Customer { key_md5: C_MD5.1.into() });
    assert_eq!(
        (&customer[C_ALGORITHM.0], &customer[C_MD5.0]),
        (&HeaderValue::from_static("AES256"), &HeaderValue::from_static(C_MD5.1))
    );
    assert!(!customer.contains_key(ALGORITHM));
}

fn bucket(inner: &str) -> Result<BucketEncryption, S3ErrorCode> {
    let body = format!("<ServerSideEncryptionConfiguration>{inner}</ServerSideEncryptionConfiguration>");
    BucketEncryption::parse(body.as_bytes()).map_err(|error| error.code)
}

#[test]
fn defaults_of_buckets_come_back() {
    let kms = |layers, key_id: Option<&str>| DefaultEncryption::Kms { layers, key_id: key_id.map(str::to_owned) };
    for default in
        [None, Some(DefaultEncryption::Managed), Some(kms(KmsLayers::One, Some("k"))), Some(kms(KmsLayers::Two, None))]
    {
        for bucket_key in [None, Some(true), Some(false)] {
            for blocked in [None, Some(BlockedEncryption::Nothing), Some(BlockedEncryption::CustomerKeys)] {
                let rule = BucketEncryption { default: default.clone(), bucket_key, blocked };
                let back = BucketEncryption::parse(rule.to_xml().as_bytes()).map_err(|error| error.code);
                let empty = rule == BucketEncryption::default();
                assert_eq!(back, if empty { Err(S3ErrorCode::MalformedXML) } else { Ok(rule) });
            }
        }
    }
}

#[test]
fn faulty_defaults_have_exact_codes() {
    let rule = |inner: &str| {
        format!("<Rule><ApplyServerSideEncryptionByDefault>{inner}</ApplyServerSideEncryptionByDefault></Rule>")
    };
    let good = rule("<SSEAlgorithm>AES256</SSEAlgorithm>");
    for (inner, code) in [
        (String::new(), S3ErrorCode::MalformedXML),
        ("<Rule/>".to_owned(), S3ErrorCode::MalformedXML),
        (good.repeat(2), S3ErrorCode::MalformedXML),
        (rule(""), S3ErrorCode::MalformedXML),
        (rule("<SSEAlgorithm>DES</SSEAlgorithm>"), S3ErrorCode::MalformedXML),
        (rule("<SSEAlgorithm>AES256</SSEAlgorithm><X/>"), S3ErrorCode::MalformedXML),
        (rule("<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>"), S3ErrorCode::InvalidArgument),
        ("<Rule><BlockedEncryptionTypes/></Rule>".to_owned(), S3ErrorCode::MalformedXML),
        (
            "<Rule><BlockedEncryptionTypes><EncryptionType>SSE-S3</EncryptionType></BlockedEncryptionTypes></Rule>"
                .to_owned(),
            S3ErrorCode::MalformedXML,
        ),
    ] {
        assert_eq!(bucket(&inner), Err(code), "{inner}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "[ -~]{0,60}", inner in "[<>/RuleSEAlgorithm;&]{0,60}") {
        for name in [ALGORITHM, KEY_ID, CONTEXT, BUCKET_KEY, C_KEY.0, C_MD5.0] {
            let _ = asked(&[(name, &text), C_ALGORITHM]);
            let _ = asked(&[(ALGORITHM, "aws:kms"), (name, &text)]);
        }
        let _ = bucket(&inner);
    }
}
