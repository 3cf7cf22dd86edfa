//! Requests and what they are, table by table.

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use proptest::prelude::{any, prop_assert, proptest};

use super::{Operation, PLAIN, S3Request, SUB_RESOURCES};
use crate::address::Addressing;
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;
use crate::limits;
use crate::lock::GovernanceBypass;
use crate::operation::{BucketConfiguration, CopyMetadata, CopyTags, ListPosition, RequestBody};

type Headers<'a> = &'a [(&'static str, &'a str)];

const NONE: Headers<'static> = &[];
const COPY: Headers<'static> = &[("x-amz-copy-source", "/src/k")];
const MD5: Headers<'static> = &[("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")];
const UPLOAD: &str = "0123456789abcdef0123456789abcdef";

fn parse(method: &str, target: &str, pairs: Headers<'_>) -> Result<S3Request, S3Error> {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("127.0.0.1:9000"));
    for (name, value) in pairs {
        headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).expect("value"));
    }
    let method = Method::from_bytes(method.as_bytes()).expect("method");
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let head = RequestHead { method: &method, authority: None, path, query, headers: &headers };
    S3Request::parse(&head, &Addressing::default())
}

fn operation(method: &str, target: &str, pairs: Headers<'_>) -> Operation {
    parse(method, target, pairs).unwrap_or_else(|error| panic!("{method} {target}: {error}")).operation
}

fn code(method: &str, target: &str, pairs: Headers<'_>) -> S3ErrorCode {
    match parse(method, target, pairs) {
        Err(error) => error.code,
        Ok(request) => panic!("{method} {target} is {}", request.operation.name()),
    }
}

#[test]
fn each_operation_is_found() {
    let upload = |query: &str| format!("/bkt/k?{query}uploadId={UPLOAD}");
    let form: Headers<'_> = &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
    let attributes: Headers<'_> = &[("x-amz-object-attributes", "ETag,ObjectSize")];
    for (method, target, headers, name) in [
        ("GET", "/", NONE, "ListBuckets"),
        ("GET", "/?x-id=ListBuckets&max-buckets=3&prefix=a&bucket-region=r", NONE, "ListBuckets"),
        ("POST", "/", form, "Sts"),
        ("PUT", "/bkt", NONE, "CreateBucket"),
        ("PUT", "/bkt/", NONE, "CreateBucket"),
        ("HEAD", "/bkt", NONE, "HeadBucket"),
        ("DELETE", "/bkt", NONE, "DeleteBucket"),
        ("GET", "/bkt?location", NONE, "GetBucketLocation"),
        ("GET", "/bkt?acl", NONE, "GetBucketAcl"),
        ("GET", "/bkt", NONE, "ListObjects"),
        ("GET", "/bkt/?prefix=a&delimiter=/&marker=b&max-keys=2&encoding-type=url", NONE, "ListObjects"),
        ("GET", "/bkt?list-type=2&start-after=a&fetch-owner=true&continuation-token=", NONE, "ListObjectsV2"),
        ("GET", "/bkt?versions&key-marker=a&version-id-marker=null", NONE, "ListObjectVersions"),
        ("GET", "/bkt?uploads&key-marker=a&upload-id-marker=b&max-uploads=1", NONE, "ListMultipartUploads"),
        ("POST", "/bkt?delete", MD5, "DeleteObjects"),
        ("POST", "/bkt/?delete=", &[("x-amz-checksum-crc32", "AAAAAA==")], "DeleteObjects"),
        ("GET", "/bkt?versioning", NONE, "GetBucketVersioning"),
        ("PUT", "/bkt?versioning", NONE, "PutBucketVersioning"),
        ("GET", "/bkt?object-lock=", NONE, "GetObjectLockConfiguration"),
        ("GET", "/bkt?inventory&id=a", NONE, "GetBucketInventoryConfiguration"),
        ("PUT", "/bkt/k", NONE, "PutObject"),
        ("PUT", "/bkt/k?x-id=PutObject", NONE, "PutObject"),
        ("PUT", "/bkt/k", COPY, "CopyObject"),
        ("GET", "/bkt/k?versionId=null&response-expires=1", NONE, "GetObject"),
        ("GET", "/bkt/k?partNumber=2", NONE, "GetObject"),
        ("HEAD", "/bkt/k?partNumber=1", NONE, "HeadObject"),
        ("DELETE", "/bkt/k?versionId=null", NONE, "DeleteObject"),
        ("GET", "/bkt/k?attributes", attributes, "GetObjectAttributes"),
        ("GET", "/bkt/k?acl&versionId=null", NONE, "GetObjectAcl"),
        ("GET", "/bkt/k?tagging", NONE, "GetObjectTagging"),
        ("GET", "/bkt/k?retention", NONE, "GetObjectRetention"),
        ("GET", "/bkt/k?legal-hold", NONE, "GetObjectLegalHold"),
        ("POST", "/bkt/k?uploads", NONE, "CreateMultipartUpload"),
        ("PUT", &upload("partNumber=1&"), NONE, "UploadPart"),
        ("PUT", &upload("partNumber=1&"), COPY, "UploadPartCopy"),
        ("POST", &upload(""), NONE, "CompleteMultipartUpload"),
        ("DELETE", &upload(""), NONE, "AbortMultipartUpload"),
        ("GET", &upload("max-parts=7&part-number-marker=3&"), NONE, "ListParts"),
    ] {
        assert_eq!(operation(method, target, headers).name(), name, "{method} {target}");
    }
}

#[test]
fn presigned_parameters_are_no_sub_resources() {
    let signature = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=b&X-Amz-Expires=1\
                     &X-Amz-SignedHeaders=host&X-Amz-Signature=c&X-Amz-Security-Token=d";
    assert_eq!(operation("GET", &format!("/bkt/k?{signature}"), NONE).name(), "GetObject");
    assert_eq!(operation("GET", "/bkt/k?AWSAccessKeyId=a&Signature=b&Expires=1", NONE).name(), "GetObject");
    let hoisted = format!("/bkt/k?{signature}&x-amz-meta-a=1&x-amz-checksum-crc32=AAAAAA%3D%3D");
    let Operation::PutObject(put) = operation("PUT", &hoisted, NONE) else { panic!("not a put") };
    assert_eq!(put.user_metadata.pairs().len(), 1);
    assert!(put.checksum.is_some());
    let Operation::PutObject(put) = operation("PUT", "/bkt/k?x-amz-acl=public-read", NONE) else { panic!("not a put") };
    assert_eq!(put.settings.acl, crate::acl::RequestedAcl::Canned(crate::acl::CannedAcl::PublicRead));
}

#[test]
fn no_unknown_sub_resource_is_another_operation() {
    for method in ["GET", "HEAD", "PUT", "POST", "DELETE"] {
        for target in ["/?frob", "/bkt?frob", "/bkt/k?frob", "/bkt?frob=1&prefix=a", "/bkt/k?ACL", "/bkt?select&frob"] {
            assert_eq!(code(method, target, MD5), S3ErrorCode::NotImplemented, "{method} {target}");
        }
    }
}

#[test]
fn what_is_not_built_is_not_implemented() {
    for (method, target) in [
        ("PUT", "/bkt?lifecycle"),
        ("HEAD", "/bkt?acl"),
        ("POST", "/bkt"),
        ("GET", "/bkt?session"),
        ("PUT", "/bkt/k?append"),
        ("PUT", "/bkt/k?encryption"),
        ("POST", "/bkt/k?restore"),
        ("POST", "/bkt/k?select&select-type=2"),
        ("GET", "/bkt/k?torrent"),
        ("GET", "/bkt/k?annotation&annotationName=a"),
        ("HEAD", "/bkt/k?attributes"),
        ("GET", "/bkt/k?policy"),
        ("GET", "/bkt?attributes"),
        ("GET", "/bkt?restore"),
        ("GET", "/?Action=ListUsers"),
        ("GET", "/?acl"),
        // Parameters of other operations.
        ("GET", "/bkt/k?prefix=a"),
        ("GET", "/bkt?max-parts=1"),
        ("GET", "/bkt?location&prefix=a"),
        ("PUT", "/bkt?prefix=a"),
        ("DELETE", "/bkt/k?partNumber=1"),
        ("GET", "/bkt?versioning&id=1"),
    ] {
        assert_eq!(code(method, target, NONE), S3ErrorCode::NotImplemented, "{method} {target}");
    }
}

/// What is understood without regard to what can be done.
fn understood(method: &str, target: &str, pairs: Headers<'_>) -> Operation {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("127.0.0.1:9000"));
    for (name, value) in pairs {
        headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).expect("value"));
    }
    let method = Method::from_bytes(method.as_bytes()).expect("method");
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let head = RequestHead { method: &method, authority: None, path, query, headers: &headers };
    let request = S3Request::understand(&head, &Addressing::default());
    request.unwrap_or_else(|error| panic!("{method} {target}: {error}")).operation
}

const SSE_C: Headers<'static> = &[
    ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
    ("x-amz-server-side-encryption-customer-key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="),
    ("x-amz-server-side-encryption-customer-key-md5", "KYvwGXoFFJ42a2u2GDWhwQ=="),
];

#[test]
fn what_is_understood_and_not_built_is_refused_by_the_list() {
    for (method, target, headers, name) in [
        ("DELETE", "/bkt?lifecycle", NONE, "DeleteBucketLifecycle"),
        ("PUT", "/bkt?inventory&id=a", NONE, "PutBucketInventoryConfiguration"),
    ] {
        let operation = understood(method, target, headers);
        assert_eq!(operation.name(), name, "{method} {target}");
        assert_eq!(operation.bucket().map(|bucket| bucket.as_str()), Some("bkt"), "{method} {target}");
        assert_eq!(operation.is_write(), method != "GET" && method != "HEAD", "{method} {target}");
        assert_eq!(code(method, target, headers), S3ErrorCode::NotImplemented, "{method} {target}");
    }
}

#[test]
fn what_an_object_or_bucket_carries_can_be_changed() {
    let account: Headers<'_> = &[("x-amz-account-id", "000000000042")];
    let arn = "/v20180820/tags/arn:aws:s3:::bkt";
    for (method, target, headers, name) in [
        ("PUT", "/bkt?object-lock", NONE, "PutObjectLockConfiguration"),
        ("PUT", "/bkt?tagging", NONE, "PutBucketTagging"),
        ("DELETE", "/bkt?tagging", NONE, "DeleteBucketTagging"),
        ("PUT", "/bkt/k?tagging&versionId=null", NONE, "PutObjectTagging"),
        ("DELETE", "/bkt/k?tagging", NONE, "DeleteObjectTagging"),
        ("PUT", "/bkt/k?retention", NONE, "PutObjectRetention"),
        ("PUT", "/bkt/k?legal-hold", NONE, "PutObjectLegalHold"),
        ("PUT", "/bkt/k?renameObject", &[("x-amz-rename-source", "a"), ("if-none-match", "*")], "RenameObject"),
        ("POST", arn, account, "TagResource"),
        ("DELETE", &format!("{arn}?tagKeys=a&tagKeys=b"), account, "UntagResource"),
    ] {
        let operation = operation(method, target, headers);
        assert_eq!(operation.name(), name, "{method} {target}");
        assert_eq!(operation.bucket().map(|bucket| bucket.as_str()), Some("bkt"), "{method} {target}");
        assert!(operation.is_write(), "{method} {target}");
    }
}

#[test]
fn customers_keys_are_known_wherever_they_come() {
    let upload = format!("/bkt/k?partNumber=1&uploadId={UPLOAD}");
    for (method, target) in
        [("GET", "/bkt/k"), ("HEAD", "/bkt/k"), ("PUT", "/bkt/k"), ("POST", "/bkt/k?uploads"), ("PUT", &upload)]
    {
        assert!(operation(method, target, SSE_C).brings_customer_key(), "{method} {target}");
        assert!(!operation(method, target, NONE).brings_customer_key(), "{method} {target}");
    }
}

#[test]
fn what_is_done_anyway_is_granted() {
    for header in [
        ("x-amz-acl", "private"),
        ("x-amz-acl", "bucket-owner-full-control"),
        ("x-amz-storage-class", "STANDARD"),
        ("x-amz-tagging", ""),
        ("x-amz-tagging-directive", "COPY"),
        ("x-amz-request-payer", "requester"),
    ] {
        assert_eq!(operation("PUT", "/bkt/k", &[header]).name(), "PutObject", "{header:?}");
        assert_eq!(operation("GET", "/bkt/k", &[header]).name(), "GetObject", "{header:?}");
    }
    assert_eq!(operation("PUT", "/bkt", &[("x-amz-bucket-object-lock-enabled", "false")]).name(), "CreateBucket");
    let paying = parse("GET", "/bkt/k", &[("x-amz-request-payer", "requester")]).expect("good");
    assert!(paying.is_requester_paying && !parse("GET", "/bkt/k", NONE).expect("good").is_requester_paying);
}

#[test]
fn settings_of_new_objects_are_read() {
    let headers: Headers<'_> = &[
        ("x-amz-tagging", "a=1"),
        ("x-amz-storage-class", "STANDARD_IA"),
        ("x-amz-object-lock-legal-hold", "ON"),
        ("x-amz-write-offset-bytes", "7"),
        ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
    ];
    let Operation::PutObject(put) = understood("PUT", "/bkt/k", headers) else { panic!("not a put") };
    assert_eq!((put.tags.pairs().len(), put.write_offset, put.is_proved()), (1, Some(7), true));
    assert!(put.settings.storage_class.is_some() && !put.settings.lock.is_none());
    let copied: Headers<'_> =
        &[("x-amz-copy-source", "/src/k"), ("x-amz-tagging-directive", "REPLACE"), ("x-amz-tagging", "a=1")];
    let Operation::CopyObject(copy) = understood("PUT", "/bkt/k", copied) else { panic!("not a copy") };
    assert!(matches!(copy.tags, CopyTags::Replace(tags) if tags.pairs().len() == 1));
    let Operation::DeleteObject(delete) =
        understood("DELETE", "/bkt/k", &[("x-amz-bypass-governance-retention", "true")])
    else {
        panic!("not a delete")
    };
    assert_eq!(delete.bypass, GovernanceBypass::Asked);
    let untag =
        understood("DELETE", "/v20180820/tags/arn:aws:s3:::bkt?tagKeys=a&tagKeys=b", &[("x-amz-account-id", "1")]);
    let Operation::UntagResource(untag) = untag else { panic!("not tags") };
    assert_eq!(untag.keys, ["a", "b"]);
}

#[test]
fn a_locked_body_must_be_proved() {
    let lock: Headers<'_> = &[("x-amz-object-lock-legal-hold", "ON")];
    let refusal =
        |pairs: Headers<'_>| understood("PUT", "/bkt/k", pairs).refuse_unproved_lock().map_err(|error| error.code);
    assert_eq!(refusal(lock), Err(S3ErrorCode::InvalidRequest));
    assert_eq!(refusal(&[lock[0], MD5[0]]), Ok(()));
    assert_eq!(refusal(&[lock[0], ("x-amz-checksum-crc32", "AAAAAA==")]), Ok(()));
    assert_eq!(refusal(NONE), Ok(()));
}

#[test]
fn forms_are_understood() {
    let form = ("content-type", "multipart/form-data; boundary=x");
    let Operation::PostObject(post) = parse("POST", "/bkt", &[form]).expect("a form").operation else { panic!() };
    assert_eq!(post.bucket.as_str(), "bkt");
    assert!(Operation::PostObject(post).is_write());
    // What a head says of its body would be of the form; nobody checks it.
    for proof in [MD5[0], ("x-amz-checksum-crc32", "AAAAAA==")] {
        assert_eq!(code("POST", "/bkt", &[form, proof]), S3ErrorCode::NotImplemented, "{proof:?}");
    }
}

#[test]
fn the_page_that_a_form_leads_to_may_be_a_bucket() {
    let listing = understood("GET", "/bkt?bucket=bkt&key=a&etag=%22e%22", NONE);
    assert_eq!(listing.name(), "ListObjects");
    assert_eq!(code("GET", "/bkt/k?etag=e", NONE), S3ErrorCode::NotImplemented);
}

#[test]
fn preflights_are_understood() {
    let asked: Headers<'_> =
        &[("origin", "http://a"), ("access-control-request-method", "PUT"), ("access-control-request-headers", "A, b")];
    for target in ["/bkt", "/bkt/k?partNumber=1"] {
        let Operation::Preflight(request) = understood("OPTIONS", target, asked) else { panic!("{target}") };
        assert_eq!((request.bucket.as_str(), request.asked.origin.as_str()), ("bkt", "http://a"));
        assert_eq!(request.asked.headers, ["a", "b"]);
    }
}

#[test]
fn every_known_sub_resource_has_an_answer_for_every_method() {
    let configurations = BucketConfiguration::ALL.iter().map(|kind| kind.parameter());
    for name in SUB_RESOURCES.into_iter().chain(configurations) {
        for (method, path) in
            ["GET", "HEAD", "PUT", "POST", "DELETE"].into_iter().flat_map(|m| [(m, "/bkt"), (m, "/bkt/k")])
        {
            match parse(method, &format!("{path}?{name}"), NONE) {
                Ok(request) => {
                    let plain = [
                        "ListObjects",
                        "PutObject",
                        "GetObject",
                        "HeadObject",
                        "CreateBucket",
                        "HeadBucket",
                        "DeleteBucket",
                        "DeleteObject",
                    ];
                    assert!(!plain.contains(&request.operation.name()), "{method} {path}?{name}");
                }
                Err(error) => assert!(
                    matches!(
                        error.code,
                        S3ErrorCode::NotImplemented
                            | S3ErrorCode::NoSuchUpload
                            | S3ErrorCode::InvalidRequest
                            | S3ErrorCode::InvalidArgument
                    ),
                    "{method} {path}?{name}: {error}"
                ),
            }
        }
    }
}

#[test]
fn unknown_methods_are_not_allowed() {
    for target in ["/", "/bkt", "/bkt/k"] {
        for method in ["PATCH", "TRACE", "FROB", "get"] {
            let error = parse(method, target, NONE).expect_err(method);
            assert_eq!(error.code, S3ErrorCode::MethodNotAllowed, "{method} {target}");
            assert!(!error.headers().is_empty());
        }
    }
    assert_eq!(code("POST", "/bkt/k", NONE), S3ErrorCode::MethodNotAllowed);
    assert_eq!(code("PUT", "/", NONE), S3ErrorCode::MethodNotAllowed);
    assert_eq!(code("POST", "/", NONE), S3ErrorCode::MethodNotAllowed);
}

#[test]
fn preflights_are_forbidden_or_faulty() {
    let origin = ("origin", "http://a");
    assert_eq!(code("OPTIONS", "/bkt/k", NONE), S3ErrorCode::BadRequest);
    assert_eq!(code("OPTIONS", "/bkt/k", &[origin]), S3ErrorCode::BadRequest);
    let asked = code("OPTIONS", "/", &[origin, ("access-control-request-method", "PUT")]);
    assert_eq!(asked, S3ErrorCode::AccessForbidden, "where there is no bucket there are no rules");
}

#[test]
fn faulty_requests_have_exact_codes() {
    let large = "v".repeat(2_048);
    let header_section = "v".repeat(8_192);
    let upload = |query: &str| format!("/bkt/k?{query}uploadId={UPLOAD}");
    for (method, target, headers, expected) in [
        ("GET", "/bkt?acl&policy", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?prefix=a&prefix=b", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?prefix=%zz", NONE, S3ErrorCode::InvalidURI),
        ("GET", "/bkt?max-keys=-1", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?max-keys=ten", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?max-keys=%2B1", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?max-keys=2147483648", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?uploads&max-uploads=-1", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?encoding-type=base64", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?list-type=3", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?list-type=2&continuation-token=garbage", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/?continuation-token=garbage", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/?max-buckets=0", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/?max-buckets=10001", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?versions&version-id-marker=null", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt?versions&key-marker=a&version-id-marker=x", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt/k?versionId=", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt/k?versionId=garbage", NONE, S3ErrorCode::InvalidArgument),
        ("DELETE", "/bkt/k?versionId=garbage", NONE, S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k?versionId=null", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt/k?partNumber=0", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt/k?partNumber=10001", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt/k?partNumber=one", NONE, S3ErrorCode::InvalidArgument),
        ("GET", "/bkt/k?attributes", NONE, S3ErrorCode::InvalidRequest),
        ("GET", "/bkt/k?attributes", &[("x-amz-object-attributes", "Color")], S3ErrorCode::InvalidArgument),
        ("GET", "/bkt/k", &[("x-amz-checksum-mode", "maybe")], S3ErrorCode::InvalidArgument),
        ("GET", "/bkt/k", COPY, S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt", COPY, S3ErrorCode::InvalidArgument),
        ("POST", "/bkt/k?uploads", COPY, S3ErrorCode::InvalidArgument),
        ("PUT", &upload("partNumber=1&"), &[("if-none-match", "*")], S3ErrorCode::NotImplemented),
        ("DELETE", "/bkt", &[("if-match", "*")], S3ErrorCode::NotImplemented),
        ("PUT", "/bkt/k", &[("x-amz-if-match-size", "1")], S3ErrorCode::NotImplemented),
        ("GET", "/bkt?prefix=%00", NONE, S3ErrorCode::InvalidURI),
        ("PUT", &upload("partNumber=0&"), NONE, S3ErrorCode::InvalidArgument),
        ("PUT", &upload("partNumber=10001&"), NONE, S3ErrorCode::InvalidArgument),
        ("PUT", &upload(""), NONE, S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k?partNumber=1", NONE, S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k?partNumber=1&uploadId=../../etc", NONE, S3ErrorCode::NoSuchUpload),
        ("POST", "/bkt/k?uploadId=", NONE, S3ErrorCode::NoSuchUpload),
        ("DELETE", "/bkt/k?uploadId=VXBsb2FkIElE", NONE, S3ErrorCode::NoSuchUpload),
        ("GET", "/bkt/k?uploadId=x", NONE, S3ErrorCode::NoSuchUpload),
        ("PUT", "/bkt/k", &[("x-amz-meta-a", &large)], S3ErrorCode::MetadataTooLarge),
        ("PUT", "/bkt/k", &[("x-amz-meta-a", &header_section)], S3ErrorCode::RequestHeaderSectionTooLarge),
        ("PUT", "/bkt/k?x-amz-meta-a=b%0d%0ac", NONE, S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k", &[("content-md5", "short")], S3ErrorCode::InvalidDigest),
        ("PUT", "/bkt/k", &[("x-amz-checksum-crc32", "short")], S3ErrorCode::InvalidRequest),
        ("PUT", "/bkt/k", &[("if-none-match", "\"e\"")], S3ErrorCode::NotImplemented),
        ("PUT", "/bkt/k", &[("content-range", "bytes 0-1/2")], S3ErrorCode::NotImplemented),
        ("PUT", "/bkt/k", &[("x-amz-copy-source-range", "bytes=0-1")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k", &[("x-amz-copy-source", "%zz")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k", &[("x-amz-copy-source", "/bkt/k")], S3ErrorCode::InvalidRequest),
        ("PUT", "/bkt/k", &[("x-amz-copy-source", "/cairn--x/k")], S3ErrorCode::AccessDenied),
        (
            "PUT",
            "/bkt/k",
            &[("x-amz-copy-source", "/src/k"), ("x-amz-metadata-directive", "MERGE")],
            S3ErrorCode::InvalidArgument,
        ),
        (
            "PUT",
            &upload("partNumber=1&"),
            &[("x-amz-copy-source", "/src/k"), ("x-amz-copy-source-range", "bytes=1")],
            S3ErrorCode::InvalidArgument,
        ),
        ("POST", "/bkt/k?uploads", &[("if-none-match", "*")], S3ErrorCode::NotImplemented),
        ("POST", "/bkt/k?uploads", &[("x-amz-checksum-type", "COMPOSITE")], S3ErrorCode::InvalidRequest),
        ("POST", &upload(""), &[("x-amz-mp-object-size", "-1")], S3ErrorCode::InvalidArgument),
        ("POST", "/bkt?delete", NONE, S3ErrorCode::InvalidRequest),
        ("PUT", "/bkt", &[("x-amz-object-ownership", "Nobody")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt", &[("x-amz-bucket-object-lock-enabled", "perhaps")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k", &[("x-cairn-origin", "1")], S3ErrorCode::AccessDenied),
        ("GET", "/bkt/k", &[("x-amz-server-side-encryption-customer-key", "a")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k?renameObject", NONE, S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k?renameObject", &[("x-amz-rename-source", "/other/a")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k?renameObject&versionId=null", &[("x-amz-rename-source", "a")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k", &[("x-amz-rename-source", "a")], S3ErrorCode::NotImplemented),
        ("PUT", "/bkt/k?tagging&versionId=x", NONE, S3ErrorCode::InvalidArgument),
        ("DELETE", "/bkt/k?tagging&versionId=", NONE, S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k?acl", &[("x-amz-acl", "nonsense")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt?acl", &[("x-amz-acl", "private"), ("x-amz-grant-read", "id=a")], S3ErrorCode::InvalidRequest),
        ("PUT", "/bkt?versioning", &[("content-md5", "short")], S3ErrorCode::InvalidDigest),
        ("PUT", "/bkt?versioning&prefix=a", NONE, S3ErrorCode::NotImplemented),
        ("PUT", "/bkt?versioning", &[("x-amz-mfa", "serial 123456")], S3ErrorCode::NotImplemented),
        ("PUT", "/bkt/k", &[("x-amz-storage-class", "EXPRESS_ONEZONE")], S3ErrorCode::InvalidStorageClass),
        ("PUT", "/bkt/k", &[("x-amz-website-redirect-location", "ftp://a")], S3ErrorCode::InvalidRedirectLocation),
        ("PUT", "/bkt/k", &[("x-amz-tagging", "a=1&a=2")], S3ErrorCode::InvalidTag),
        ("PUT", "/bkt/k", &[("x-amz-tagging", "a=%zz")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k", &[("x-amz-object-lock-mode", "GOVERNANCE")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k", &[("x-amz-write-offset-bytes", "-1")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt/k", &[("x-amz-write-offset-bytes", "+1")], S3ErrorCode::InvalidArgument),
        ("GET", "/bkt/k", &[("x-amz-server-side-encryption", "AES256")], S3ErrorCode::InvalidArgument),
        ("GET", "/bkt", &[("x-amz-server-side-encryption-customer-key", "a")], S3ErrorCode::InvalidArgument),
        ("PUT", "/bkt", &[("x-amz-bucket-object-lock-enabled", "maybe")], S3ErrorCode::InvalidArgument),
        ("DELETE", "/bkt/k", &[("x-amz-bypass-governance-retention", "maybe")], S3ErrorCode::InvalidArgument),
        ("GET", "/bkt/k", &[("x-amz-acl", "public-read")], S3ErrorCode::NotImplemented),
        ("POST", "/bkt", &[("content-type", "multipart/form-data")], S3ErrorCode::MalformedPOSTRequest),
        ("GET", "/bkt", &[("x-amz-expected-bucket-owner", "me")], S3ErrorCode::InvalidBucketOwnerAWSAccountID),
        ("GET", "/Bkt/k", NONE, S3ErrorCode::InvalidBucketName),
        ("GET", "/.cairn/k", NONE, S3ErrorCode::AccessDenied),
        ("GET", "/bkt/%00", NONE, S3ErrorCode::InvalidURI),
    ] {
        assert_eq!(code(method, target, headers), expected, "{method} {target} {headers:?}");
    }
}

#[test]
fn counts_are_cut_to_what_a_page_holds() {
    for (text, count) in [("0", 0), ("7", 7), ("1000", 1_000), ("2147483647", 1_000), ("", 1_000)] {
        let Operation::ListObjects(list) = operation("GET", &format!("/bkt?max-keys={text}"), NONE) else {
            panic!("{text}")
        };
        assert_eq!(list.max_keys, count, "{text}");
    }
}

#[test]
fn listings_go_on_where_they_stopped() {
    let position = ListPosition::AfterPrefix("a/".to_owned());
    let token = position.to_token("bkt");
    let listing = |query: &str| match operation("GET", &format!("/bkt?list-type=2&{query}"), NONE) {
        Operation::ListObjectsV2(list) => list,
        other => panic!("{}", other.name()),
    };
    assert_eq!(listing(&format!("continuation-token={token}&start-after=z")).position(), Some(position));
    assert_eq!(listing("start-after=b").position(), Some(ListPosition::AfterKey("b".to_owned())));
    let empty = listing("continuation-token=&start-after=");
    assert_eq!((empty.position(), empty.continuation_token.as_deref()), (None, Some("")));
    assert_eq!(
        code("GET", &format!("/other?list-type=2&continuation-token={token}"), NONE),
        S3ErrorCode::InvalidArgument
    );
}

#[test]
fn a_copy_onto_itself_needs_a_change() {
    let source = ("x-amz-copy-source", "/bkt/k");
    for change in [("x-amz-metadata-directive", "REPLACE"), ("x-amz-storage-class", "STANDARD")] {
        assert_eq!(operation("PUT", "/bkt/k", &[source, change]).name(), "CopyObject");
    }
    assert_eq!(operation("PUT", "/bkt/k", &[("x-amz-copy-source", "/bkt/k?versionId=null")]).name(), "CopyObject");
    let with_metadata: Headers<'_> = &[source, ("x-amz-metadata-directive", "COPY"), ("x-amz-meta-a", "1")];
    assert_eq!(code("PUT", "/bkt/k", with_metadata), S3ErrorCode::InvalidRequest);
}

#[test]
fn a_copy_takes_metadata_from_one_side() {
    let copied: Headers<'_> = &[("x-amz-copy-source", "/src/k"), ("x-amz-meta-a", "1")];
    let Operation::CopyObject(copy) = operation("PUT", "/bkt/k", copied) else { panic!("not a copy") };
    assert_eq!(copy.metadata, CopyMetadata::Copy);
    let replaced: Headers<'_> =
        &[("x-amz-copy-source", "/src/k"), ("x-amz-meta-a", "1"), ("x-amz-metadata-directive", "REPLACE")];
    let Operation::CopyObject(copy) = operation("PUT", "/bkt/k", replaced) else { panic!("not a copy") };
    let CopyMetadata::Replace { user_metadata, .. } = copy.metadata else { panic!("not replaced") };
    assert_eq!(user_metadata.pairs().len(), 1);
}

#[test]
fn expected_owners_are_read() {
    let request = parse("GET", "/bkt", &[("x-amz-expected-bucket-owner", "000000000042")]).expect("good");
    assert_eq!(request.expected_bucket_owner.map(|owner| owner.number), Some(42));
    let copy: Headers<'_> = &[("x-amz-copy-source", "/src/k"), ("x-amz-source-expected-bucket-owner", "000000000007")];
    let Operation::CopyObject(copy) = operation("PUT", "/bkt/k", copy) else { panic!("not a copy") };
    assert_eq!(copy.expected_source_owner.map(|owner| owner.number), Some(7));
}

#[test]
fn anonymous_readers_may_not_replace_headers() {
    let read = |target: &str| match operation("GET", target, NONE) {
        Operation::GetObject(read) => read.overrides.refuse_anonymous().map_err(|error| error.code),
        other => panic!("{}", other.name()),
    };
    assert_eq!(read("/bkt/k"), Ok(()));
    assert_eq!(read("/bkt/k?response-expires=1"), Err(S3ErrorCode::InvalidRequest));
}

#[test]
fn the_control_api_is_known_by_its_header() {
    let account: Headers<'_> = &[("x-amz-account-id", "000000000042")];
    let path = "/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Abkt";
    let Operation::ListResourceTags(tags) = operation("GET", path, account) else { panic!("not tags") };
    assert_eq!(tags.bucket.expect("a bucket").as_str(), "bkt");
    let other = operation("GET", "/v20180820/tags/arn:aws:s3:us-east-1:000000000042:accesspoint/x", account);
    assert_eq!(other.bucket(), None);
    for (method, path, expected) in [
        ("PUT", path, S3ErrorCode::NotImplemented),
        ("GET", "/v20180820/configuration/publicAccessBlock", S3ErrorCode::NotImplemented),
        ("GET", "/v20180820/tags/bkt", S3ErrorCode::InvalidRequest),
        ("GET", "/v20180820/tags/%zz", S3ErrorCode::InvalidURI),
    ] {
        assert_eq!(code(method, path, account), expected, "{method} {path}");
    }
    assert_eq!(operation("GET", path, NONE).name(), "GetObject");
}

#[test]
fn each_operation_says_what_its_body_is() {
    let document = |bytes_max| RequestBody::Document { bytes_max };
    for (method, target, body) in [
        ("PUT", "/bkt/k", RequestBody::Payload),
        ("PUT", "/bkt", document(limits::CONFIGURATION_BODY_BYTES_MAX)),
        ("POST", "/bkt?delete", document(limits::DELETE_OBJECTS_BODY_BYTES_MAX)),
        ("GET", "/bkt/k", RequestBody::None),
        ("POST", "/bkt/k?uploads", RequestBody::None),
    ] {
        let found = operation(method, target, MD5);
        assert_eq!(found.body(), body, "{method} {target}");
        assert_eq!(found.is_write(), method != "GET");
    }
    let refused = crate::operation::document_too_large(7);
    assert_eq!(refused.code, S3ErrorCode::MaxMessageLengthExceeded);
}

#[test]
fn operations_name_their_bucket_and_object() {
    assert_eq!(operation("GET", "/", NONE).bucket(), None);
    let put = operation("PUT", "/bkt/a%2Fb", NONE);
    let (bucket, key) = put.object().expect("an object");
    assert_eq!((bucket.as_str(), key.as_str()), ("bkt", "a/b"));
    assert_eq!(operation("GET", "/bkt?uploads", NONE).bucket().map(|bucket| bucket.as_str()), Some("bkt"));
}

proptest! {
    #[test]
    fn no_head_panics(
        method in "GET|HEAD|PUT|POST|DELETE|OPTIONS|PATCH",
        path in "/([a-z]{3,5})?(/[a-z/.%0-9A-F]{0,12})?",
        query in "([a-zA-Z%0-9=+-]{0,12}&?){0,4}",
        name in 0usize..64,
        value in any::<u16>(),
        header in "x-amz-(acl|tagging|storage-class|grant-read|object-lock-mode|server-side-encryption|[a-z-]{1,20})",
        text in "[ -~]{0,20}",
    ) {
        let configurations = BucketConfiguration::ALL.iter().map(|kind| kind.parameter());
        let names: Vec<&str> = PLAIN.into_iter().chain(SUB_RESOURCES).chain(configurations).collect();
        let target = format!("{path}?{query}&{}={value}", names[name % names.len()]);
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("h"));
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(header.as_bytes()), HeaderValue::from_str(&text)) {
            headers.insert(name, value);
        }
        let method = Method::from_bytes(method.as_bytes()).expect("method");
        let (path, query) = target.split_once('?').expect("a query");
        let head = RequestHead { method: &method, authority: None, path, query: Some(query), headers: &headers };
        if let Err(error) = S3Request::parse(&head, &Addressing::default()) {
            prop_assert!(error.code.status().as_u16() >= 400);
        }
        let _ = S3Request::understand(&head, &Addressing::default());
    }
}
