//! Locks in headers and documents.

use cairn_types::UnixMillis;
use http::HeaderMap;
use http::header::HeaderValue;
use proptest::prelude::{Just, Strategy, prop_assert_eq, prop_oneof, proptest};

use super::{
    DefaultRetention, GovernanceBypass, LegalHold, ObjectLockConfiguration, RequestedLock, Retention, RetentionMode,
    RetentionPeriod,
};
use crate::error::S3ErrorCode;
use crate::header::RequestHeaders;
use crate::query::Query;

const MODE: &str = "x-amz-object-lock-mode";
const UNTIL: &str = "x-amz-object-lock-retain-until-date";
const HOLD: &str = "x-amz-object-lock-legal-hold";
const DATE: &str = "2030-01-01T00:00:00Z";
const DATE_MILLIS: UnixMillis = UnixMillis(1_893_456_000_000);

fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().expect("name"), HeaderValue::from_static(value))).collect()
}

fn of_headers(pairs: &[(&'static str, &'static str)]) -> Result<RequestedLock, S3ErrorCode> {
    let headers = map(pairs);
    let headers = RequestHeaders::new(&headers, &Query::default()).expect("small");
    RequestedLock::of_headers(&headers).map_err(|error| error.code)
}

#[test]
fn locks_are_read_from_headers() {
    let both = of_headers(&[(MODE, "GOVERNANCE"), (UNTIL, DATE), (HOLD, "ON")]).expect("good");
    let retention = Retention { mode: RetentionMode::Governance, until: DATE_MILLIS };
    assert_eq!(both, RequestedLock { retention: Some(retention), legal_hold: Some(LegalHold::On) });
    assert!(of_headers(&[]).expect("none").is_none() && !both.is_none());
    assert_eq!(of_headers(&[(HOLD, "OFF")]).expect("good").legal_hold, Some(LegalHold::Off));
    for pairs in [
        vec![(MODE, "GOVERNANCE")],
        vec![(UNTIL, DATE)],
        vec![(MODE, "governance"), (UNTIL, DATE)],
        vec![(MODE, "FOREVER"), (UNTIL, DATE)],
        vec![(MODE, "COMPLIANCE"), (UNTIL, "tomorrow")],
        vec![(MODE, "COMPLIANCE"), (UNTIL, "Tue, 01 Jan 2030 00:00:00 GMT")],
        vec![(HOLD, "on")],
        vec![(HOLD, "YES")],
    ] {
        assert_eq!(of_headers(&pairs), Err(S3ErrorCode::InvalidArgument), "{pairs:?}");
    }
    assert_eq!(RequestedLock::unproved_body().code, S3ErrorCode::InvalidRequest);
}

#[test]
fn a_bypass_is_asked_for_in_so_many_words() {
    let bypass = |text: &'static str| {
        let headers = map(&[("x-amz-bypass-governance-retention", text)]);
        let headers = RequestHeaders::new(&headers, &Query::default()).expect("small");
        GovernanceBypass::of_headers(&headers).map_err(|error| error.code)
    };
    assert_eq!(bypass("true"), Ok(GovernanceBypass::Asked));
    assert_eq!(bypass("True"), Ok(GovernanceBypass::Asked));
    assert_eq!(bypass("false"), Ok(GovernanceBypass::No));
    assert_eq!(bypass(""), Ok(GovernanceBypass::No));
    assert_eq!(bypass("1"), Err(S3ErrorCode::InvalidArgument));
}

#[test]
fn a_date_must_not_have_passed() {
    let retention = Retention { mode: RetentionMode::Compliance, until: UnixMillis(1_000) };
    assert_eq!(retention.check_future(UnixMillis(999)), Ok(()));
    let past = retention.check_future(UnixMillis(1_000)).expect_err("now is past");
    assert_eq!(past.code, S3ErrorCode::InvalidArgument);
    assert_eq!(Retention::absent().code, S3ErrorCode::NoSuchObjectLockConfiguration);
}

#[test]
fn retentions_are_whole_or_empty() {
    let parse = |inner: &str| {
        Retention::parse(format!("<Retention>{inner}</Retention>").as_bytes()).map_err(|error| error.code)
    };
    let date = format!("<RetainUntilDate>{DATE}</RetainUntilDate>");
    let whole = parse(&format!("<Mode>COMPLIANCE</Mode>{date}"));
    assert_eq!(whole, Ok(Some(Retention { mode: RetentionMode::Compliance, until: DATE_MILLIS })));
    assert_eq!(parse(""), Ok(None));
    for inner in [
        "<Mode>COMPLIANCE</Mode>".to_owned(),
        date.clone(),
        format!("<Mode>abc</Mode>{date}"),
        "<Mode>GOVERNANCE</Mode><RetainUntilDate>soon</RetainUntilDate>".to_owned(),
        format!("<Mode>GOVERNANCE</Mode>{date}{date}"),
        format!("<Mode>GOVERNANCE</Mode>{date}<EventHold/>"),
    ] {
        assert_eq!(parse(&inner), Err(S3ErrorCode::MalformedXML), "{inner}");
    }
    assert_eq!(Retention::parse(b"").expect_err("empty").code, S3ErrorCode::MissingRequestBodyError);
}

#[test]
fn holds_are_on_or_off() {
    for hold in [LegalHold::On, LegalHold::Off] {
        assert_eq!(LegalHold::parse(hold.to_xml().as_bytes()), Ok(hold));
    }
    for inner in ["", "<Status>abc</Status>", "<Status/>", "<Status>ON</Status><Status>ON</Status>", "<On/>"] {
        let document = format!("<LegalHold>{inner}</LegalHold>");
        assert_eq!(LegalHold::parse(document.as_bytes()).expect_err(inner).code, S3ErrorCode::MalformedXML);
    }
}

#[test]
fn faulty_locks_of_buckets_have_exact_codes() {
    let rule = |inner: &str| {
        let document = format!(
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
             <Mode>GOVERNANCE</Mode>{inner}</DefaultRetention></Rule></ObjectLockConfiguration>"
        );
        ObjectLockConfiguration::parse(document.as_bytes()).map_err(|error| error.code)
    };
    for (inner, code) in [
        ("", S3ErrorCode::MalformedXML),
        ("<Days>1</Days><Years>1</Years>", S3ErrorCode::MalformedXML),
        ("<Days>one</Days>", S3ErrorCode::MalformedXML),
        ("<Days/>", S3ErrorCode::MalformedXML),
        ("<Days>1.5</Days>", S3ErrorCode::MalformedXML),
        ("<Days>0</Days>", S3ErrorCode::InvalidRetentionPeriod),
        ("<Years>-1</Years>", S3ErrorCode::InvalidRetentionPeriod),
        ("<Days>-99999999999999999999</Days>", S3ErrorCode::InvalidRetentionPeriod),
        ("<Days>36501</Days>", S3ErrorCode::InvalidArgument),
        ("<Years>101</Years>", S3ErrorCode::InvalidArgument),
        ("<Days>99999999999999999999</Days>", S3ErrorCode::InvalidArgument),
    ] {
        assert_eq!(rule(inner), Err(code), "{inner}");
    }
    for body in [
        "<ObjectLockConfiguration/>",
        "<ObjectLockConfiguration><ObjectLockEnabled>Disabled</ObjectLockEnabled></ObjectLockConfiguration>",
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule/></ObjectLockConfiguration>",
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><X/></ObjectLockConfiguration>",
    ] {
        let error = ObjectLockConfiguration::parse(body.as_bytes()).expect_err(body);
        assert_eq!(error.code, S3ErrorCode::MalformedXML, "{body}");
    }
}

#[test]
fn default_retention_ends_days_or_calendar_years_later() {
    let until = |period, now: &str| {
        let default = DefaultRetention { mode: RetentionMode::Governance, period };
        let now = crate::header::parse_iso_date(now).expect("a date");
        default.from(now).until.to_string()
    };
    for (period, now, end) in [
        (RetentionPeriod::Days(1), "2026-12-31T10:00:00.123Z", "2027-01-01T10:00:00.123Z"),
        (RetentionPeriod::Years(1), "2027-03-01T10:00:00.123Z", "2028-03-01T10:00:00.123Z"),
        (RetentionPeriod::Years(4), "2024-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"),
        (RetentionPeriod::Years(1), "2024-02-29T00:00:00Z", "2025-03-01T00:00:00.000Z"),
        (RetentionPeriod::Years(100), "2026-11-20T00:00:00Z", "2126-11-20T00:00:00.000Z"),
    ] {
        assert_eq!(until(period, now), end, "{period:?} from {now}");
    }
}

fn modes() -> impl Strategy<Value = RetentionMode> {
    prop_oneof![Just(RetentionMode::Governance), Just(RetentionMode::Compliance)]
}

proptest! {
    #[test]
    fn retentions_come_back(mode in modes(), until in 0u64..253_402_300_799_999) {
        let retention = Retention { mode, until: UnixMillis(until) };
        prop_assert_eq!(Retention::parse(retention.to_xml().as_bytes()), Ok(Some(retention)));
    }

    #[test]
    fn locks_of_buckets_come_back(mode in modes(), days in 1u32..=36_500, years in 1u32..=100) {
        for period in [RetentionPeriod::Days(days), RetentionPeriod::Years(years)] {
            let lock = ObjectLockConfiguration { default_retention: Some(DefaultRetention { mode, period }) };
            prop_assert_eq!(ObjectLockConfiguration::parse(lock.to_xml().as_bytes()), Ok(lock));
        }
        let plain = ObjectLockConfiguration::default();
        prop_assert_eq!(ObjectLockConfiguration::parse(plain.to_xml().as_bytes()), Ok(plain));
    }
}
