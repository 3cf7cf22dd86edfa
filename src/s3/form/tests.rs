//! Forms, whole and cut, good and bad.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cairn_types::{BucketName, UnixMillis};
use proptest::prelude::{any, prop_assert_eq, proptest};

use super::{FormBoundary, FormDecoder, FormFields, PostPolicy, PostedAs, PostedObject, SuccessAction};
use crate::condition::ETag;
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::FORM_FIELDS_BYTES_MAX;

fn boundary() -> FormBoundary {
    FormBoundary::of_content_type("multipart/form-data; boundary=B7").expect("good").expect("a form")
}

fn field(name: &str, value: &str) -> String {
    format!("--B7\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file(bytes: &[u8]) -> Vec<u8> {
    let head = "--B7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\dir\\a b.txt\"\r\n\
                Content-Type: text/plain\r\n\r\n";
    [head.as_bytes(), bytes, b"\r\n--B7--\r\n"].concat()
}

/// Decodes a body in pieces; gives the fields and the file.
fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<(FormFields, Vec<u8>), S3Error> {
    let mut decoder = FormDecoder::new(&boundary());
    let mut out = Vec::new();
    for piece in pieces {
        decoder.push(Bytes::copy_from_slice(piece), &mut out)?;
    }
    let fields = decoder.fields().cloned().unwrap_or_default();
    let file = out.concat();
    assert_eq!(decoder.finish()?, file.len() as u64);
    Ok((fields, file))
}

fn refused(body: &[u8]) -> S3ErrorCode {
    decode([body]).expect_err("refused").code
}

fn fields(pairs: &[(&str, &str)]) -> FormFields {
    let body: String = pairs.iter().map(|(name, value)| field(name, value)).collect();
    decode([&[body.as_bytes(), &file(b"")].concat()[..]]).expect("good").0
}

#[test]
fn boundaries_are_read_from_the_type() {
    for (text, delimiter) in [
        ("multipart/form-data; boundary=abc", "\r\n--abc"),
        ("Multipart/Form-Data;charset=utf-8; Boundary=\"a b\"", "\r\n--a b"),
        (
            "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
            "\r\n------WebKitFormBoundary7MA4YWxkTrZu0gW",
        ),
    ] {
        let boundary = FormBoundary::of_content_type(text).expect(text).expect(text);
        assert_eq!(boundary.delimiter(), delimiter);
    }
    for text in ["", "text/plain", "application/x-www-form-urlencoded"] {
        assert_eq!(FormBoundary::of_content_type(text), Ok(None), "{text}");
    }
    let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
    for text in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=é", &long] {
        let error = FormBoundary::of_content_type(text).expect_err(text);
        assert_eq!(error.code, S3ErrorCode::MalformedPOSTRequest, "{text}");
    }
}

#[test]
fn fields_come_before_the_file_and_nothing_counts_after_it() {
    let mut body = format!("{}{}", field("KEY", "a/${filename}"), field("x-amz-meta-a", " two\r\nlines ")).into_bytes();
    body.extend(file(b"content"));
    body.truncate(body.len() - 4);
    body.extend(b"\r\n");
    body.extend(field("key", "other").as_bytes().get(4..).expect("longer"));
    let (fields, content) = decode([&body[..]]).expect("good");
    assert_eq!(content, b"content");
    assert_eq!(fields.get("key"), Some("a/${filename}"));
    assert_eq!(fields.key().as_deref(), Ok("a/a b.txt"));
    assert_eq!(fields.get("x-amz-meta-a"), Some(" two\r\nlines "));
}

#[test]
fn what_looks_like_a_boundary_is_content() {
    for content in
        [&b""[..], b"\r", b"\r\n", b"\r\n--", b"\r\n--B", b"\r\r\n--B\r\n--", b"--B7", b"\n--B7", b"\r\n--B8\r\n-"]
    {
        let body = [field("key", "k").as_bytes(), &file(content)].concat();
        assert_eq!(decode([&body[..]]).expect("good").1, content, "{content:?}");
        let bytes: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(decode(bytes).expect("good").1, content, "{content:?} byte by byte");
    }
}

#[test]
fn broken_forms_have_exact_codes() {
    let good = [field("key", "k").as_bytes(), &file(b"content")].concat();
    for cut in 0..good.len() - 2 {
        let body = &good[..cut];
        assert_eq!(refused(body), S3ErrorCode::MalformedPOSTRequest, "{}", String::from_utf8_lossy(body));
    }
    assert!(decode([&good[..good.len() - 2]]).is_ok(), "the last line break is not missed");
    let without_file = format!("{}--B7--\r\n", field("key", "k"));
    let head = |line: &str| format!("--B7\r\n{line}\r\n\r\nv\r\n--B7--\r\n").into_bytes();
    for (body, code) in [
        (without_file.into_bytes(), S3ErrorCode::InvalidArgument),
        (b"--B7--\r\n".to_vec(), S3ErrorCode::InvalidArgument),
        (
            [field("key", "a").as_bytes(), field("Key", "b").as_bytes(), &file(b"")].concat(),
            S3ErrorCode::InvalidArgument,
        ),
        (head("Content-Disposition: form-data"), S3ErrorCode::MalformedPOSTRequest),
        (head("Content-Disposition: form-data; name=\"\""), S3ErrorCode::MalformedPOSTRequest),
        (head("Content-Disposition: form-data; name=\"a"), S3ErrorCode::MalformedPOSTRequest),
        (head("Content-Disposition: form-data; name=\"a\"; name=\"b\""), S3ErrorCode::MalformedPOSTRequest),
        (head("Content-Disposition: attachment; name=\"a\""), S3ErrorCode::MalformedPOSTRequest),
        (head("Content-Type: text/plain"), S3ErrorCode::MalformedPOSTRequest),
        (b"--B7 x\r\n".to_vec(), S3ErrorCode::MalformedPOSTRequest),
        (
            b"--B7\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--B7zz".to_vec(),
            S3ErrorCode::MalformedPOSTRequest,
        ),
        (b"not a form at all".to_vec(), S3ErrorCode::MalformedPOSTRequest),
    ] {
        assert_eq!(refused(&body), code, "{}", String::from_utf8_lossy(&body));
    }
    let mut bytes = field("key", "k").into_bytes();
    bytes.extend(b"--B7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n");
    bytes.extend(file(b""));
    assert_eq!(refused(&bytes), S3ErrorCode::InvalidArgument);
}

#[test]
fn fields_have_a_limit_and_files_have_none() {
    let with_fields = |bytes: usize| {
        let overhead = field("key", "").len() + file(b"").len() - b"\r\n--B7--\r\n".len();
        [field("key", &"k".repeat(bytes - overhead)).as_bytes(), &file(&[7; 100_000])].concat()
    };
    let good = with_fields(FORM_FIELDS_BYTES_MAX);
    assert_eq!(decode([&good[..]]).expect("at the limit").1.len(), 100_000);
    assert_eq!(decode(good.chunks(1_000)).expect("at the limit").1.len(), 100_000);
    let long = with_fields(FORM_FIELDS_BYTES_MAX + 1);
    for pieces in [long.chunks(long.len()), long.chunks(999), long.chunks(1)] {
        assert_eq!(decode(pieces).expect_err("long").code, S3ErrorCode::MaxPostPreDataLengthExceededError);
    }
    let endless = [b"--B7\r\n".to_vec(), vec![b'x'; 100_000]].concat();
    assert_eq!(refused(&endless), S3ErrorCode::MaxPostPreDataLengthExceededError);
}

#[test]
fn the_bytes_of_the_file_are_not_copied() {
    let body = Bytes::from([field("key", "k").as_bytes(), &file(b"")].concat());
    let mut decoder = FormDecoder::new(&boundary());
    let mut out = Vec::new();
    let head = body.len() - b"\r\n--B7--\r\n".len();
    decoder.push(body.slice(..head), &mut out).expect("the fields");
    let content = Bytes::from(vec![7u8; 100_000]);
    decoder.push(content.clone(), &mut out).expect("the file");
    let passed = out.last().expect("content");
    assert_eq!((passed.as_ptr(), passed.len()), (content.as_ptr(), content.len()));
    assert_eq!(decoder.file_bytes(), 100_000);
}

#[test]
fn a_failed_form_stays_failed() {
    let mut decoder = FormDecoder::new(&boundary());
    let body = Bytes::from_static(b"--B7--");
    let first = decoder.push(body, &mut Vec::new()).expect_err("no file");
    assert_eq!(decoder.push(Bytes::from(file(b"")), &mut Vec::new()), Err(first.clone()));
    assert_eq!(decoder.finish(), Err(first));
}

#[test]
fn values_of_fields_are_not_shown() {
    let fields = fields(&[("key", "k"), ("x-amz-server-side-encryption-customer-key", "secret")]);
    let shown = format!("{fields:?}");
    assert!(shown.contains("x-amz-server-side-encryption-customer-key") && !shown.contains("secret"));
}

fn policy(json: &str) -> Result<PostPolicy, S3ErrorCode> {
    PostPolicy::parse(&STANDARD.encode(json)).map_err(|error| error.code)
}

fn with_conditions(conditions: &str) -> PostPolicy {
    policy(&format!("{{\"expiration\":\"2030-01-01T00:00:00.000Z\",\"conditions\":[{conditions}]}}")).expect(conditions)
}

const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

fn verdict(conditions: &str, pairs: &[(&str, &str)]) -> Result<(), S3ErrorCode> {
    with_conditions(conditions).check("bkt", &fields(pairs), NOW).map_err(|error| error.code)
}

#[test]
fn conditions_decide_about_every_field() {
    const BASE: &str = "{\"bucket\":\"bkt\"},[\"starts-with\",\"$key\",\"user/\"]";
    let key = ("key", "user/a");
    let with = |more: &str| format!("{BASE},{more}");
    let denied = Err(S3ErrorCode::AccessDenied);
    for (conditions, pairs, expected) in [
        (BASE.to_owned(), vec![key], Ok(())),
        (BASE.to_owned(), vec![("key", "other/a")], denied),
        (BASE.to_owned(), vec![("key", "User/a")], denied),
        (BASE.to_owned(), vec![key, ("acl", "private")], denied),
        (
            BASE.to_owned(),
            vec![key, ("x-ignore-a", "1"), ("policy", "p"), ("signature", "s"), ("AWSAccessKeyId", "k")],
            Ok(()),
        ),
        (BASE.to_owned(), vec![key, ("x-amz-date", "d")], denied),
        ("[\"starts-with\",\"$key\",\"\"]".to_owned(), vec![key], denied),
        ("{\"bucket\":\"other\"},[\"starts-with\",\"$key\",\"\"]".to_owned(), vec![key], denied),
        ("{\"bUcKeT\":\"bkt\"},[\"StArTs-WiTh\",\"$KeY\",\"user\"]".to_owned(), vec![key], Ok(())),
        (with("{\"acl\":\"private\"}"), vec![key, ("ACL", "private")], Ok(())),
        (with("{\"acl\":\"private\"}"), vec![key, ("acl", "public-read")], denied),
        (with("{\"acl\":\"private\"}"), vec![key], denied),
        (with("[\"eq\",\"$acl\",\"private\"]"), vec![key, ("acl", "private")], Ok(())),
        (with("[\"starts-with\",\"$x-amz-meta-a\",\"\"]"), vec![key], Ok(())),
        (
            with("[\"starts-with\",\"$Content-Type\",\"image/\"]"),
            vec![key, ("Content-Type", "image/a, image/b")],
            Ok(()),
        ),
        (with("[\"starts-with\",\"$Content-Type\",\"image/\"]"), vec![key, ("Content-Type", "image/a,text/b")], denied),
    ] {
        assert_eq!(verdict(&conditions, &pairs), expected, "{conditions} {pairs:?}");
    }
    // The key is looked at as it will be.
    let expanded = "{\"bucket\":\"bkt\"},[\"eq\",\"$key\",\"user/a b.txt\"]";
    assert_eq!(verdict(expanded, &[("key", "user/${filename}")]), Ok(()));
    assert_eq!(verdict(BASE, &[]), Err(S3ErrorCode::InvalidArgument));
}

#[test]
fn policies_expire() {
    let policy = with_conditions("{\"bucket\":\"bkt\"},[\"starts-with\",\"$key\",\"\"]");
    let fields = fields(&[("key", "k")]);
    let expiration = UnixMillis(1_893_456_000_000);
    assert_eq!(policy.check("bkt", &fields, expiration), Ok(()));
    let late = policy.check("bkt", &fields, UnixMillis(expiration.0 + 1)).expect_err("late");
    assert_eq!(late.code, S3ErrorCode::AccessDenied);
}

#[test]
fn faulty_policies_are_invalid_documents() {
    let with = |conditions: &str| format!("{{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":{conditions}}}");
    for json in [
        String::new(),
        "[]".to_owned(),
        "{".to_owned(),
        "{\"conditions\":[]}".to_owned(),
        "{\"expiration\":\"2030-01-01T00:00:00Z\"}".to_owned(),
        "{\"EXPIRATION\":\"2030-01-01T00:00:00Z\",\"conditions\":[]}".to_owned(),
        "{\"expiration\":\"tomorrow\",\"conditions\":[]}".to_owned(),
        "{\"expiration\":\"2030-01-01 00:00:00.123456\",\"conditions\":[]}".to_owned(),
        "{\"expiration\":7,\"conditions\":[]}".to_owned(),
        with("{}"),
        with("[{}]"),
        with("[7]"),
        with("[{\"key\":7}]"),
        with("[[\"eq\",\"$key\"]]"),
        with("[[\"eq\",\"key\",\"k\"]]"),
        with("[[\"matches\",\"$key\",\"k\"]]"),
        with("[[\"content-length-range\",0]]"),
        with("[[\"content-length-range\",-1,0]]"),
        with("[[\"content-length-range\",\"a\",\"b\"]]"),
        with(&format!("[{}{{\"a\":\"b\"}}]", "{\"a\":\"b\"},".repeat(1_000))),
        "[".repeat(100_000),
    ] {
        assert_eq!(policy(&json), Err(S3ErrorCode::InvalidPolicyDocument), "{json:.100}");
    }
    assert_eq!(PostPolicy::parse("%%").expect_err("base64").code, S3ErrorCode::InvalidPolicyDocument);
}

#[test]
fn files_have_the_length_that_the_policy_wants() {
    let policy = with_conditions("[\"content-length-range\",2,\"4\"]");
    let code = |length, is_complete| policy.check_length(length, is_complete).err().map(|error| error.code);
    assert_eq!(policy.length_range(), Some((2, 4)));
    assert_eq!(code(1, false), None);
    assert_eq!(code(1, true), Some(S3ErrorCode::EntityTooSmall));
    assert_eq!((code(2, true), code(4, true)), (None, None));
    assert_eq!(code(5, false), Some(S3ErrorCode::EntityTooLarge));
    assert_eq!(with_conditions("").check_length(u64::MAX, true), Ok(()));
}

fn posted(pairs: &[(&str, &str)]) -> Result<PostedObject, S3ErrorCode> {
    let bucket = BucketName::parse("bkt").expect("name");
    PostedObject::parse(bucket, &fields(pairs)).map_err(|error| error.code)
}

#[test]
fn fields_ask_as_headers_do() {
    let object = posted(&[
        ("key", "k"),
        ("acl", "private"),
        ("Content-Type", "text/plain"),
        ("x-amz-meta-a", "1"),
        ("x-amz-checksum-crc32", "AAAAAA=="),
        ("x-amz-signature", "s"),
        ("submit", "Upload"),
    ])
    .expect("good");
    assert_eq!(object.put.key.as_str(), "k");
    assert_eq!(object.put.headers.content_type.as_deref(), Some(&b"text/plain"[..]));
    assert_eq!(object.put.user_metadata.pairs().len(), 1);
    assert!(object.put.checksum.is_some());
    assert_eq!(object.success, SuccessAction::NoContent);
    let owned = posted(&[("key", "k"), ("x-amz-expected-bucket-owner", "000000000042")]).expect("good");
    assert_eq!(owned.expected_bucket_owner.map(|owner| owner.number), Some(42));
    assert!(!owned.is_requester_paying);
    assert!(posted(&[("key", "k"), ("x-amz-request-payer", "requester")]).expect("good").is_requester_paying);
    let proved = posted(&[("key", "k"), ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")]).expect("good");
    assert!(proved.put.content_md5.is_some());
    for (pair, code) in [
        (("content-md5", "short"), S3ErrorCode::InvalidDigest),
        (("acl", "nonsense"), S3ErrorCode::InvalidArgument),
        (("x-amz-storage-class", "COLD"), S3ErrorCode::InvalidStorageClass),
        (("x-amz-some-feature-of-tomorrow", "1"), S3ErrorCode::NotImplemented),
        (("x-amz-copy-source", "/bkt/a"), S3ErrorCode::InvalidArgument),
        (("x-amz-meta-a", "b\r\nc"), S3ErrorCode::InvalidArgument),
        (("tagging", "<Tagging/>"), S3ErrorCode::MalformedXML),
        (("x-amz-checksum-crc32", "short"), S3ErrorCode::InvalidRequest),
    ] {
        assert_eq!(posted(&[("key", "k"), pair]), Err(code), "{pair:?}");
    }
    assert_eq!(posted(&[("key", "../k")]), Err(S3ErrorCode::InvalidURI));
    assert_eq!(posted(&[("acl", "private")]), Err(S3ErrorCode::InvalidArgument));
}

fn answer(pairs: &[(&str, &str)]) -> (u16, Option<String>, String) {
    let action = SuccessAction::of_fields(&fields(pairs));
    let etag = ETag::new("e");
    let posted = PostedAs { location: "http://h/bkt/a%20b", bucket: "bkt", key: "a b/c", etag: &etag };
    let response = action.into_response(&posted);
    let location = response.head.headers.get("location").map(|value| value.to_str().expect("text").to_owned());
    (response.head.status.as_u16(), location, response.document_text().to_owned())
}

#[test]
fn browsers_are_answered_as_the_form_wants() {
    let here = Some("http://h/bkt/a%20b".to_owned());
    for (status, code) in [("200", 200), ("204", 204), ("404", 204), ("", 204)] {
        assert_eq!(answer(&[("success_action_status", status)]), (code, here.clone(), String::new()));
    }
    let (status, location, document) = answer(&[("success_action_status", "201")]);
    assert_eq!((status, location), (201, here));
    assert!(document.ends_with(
        "<PostResponse><Location>http://h/bkt/a%20b</Location><Bucket>bkt</Bucket><Key>a b/c</Key>\
         <ETag>&quot;e&quot;</ETag></PostResponse>"
    ));
    for (url, expected) in [
        ("http://a/b", "http://a/b?bucket=bkt&key=a%20b%2Fc&etag=%22e%22"),
        ("https://a/b?c=d#f", "https://a/b?c=d&bucket=bkt&key=a%20b%2Fc&etag=%22e%22#f"),
    ] {
        for name in ["success_action_redirect", "redirect"] {
            let (status, location, _) = answer(&[(name, url), ("success_action_status", "200")]);
            assert_eq!((status, location.as_deref()), (303, Some(expected)));
        }
    }
    for url in ["javascript:alert(1)", "/b", "http://a/ b", ""] {
        assert_eq!(answer(&[("success_action_redirect", url)]).0, 204, "{url}");
    }
}

proptest! {
    #[test]
    fn cuts_change_nothing(
        content in proptest::collection::vec(proptest::sample::select(&b"\r\n-B7x"[..]), 0..60),
        cuts in proptest::collection::vec(1usize..12, 0..60),
    ) {
        // A file cannot hold its own boundary; if it came out that way, it is another file, whatever follows.
        let text = String::from_utf8_lossy(&content).into_owned();
        let content = text.replace("\r\n--B7", "\r\n--x").into_bytes();
        let body = [field("key", "k").as_bytes(), &file(&content)].concat();
        let (mut pieces, mut rest) = (Vec::new(), &body[..]);
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
        let (fields, passed) = decode(pieces).expect("good");
        prop_assert_eq!((fields.get("key"), passed), (Some("k"), content));
    }

    #[test]
    fn no_bytes_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        lines in "(--B7|\r\n|Content-Disposition: form-data|; name=|\"|file|--|a){0,20}",
        json in "[\\[\\]{}\":,$a-z0-9-]{0,60}",
    ) {
        let _ = decode([&bytes[..]]);
        let _ = decode(lines.as_bytes().chunks(3));
        let _ = policy(&json);
        let _ = policy(&format!("{{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{json}]}}"));
        let _ = FormBoundary::of_content_type(&lines);
    }
}
