//! Reads and their answers, table by table.

use bytes::Bytes;
use cairn_types::{UnixMillis, VersionId};
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method};

use super::{ByteRange, ObjectFacts, PartFacts, PartNumber, ReadAnswer};
use crate::address::Addressing;
use crate::condition::ETag;
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;
use crate::header::{StandardHeaders, UserMetadata};
use crate::operation::{Operation, S3Request};
use crate::response::ShownSettings;
use crate::response::checksum_fields::example;

fn object(parts_count: Option<u32>) -> ObjectFacts {
    ObjectFacts {
        size: 10,
        etag: ETag::new("e"),
        last_modified: UnixMillis(1_000),
        headers: StandardHeaders { cache_control: Some(Bytes::from("no-store")), ..StandardHeaders::default() },
        user_metadata: UserMetadata::from_pairs(vec![("k".to_owned(), Bytes::from("v"))]),
        checksum: Some(example()),
        parts_count,
        version_id: None,
        settings: ShownSettings::default(),
    }
}

fn read(query: &str, pairs: &[(&'static str, &'static str)], object: &ObjectFacts) -> Result<ReadAnswer, S3Error> {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("h"));
    for (name, value) in pairs {
        headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let head =
        RequestHead { method: &Method::GET, authority: None, path: "/bkt/k", query: Some(query), headers: &headers };
    let Operation::GetObject(read) = S3Request::parse(&head, &Addressing::default())?.operation else {
        panic!("not a read");
    };
    // Two parts of 6 and 4 bytes, numbers 1 and 3.
    read.answer(object, |number: PartNumber| match number.get() {
        1 => Some(PartFacts { bytes: ByteRange { offset: 0, len: 6 }, checksum: None }),
        3 => Some(PartFacts { bytes: ByteRange { offset: 6, len: 4 }, checksum: Some(example().value()) }),
        _ => None,
    })
}

#[test]
fn a_whole_object_has_all_its_headers() {
    let answer = read("x-id=GetObject", &[], &object(None)).expect("good");
    assert_eq!((answer.head.status.as_u16(), answer.bytes), (200, ByteRange::whole(10)));
    for (name, value) in [
        ("etag", "\"e\""),
        ("last-modified", "Thu, 01 Jan 1970 00:00:01 GMT"),
        ("content-length", "10"),
        ("content-type", "binary/octet-stream"),
        ("cache-control", "no-store"),
        ("accept-ranges", "bytes"),
        ("x-amz-meta-k", "v"),
    ] {
        assert_eq!(answer.head.headers[name], value, "{name}");
    }
    for name in ["content-range", "x-amz-version-id", "x-amz-checksum-crc32", "x-amz-mp-parts-count"] {
        assert!(!answer.head.headers.contains_key(name), "{name}");
    }
}

#[test]
fn ranges_are_partial_cut_or_refused() {
    for (range, status, content_range, len) in [
        ("bytes=2-4", 206, Some("bytes 2-4/10"), 3),
        ("bytes=8-99", 206, Some("bytes 8-9/10"), 2),
        ("bytes=-3", 206, Some("bytes 7-9/10"), 3),
        ("bytes=0-", 206, Some("bytes 0-9/10"), 10),
        ("bytes=4-2", 200, None, 10),
        ("bytes=0-1,3-4", 200, None, 10),
        ("lines=0-1", 200, None, 10),
    ] {
        let answer = read("", &[("range", range)], &object(None)).expect(range);
        let headers = &answer.head.headers;
        assert_eq!((answer.head.status.as_u16(), answer.bytes.len), (status, len), "{range}");
        assert_eq!(headers.get("content-range"), content_range.map(HeaderValue::from_static).as_ref(), "{range}");
        assert_eq!(headers["content-length"], len.to_string(), "{range}");
    }
    for range in ["bytes=10-", "bytes=-0"] {
        let error = read("", &[("range", range)], &object(None)).expect_err(range);
        assert_eq!(error.code, S3ErrorCode::InvalidRange);
        assert!(error.headers().contains(&(super::CONTENT_RANGE, HeaderValue::from_static("bytes */10"))));
    }
}

#[test]
fn a_range_meant_for_another_object_is_ignored() {
    for (if_range, status) in
        [("\"e\"", 206), ("\"x\"", 200), ("Thu, 01 Jan 1970 00:00:01 GMT", 206), ("Thu, 01 Jan 1970 00:00:02 GMT", 200)]
    {
        let answer = read("", &[("range", "bytes=0-1"), ("if-range", if_range)], &object(None)).expect(if_range);
        assert_eq!(answer.head.status.as_u16(), status, "{if_range}");
    }
}

#[test]
fn parts_are_found_by_number() {
    let multipart = object(Some(2));
    let answer = read("partNumber=3", &[("x-amz-checksum-mode", "ENABLED")], &multipart).expect("part");
    assert_eq!((answer.head.status.as_u16(), answer.bytes), (206, ByteRange { offset: 6, len: 4 }));
    assert_eq!(answer.head.headers["content-range"], "bytes 6-9/10");
    assert_eq!(answer.head.headers["x-amz-mp-parts-count"], "2");
    assert_eq!(answer.head.headers["x-amz-checksum-crc32"], "AAAAAQ==");
    let missing = read("partNumber=2", &[], &multipart).expect_err("gap");
    assert_eq!(missing.code, S3ErrorCode::InvalidPartNumber);

    let whole = read("partNumber=1", &[], &object(None)).expect("whole");
    assert_eq!((whole.head.status.as_u16(), whole.bytes.len), (206, 10));
    assert!(!whole.head.headers.contains_key("x-amz-mp-parts-count"));
    assert_eq!(read("partNumber=2", &[], &object(None)).expect_err("one").code, S3ErrorCode::InvalidPartNumber);
    let both = read("partNumber=1", &[("range", "bytes=0-1")], &object(None)).expect_err("both");
    assert_eq!(both.code, S3ErrorCode::InvalidRequest);
}

#[test]
fn checksums_are_shown_when_asked_and_not_for_ranges() {
    let mode = ("x-amz-checksum-mode", "ENABLED");
    let whole = read("", &[mode], &object(None)).expect("whole").head.headers;
    assert_eq!(
        (&whole["x-amz-checksum-crc32"], &whole["x-amz-checksum-type"]),
        (&"AAAAAQ==".parse().expect("v"), &"FULL_OBJECT".parse().expect("v"))
    );
    let range = read("", &[mode, ("range", "bytes=0-9")], &object(None)).expect("range").head.headers;
    assert!(!range.contains_key("x-amz-checksum-crc32"));
}

#[test]
fn overrides_replace_headers() {
    let query = "response-content-type=text%2Fplain&response-cache-control=max-age%3D1&response-expires=x\
                 &response-content-language=de&response-content-disposition=inline&response-content-encoding=gzip";
    let headers = read(query, &[], &object(None)).expect("good").head.headers;
    for (name, value) in [
        ("content-type", "text/plain"),
        ("cache-control", "max-age=1"),
        ("expires", "x"),
        ("content-language", "de"),
        ("content-disposition", "inline"),
        ("content-encoding", "gzip"),
    ] {
        assert_eq!(headers[name], value);
    }
    let evil = read("response-content-type=a%0d%0aset-cookie:b", &[], &object(None)).expect_err("line break");
    assert_eq!(evil.code, S3ErrorCode::InvalidArgument);
}

#[test]
fn an_unchanged_object_tells_the_cache_what_it_has() {
    let mut versioned = object(None);
    versioned.version_id = Some(VersionId::Null);
    let error = read("", &[("if-none-match", "\"e\"")], &versioned).expect_err("unchanged");
    assert_eq!(error.code, S3ErrorCode::NotModified);
    let names: Vec<&str> = error.headers().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["etag", "last-modified", "cache-control", "x-amz-version-id"]);
    let failed = read("", &[("if-match", "\"x\"")], &versioned).expect_err("another");
    assert_eq!((failed.code, failed.headers()), (S3ErrorCode::PreconditionFailed, &[][..]));
}

#[test]
fn an_empty_object_is_read_whole_or_by_part() {
    let empty = ObjectFacts { size: 0, ..object(None) };
    assert_eq!(read("", &[], &empty).expect("whole").head.headers["content-length"], "0");
    assert_eq!(read("", &[("range", "bytes=0-0")], &empty).expect_err("range").code, S3ErrorCode::InvalidRange);
    assert!(!read("partNumber=1", &[], &empty).expect("part").head.headers.contains_key("content-range"));
}
