//! Dates in headers.

use std::time::{Duration, SystemTime};

use cairn_types::UnixMillis;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// 9999-12-31T23:59:59Z, the last date an HTTP header can name.
const HTTP_DATE_SECONDS_MAX: u64 = 253_402_300_799;

/// RFC 1123, as every `Last-Modified`: whole seconds, rounded down.
pub fn format_http_date(time: UnixMillis) -> String {
    let seconds = time.seconds().min(HTTP_DATE_SECONDS_MAX);
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Any of HTTP's three date forms, whatever weekday it names; a date before 1970 is 1970.
pub fn parse_http_date(text: &str) -> Option<UnixMillis> {
    let text = text.trim();
    // The parser refuses a weekday that is not the date's. Which one it is follows from the date, so any other is a slip.
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let rest = text.get(3..).filter(|rest| rest.starts_with(", ") && weekdays.contains(&&text[..3]));
    let time = httpdate::parse_http_date(text)
        .ok()
        .or_else(|| weekdays.iter().find_map(|day| httpdate::parse_http_date(&format!("{day}{}", rest?)).ok()))?;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Some(UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX)))
}

/// A date as SDKs write it in conditions of deletes: HTTP's forms or ISO 8601.
pub(crate) fn parse_date(text: &str) -> Option<UnixMillis> {
    parse_http_date(text).or_else(|| parse_iso_date(text))
}

/// Length of `YYYY-MM-DD`.
const DATE_LEN: usize = 10;

/// ISO 8601 with a zone; a date before 1970 is 1970.
pub fn parse_iso_date(text: &str) -> Option<UnixMillis> {
    let text = text.trim();
    // The parser would take a space there, as RFC 3339 lets applications agree on.
    if text.as_bytes().get(DATE_LEN) != Some(&b'T') {
        return None;
    }
    let millis = OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp_nanos() / 1_000_000;
    Some(UnixMillis(u64::try_from(millis).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use cairn_types::UnixMillis;

    use super::{format_http_date, parse_date, parse_http_date};

    #[test]
    fn dates_round_trip_to_the_second() {
        let text = "Fri, 20 Nov 2026 19:14:28 GMT";
        let time = parse_http_date(text).expect("good");
        assert_eq!(format_http_date(time), text);
        assert_eq!(format_http_date(UnixMillis(time.0 + 999)), text);
        assert_eq!(parse_date("2026-11-20T19:14:28.000Z"), Some(time));
        assert_eq!(parse_http_date("Mon, 20 Nov 2026 19:14:28 GMT"), Some(time));
        assert_eq!(parse_http_date("Foo, 20 Nov 2026 19:14:28 GMT"), None);
    }

    #[test]
    fn extreme_dates_do_not_panic() {
        assert_eq!(format_http_date(UnixMillis(u64::MAX)), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(format_http_date(UnixMillis(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(parse_date("0001-01-01T00:00:00Z"), Some(UnixMillis(0)));
        for text in ["", "yesterday", "2026", "2026-11-20 19:14:28Z", "Fri, 20 Nov 99999 19:14:28 GMT"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
