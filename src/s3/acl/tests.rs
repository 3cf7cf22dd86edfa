//! Lists in headers and documents.

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use proptest::prelude::proptest;

use super::{AccessControlPolicy, AclChange, AclGroup, CannedAcl, Grant, Grantee, Permission, RequestedAcl};
use crate::error::S3ErrorCode;
use crate::header::RequestHeaders;
use crate::query::Query;

fn of_headers(pairs: &[(&'static str, &str)]) -> Result<RequestedAcl, S3ErrorCode> {
    let mut map = HeaderMap::new();
    for (name, value) in pairs {
        map.append(HeaderName::from_static(name), HeaderValue::from_str(value).expect("value"));
    }
    let headers = RequestHeaders::new(&map, &Query::default()).expect("small");
    RequestedAcl::of_headers(&headers).map_err(|error| error.code)
}

fn grant(grantee: Grantee, permission: Permission) -> Grant {
    Grant { grantee, permission }
}

#[test]
fn canned_lists_are_known_by_name() {
    for canned in CannedAcl::ALL {
        assert_eq!(of_headers(&[("x-amz-acl", canned.as_str())]), Ok(RequestedAcl::Canned(canned)));
    }
    for other in ["", "open", "PRIVATE", "public-read, private"] {
        assert_eq!(of_headers(&[("x-amz-acl", other)]), Err(S3ErrorCode::InvalidArgument), "{other}");
    }
    assert_eq!(of_headers(&[]), Ok(RequestedAcl::Unsaid));
}

#[test]
fn grants_are_read_from_headers() {
    let (id, email) = (Grantee::Canonical("a,b".into()), Grantee::Email("x@y".into()));
    let all = Grantee::Group(AclGroup::AllUsers);
    let uri = AclGroup::AllUsers.uri();
    for (text, grantees) in [
        ("id=\"a,b\"".to_owned(), vec![id.clone()]),
        ("id=\"a,b\" , emailAddress=\"x@y\"".to_owned(), vec![id.clone(), email.clone()]),
        ("emailaddress=x@y".to_owned(), vec![email.clone()]),
        (format!("URI={uri}, ID=\"a,b\""), vec![all.clone(), id.clone()]),
        ("id = \"a,b\"".to_owned(), vec![id]),
    ] {
        let expected = grantees.into_iter().map(|grantee| grant(grantee, Permission::Read)).collect();
        assert_eq!(of_headers(&[("x-amz-grant-read", &text)]), Ok(RequestedAcl::Grants(expected)), "{text}");
    }
    let two = of_headers(&[("x-amz-grant-write-acp", "id=a"), ("x-amz-grant-full-control", "id=b")]);
    let expected = vec![
        grant(Grantee::Canonical("a".into()), Permission::WriteAcp),
        grant(Grantee::Canonical("b".into()), Permission::FullControl),
    ];
    assert_eq!(two, Ok(RequestedAcl::Grants(expected)));
}

#[test]
fn faulty_grants_are_refused() {
    let many = vec!["id=a"; 101].join(",");
    for text in [
        "a",
        "id",
        "id=",
        "id=\"\"",
        "id=\"a",
        "name=a",
        "id=a,",
        "id=a,,id=b",
        "id=\"a\"b",
        "uri=http://example.com/everyone",
        ",",
        &many,
    ] {
        assert_eq!(of_headers(&[("x-amz-grant-read", text)]), Err(S3ErrorCode::InvalidArgument), "{text}");
    }
    let both = of_headers(&[("x-amz-acl", "private"), ("x-amz-grant-read", "id=a")]);
    assert_eq!(both, Err(S3ErrorCode::InvalidRequest));
    let sixty = vec!["id=a"; 60].join(",");
    let together = of_headers(&[("x-amz-grant-read", &sixty), ("x-amz-grant-write", &sixty)]);
    assert_eq!(together, Err(S3ErrorCode::MalformedACLError));
}

const OWNER: &str = "<Owner><ID>o</ID><DisplayName>me</DisplayName></Owner>";

fn document(list: &str) -> Result<AccessControlPolicy, S3ErrorCode> {
    let body =
        format!("<AccessControlPolicy>{OWNER}<AccessControlList>{list}</AccessControlList></AccessControlPolicy>");
    AccessControlPolicy::parse(body.as_bytes()).map_err(|error| error.code)
}

fn line(grantee: &str) -> String {
    format!(
        "<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"X\">{grantee}</Grantee>\
         <Permission>READ_ACP</Permission></Grant>"
    )
}

#[test]
fn documents_name_all_kinds_of_grantees() {
    let uri = AclGroup::AuthenticatedUsers.uri();
    for (grantee, expected) in [
        ("<ID>a</ID><DisplayName>n</DisplayName>".to_owned(), Grantee::Canonical("a".into())),
        ("<EmailAddress>x@y</EmailAddress>".to_owned(), Grantee::Email("x@y".into())),
        (format!("<URI> {uri} </URI>"), Grantee::Group(AclGroup::AuthenticatedUsers)),
    ] {
        let policy = document(&line(&grantee)).expect(&grantee);
        assert_eq!(policy.owner, "o");
        assert_eq!(policy.grants, [grant(expected, Permission::ReadAcp)]);
    }
    assert_eq!(document("").expect("nobody").grants, []);
    assert_eq!(document(&line("<ID>a</ID>").repeat(100)).expect("a hundred").grants.len(), 100);
}

#[test]
fn faulty_documents_have_exact_codes() {
    for (list, code) in [
        (line(""), S3ErrorCode::MalformedXML),
        (line("<ID/>"), S3ErrorCode::MalformedXML),
        (line("<ID>a</ID><ID>b</ID>"), S3ErrorCode::MalformedXML),
        (line("<ID>a</ID><URI>b</URI>"), S3ErrorCode::MalformedXML),
        (line("<Name>a</Name>"), S3ErrorCode::MalformedXML),
        (line("<URI>http://example.com</URI>"), S3ErrorCode::InvalidArgument),
        (line("<ID>a</ID>").replace("READ_ACP", "EVERYTHING"), S3ErrorCode::MalformedXML),
        ("<Grant><Grantee><ID>a</ID></Grantee></Grant>".to_owned(), S3ErrorCode::MalformedXML),
        ("<Grant/>".to_owned(), S3ErrorCode::MalformedXML),
        ("<Deny/>".to_owned(), S3ErrorCode::MalformedXML),
        (line("<ID>a</ID>").repeat(101), S3ErrorCode::MalformedACLError),
    ] {
        assert_eq!(document(&list), Err(code), "{list:.300}");
    }
    for body in [
        "<AccessControlPolicy/>".to_owned(),
        format!("<AccessControlPolicy>{OWNER}</AccessControlPolicy>"),
        "<AccessControlPolicy><AccessControlList/></AccessControlPolicy>".to_owned(),
        "<AccessControlPolicy><Owner/><AccessControlList/></AccessControlPolicy>".to_owned(),
    ] {
        let error = AccessControlPolicy::parse(body.as_bytes()).expect_err(&body);
        assert_eq!(error.code, S3ErrorCode::MalformedXML, "{body}");
    }
}

#[test]
fn a_change_comes_from_one_place() {
    let canned = RequestedAcl::Canned(CannedAcl::PublicRead);
    assert_eq!(AclChange::new(canned.clone(), b""), Ok(AclChange::Canned(CannedAcl::PublicRead)));
    assert_eq!(AclChange::new(RequestedAcl::Grants(vec![]), b""), Ok(AclChange::Grants(vec![])));
    let body = format!("<AccessControlPolicy>{OWNER}<AccessControlList/></AccessControlPolicy>");
    assert!(matches!(AclChange::new(RequestedAcl::Unsaid, body.as_bytes()), Ok(AclChange::Policy(_))));
    let code = |requested, body: &[u8]| AclChange::new(requested, body).expect_err("refused").code;
    assert_eq!(code(canned, body.as_bytes()), S3ErrorCode::UnexpectedContent);
    assert_eq!(code(RequestedAcl::Grants(vec![]), body.as_bytes()), S3ErrorCode::UnexpectedContent);
    assert_eq!(code(RequestedAcl::Unsaid, b""), S3ErrorCode::MissingSecurityHeader);
}

proptest! {
    #[test]
    fn no_text_panics(text in "[ -~]{0,60}", pieces in "(id|uri|=|\"|,| |a){0,12}", list in "[<>/GrantID;&]{0,60}") {
        let _ = of_headers(&[("x-amz-grant-read", &text)]);
        let _ = of_headers(&[("x-amz-grant-read", &pieces)]);
        let _ = document(&list);
    }
}
