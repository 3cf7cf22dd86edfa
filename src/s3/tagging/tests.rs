//! Tags that are taken, tags that are not.

use proptest::prelude::{prop_assert_eq, proptest};

use super::{TagHolder, TagSet};
use crate::error::S3ErrorCode;

fn header(text: &str) -> Result<Vec<(String, String)>, S3ErrorCode> {
    TagSet::parse_header(text).map(TagSet::into_pairs).map_err(|error| error.code)
}

fn document(holder: TagHolder, inner: &str) -> Result<usize, S3ErrorCode> {
    let body = format!("<Tagging><TagSet>{inner}</TagSet></Tagging>");
    TagSet::parse_document(holder, body.as_bytes()).map(|tags| tags.pairs().len()).map_err(|error| error.code)
}

fn tags(count: usize) -> String {
    (0..count).map(|n| format!("<Tag><Key>k{n}</Key><Value>v</Value></Tag>")).collect()
}

#[test]
fn headers_are_queries_of_tags() {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(header("a=1&b+c=%2B%20d&e"), Ok(vec![pair("a", "1"), pair("b c", "+ d"), pair("e", "")]));
    assert_eq!(header("&a=1&"), Ok(vec![pair("a", "1")]));
    assert_eq!(header("a=b=c"), Ok(vec![pair("a", "b=c")]));
    assert_eq!(header(""), Ok(vec![]));
}

#[test]
fn faulty_headers_have_exact_codes() {
    let many: String = (0..11).map(|n| format!("k{n}=v&")).collect();
    for (text, code) in [
        ("a=%zz", S3ErrorCode::InvalidArgument),
        ("%ff=1", S3ErrorCode::InvalidArgument),
        ("a=1&a=2", S3ErrorCode::InvalidTag),
        ("=1", S3ErrorCode::InvalidTag),
        ("aws:a=1", S3ErrorCode::InvalidTag),
        ("AWS:a=1", S3ErrorCode::InvalidTag),
        ("a=%7b", S3ErrorCode::InvalidTag),
        ("a%0a=1", S3ErrorCode::InvalidTag),
        ("a=%3c", S3ErrorCode::InvalidTag),
        (&format!("{}=1", "k".repeat(129)), S3ErrorCode::InvalidTag),
        (&format!("a={}", "v".repeat(257)), S3ErrorCode::InvalidTag),
        (&many, S3ErrorCode::BadRequest),
    ] {
        assert_eq!(header(text), Err(code), "{text}");
    }
    assert!(header(&format!("{}={}", "k".repeat(128), "v".repeat(256))).is_ok());
}

#[test]
fn lengths_count_in_utf16() {
    let pair = |key: String| TagSet::new(TagHolder::Object, vec![(key, String::new())]).is_ok();
    assert!(pair("é".repeat(128)) && !pair("é".repeat(129)));
    // Of a letter beyond the first plane, two units each.
    assert!(pair("𐐀".repeat(64)) && !pair("𐐀".repeat(65)));
}

#[test]
fn each_holder_has_its_number_of_tags() {
    assert_eq!(document(TagHolder::Object, &tags(10)), Ok(10));
    assert_eq!(document(TagHolder::Object, &tags(11)), Err(S3ErrorCode::BadRequest));
    assert_eq!(document(TagHolder::Bucket, &tags(50)), Ok(50));
    assert_eq!(document(TagHolder::Bucket, &tags(51)), Err(S3ErrorCode::BadRequest));
    assert_eq!(document(TagHolder::Bucket, ""), Ok(0));
}

#[test]
fn faulty_documents_have_exact_codes() {
    for (inner, code) in [
        (tags(1).repeat(2), S3ErrorCode::InvalidTag),
        ("<Tag><Key>a</Key></Tag>".to_owned(), S3ErrorCode::MalformedXML),
        ("<Tag><Value>a</Value></Tag>".to_owned(), S3ErrorCode::MalformedXML),
        ("<Tag><Key>a</Key><Key>b</Key><Value/></Tag>".to_owned(), S3ErrorCode::MalformedXML),
        ("<Tag><Key>a</Key><Value/><X/></Tag>".to_owned(), S3ErrorCode::MalformedXML),
        ("<Tags/>".to_owned(), S3ErrorCode::MalformedXML),
        (tags(1_001), S3ErrorCode::MalformedXML),
    ] {
        assert_eq!(document(TagHolder::Object, &inner), Err(code), "{inner}");
    }
    let code = |body: &[u8]| TagSet::parse_document(TagHolder::Object, body).expect_err("refused").code;
    assert_eq!(code(b""), S3ErrorCode::MissingRequestBodyError);
    assert_eq!(code(b"<Tagging/>"), S3ErrorCode::MalformedXML);
    assert_eq!(code(b"<Tagging><TagSet/><TagSet/></Tagging>"), S3ErrorCode::MalformedXML);
}

#[test]
fn tags_of_resources_have_their_own_form() {
    let tags = TagSet::from_stored(vec![("a".to_owned(), "b".to_owned())]);
    let xml = tags.to_resource_xml();
    assert!(xml.ends_with("><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></ListTagsForResourceResult>"));
}

proptest! {
    #[test]
    fn documents_come_back(pairs in proptest::collection::btree_map("[a-zA-Z0-9é +=._:/@-]{1,20}", "[a-z é+=._:/@-]{0,20}", 0..10)) {
        let pairs: Vec<(String, String)> = pairs.into_iter().collect();
        let tags = TagSet::new(TagHolder::Object, pairs).expect("good");
        prop_assert_eq!(TagSet::parse_document(TagHolder::Object, tags.to_xml().as_bytes()), Ok(tags));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}", inner in "[<>/TagSetKeyVlu&;]{0,60}") {
        let _ = TagSet::parse_header(&text);
        let _ = document(TagHolder::Object, &text);
        let _ = document(TagHolder::Bucket, &inner);
    }
}
