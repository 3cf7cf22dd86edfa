//! The `Date` of answers.

use cairn_s3::header::format_http_date;
use cairn_types::UnixMillis;
use http::HeaderValue;
use parking_lot::Mutex;

/// The date of the present second, written once a second.
#[derive(Default)]
pub(crate) struct HttpDate(Mutex<Option<(u64, HeaderValue)>>);

impl HttpDate {
    /// The header's value at `now`.
    pub(crate) fn at(&self, now: UnixMillis) -> HeaderValue {
        let mut last = self.0.lock();
        match &*last {
            Some((second, value)) if *second == now.seconds() => value.clone(),
            _ => {
                let value = HeaderValue::try_from(format_http_date(now)).expect("a date is a header value");
                *last = Some((now.seconds(), value.clone()));
                value
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::UnixMillis;

    use super::HttpDate;

    #[test]
    fn the_date_follows_the_clock() {
        let date = HttpDate::default();
        assert_eq!(date.at(UnixMillis(951_782_400_123)), "Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(date.at(UnixMillis(951_782_400_999)), "Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(date.at(UnixMillis(951_782_401_000)), "Tue, 29 Feb 2000 00:00:01 GMT");
    }
}
