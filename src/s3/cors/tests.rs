//! Rules, questions and answers.

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use proptest::prelude::{prop_assert_eq, proptest};

use super::pattern::Pattern;
use super::{CorsConfiguration, CrossOrigin, Preflight};
use crate::error::S3ErrorCode;
use crate::header::RequestHeaders;
use crate::query::Query;

fn parse(inner: &str) -> Result<CorsConfiguration, S3ErrorCode> {
    let body = format!("<CORSConfiguration>{inner}</CORSConfiguration>");
    CorsConfiguration::parse(body.as_bytes()).map_err(|error| error.code)
}

fn rule(inner: &str) -> String {
    format!("<CORSRule>{inner}</CORSRule>")
}

const RULES: &str = "<CORSRule><ID>one</ID><AllowedOrigin>http://a.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod>\
    <AllowedMethod>PUT</AllowedMethod><AllowedHeader>x-amz-*</AllowedHeader><AllowedHeader>Content-Type</AllowedHeader>\
    <ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-amz-request-id</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds></CORSRule>\
    <CORSRule><AllowedOrigin>https://*.example</AllowedOrigin><AllowedMethod>POST</AllowedMethod></CORSRule>\
    <CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>";

fn ask(origin: &str, method: &str, headers: &str) -> Result<HeaderMap, S3ErrorCode> {
    let mut map = HeaderMap::new();
    for (name, value) in
        [("origin", origin), ("access-control-request-method", method), ("access-control-request-headers", headers)]
    {
        if !value.is_empty() {
            map.insert(HeaderName::from_static(name), HeaderValue::from_str(value).expect("value"));
        }
    }
    let headers = RequestHeaders::new(&map, &Query::default()).expect("small");
    let asked = Preflight::of_headers(&headers).map_err(|error| error.code)?;
    let answer = parse(RULES).expect("good").preflight(&asked).map_err(|error| error.code)?;
    Ok(answer.into_response().head.headers)
}

fn shown(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| value.to_str().expect("text").to_owned())
}

#[test]
fn preflights_are_answered_by_the_first_rule_that_fits() {
    for (origin, method, headers, allowed) in [
        ("http://a.example", "PUT", "", Ok("http://a.example")),
        ("http://a.example", "PUT", "X-Amz-Date, content-type", Ok("http://a.example")),
        ("http://a.example", "PUT", "authorization", Err(S3ErrorCode::AccessForbidden)),
        ("http://a.example", "DELETE", "", Err(S3ErrorCode::AccessForbidden)),
        ("HTTP://A.example", "PUT", "", Err(S3ErrorCode::AccessForbidden)),
        ("https://b.example", "POST", "", Ok("https://b.example")),
        ("https://.example", "POST", "", Ok("https://.example")),
        ("https://b.example.org", "POST", "", Err(S3ErrorCode::AccessForbidden)),
        ("https://b.example", "GET", "", Ok("*")),
        ("https://b.example", "GET", "x-amz-date", Err(S3ErrorCode::AccessForbidden)),
        ("null", "GET", "", Ok("*")),
        ("", "GET", "", Err(S3ErrorCode::BadRequest)),
        ("http://a.example", "", "", Err(S3ErrorCode::BadRequest)),
        ("http://a.example", "PATCH", "", Err(S3ErrorCode::BadRequest)),
        ("http://a.example", "get", "", Err(S3ErrorCode::BadRequest)),
    ] {
        let answer = ask(origin, method, headers);
        let origin_allowed = answer.as_ref().map(|map| shown(map, "access-control-allow-origin").expect("an origin"));
        assert_eq!(
            origin_allowed.as_deref().map_err(|code| **code),
            allowed.as_ref().map(|text| *text).map_err(|code| *code),
            "{origin} {method} {headers}"
        );
    }
}

#[test]
fn an_answer_says_all_that_its_rule_allows() {
    let answer = ask("http://a.example", "GET", "X-Amz-Date,x-amz-acl").expect("allowed");
    for (name, value) in [
        ("access-control-allow-origin", "http://a.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "GET, PUT"),
        ("access-control-allow-headers", "x-amz-date, x-amz-acl"),
        ("access-control-expose-headers", "ETag, x-amz-request-id"),
        ("access-control-max-age", "3000"),
        ("vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"),
    ] {
        assert_eq!(shown(&answer, name).as_deref(), Some(value), "{name}");
    }
    let any = ask("http://c.example", "GET", "").expect("allowed");
    assert_eq!(shown(&any, "access-control-allow-credentials"), None);
    assert_eq!(shown(&any, "access-control-allow-headers"), None);
    assert!(shown(&any, "vary").is_some());
}

#[test]
fn actual_requests_get_headers_or_nothing() {
    let rules = parse(RULES).expect("good");
    let told = |origin, method| {
        let mut headers = HeaderMap::new();
        rules.write_actual(&CrossOrigin { origin, method }, &mut headers);
        headers
    };
    let headers = told("http://a.example", "PUT");
    assert_eq!(shown(&headers, "access-control-allow-origin").as_deref(), Some("http://a.example"));
    assert_eq!(shown(&headers, "access-control-expose-headers").as_deref(), Some("ETag, x-amz-request-id"));
    for (origin, method) in [("http://c.example", "PUT"), ("http://a.example", "OPTIONS")] {
        let headers = told(origin, method);
        assert_eq!(headers.keys().collect::<Vec<_>>(), ["vary"], "{origin} {method}");
    }
}

#[test]
fn a_request_goes_by_the_method_that_it_names() {
    let mut headers = HeaderMap::new();
    assert_eq!(CrossOrigin::of_request(&Method::PUT, &headers), None);
    headers.insert("origin", HeaderValue::from_static("http://a.example"));
    let actual = CrossOrigin { origin: "http://a.example", method: "PUT" };
    assert_eq!(CrossOrigin::of_request(&Method::PUT, &headers), Some(actual));
    headers.insert("access-control-request-method", HeaderValue::from_static("GET"));
    let named = CrossOrigin { origin: "http://a.example", method: "GET" };
    assert_eq!(CrossOrigin::of_request(&Method::PUT, &headers), Some(named));
}

#[test]
fn faulty_documents_have_exact_codes() {
    const MINIMAL: &str = "<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>";
    let with = |more: &str| rule(&format!("{MINIMAL}{more}"));
    let long = format!("<ID>{}</ID>", "i".repeat(256));
    for (inner, code) in [
        (String::new(), S3ErrorCode::MalformedXML),
        (rule(""), S3ErrorCode::MalformedXML),
        (rule("<AllowedOrigin>*</AllowedOrigin>"), S3ErrorCode::MalformedXML),
        (rule("<AllowedMethod>GET</AllowedMethod>"), S3ErrorCode::MalformedXML),
        (with("<AllowedOrigin/>"), S3ErrorCode::MalformedXML),
        (with("<X/>"), S3ErrorCode::MalformedXML),
        (with("<MaxAgeSeconds>soon</MaxAgeSeconds>"), S3ErrorCode::MalformedXML),
        (with("<MaxAgeSeconds>1</MaxAgeSeconds><MaxAgeSeconds>1</MaxAgeSeconds>"), S3ErrorCode::MalformedXML),
        (with("<MaxAgeSeconds>-1</MaxAgeSeconds>"), S3ErrorCode::InvalidArgument),
        (with("<MaxAgeSeconds>99999999999</MaxAgeSeconds>"), S3ErrorCode::InvalidArgument),
        (with(&long), S3ErrorCode::InvalidArgument),
        (with("<ExposeHeader>a&#13;&#10;b: c</ExposeHeader>"), S3ErrorCode::InvalidArgument),
        (with("<ExposeHeader>x-*</ExposeHeader>"), S3ErrorCode::InvalidRequest),
        (with("<ExposeHeader>a b</ExposeHeader>"), S3ErrorCode::InvalidRequest),
        (with("<AllowedMethod>PATCH</AllowedMethod>"), S3ErrorCode::InvalidRequest),
        (with("<AllowedMethod>get</AllowedMethod>"), S3ErrorCode::InvalidRequest),
        (with("<AllowedOrigin>http://*.*</AllowedOrigin>"), S3ErrorCode::InvalidRequest),
        (with("<AllowedHeader>**</AllowedHeader>"), S3ErrorCode::InvalidRequest),
        (with("").repeat(101), S3ErrorCode::InvalidRequest),
        ("<Rule/>".to_owned(), S3ErrorCode::MalformedXML),
    ] {
        assert_eq!(parse(&inner), Err(code), "{inner:.200}");
    }
    assert!(parse(&with("").repeat(100)).is_ok());
    assert_eq!(CorsConfiguration::parse(b"").expect_err("empty").code, S3ErrorCode::MissingRequestBodyError);
}

#[test]
fn documents_come_back() {
    let rules = parse(RULES).expect("good");
    assert_eq!(CorsConfiguration::parse(rules.to_xml().as_bytes()), Ok(rules));
}

proptest! {
    #[test]
    fn a_pattern_fits_as_a_star_reads(before in "[a-c]{0,4}", after in "[a-c]{0,4}", text in "[a-c]{0,8}") {
        let pattern = Pattern::parse(&format!("{before}*{after}")).expect("one star");
        let naive = (0..=text.len()).any(|end| text[..end] == before && (end..=text.len()).any(|start| text[start..] == after));
        prop_assert_eq!(pattern.fits(&text), naive);
    }

    #[test]
    fn no_text_panics(inner in "[<>/CORSRuleAowdigin*&;]{0,80}", origin in "[ -~]{1,30}") {
        let _ = parse(&inner);
        let _ = ask(&origin, "GET", &origin);
    }
}
