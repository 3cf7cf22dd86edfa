//! The times in requests.

use cairn_types::{UnixMillis, civil_from_unix_days};

use crate::header::parse_http_date;

/// The time of a request, to the second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct RequestTime {
    /// Seconds since 1970.
    pub(super) seconds: u64,
}

impl RequestTime {
    pub(super) fn from_millis(now: UnixMillis) -> Self {
        Self { seconds: now.seconds() }
    }

    /// Reads `YYYYMMDDTHHMMSSZ`.
    pub(super) fn parse_iso(text: &str) -> Option<Self> {
        let bytes: &[u8; 16] = text.as_bytes().try_into().ok()?;
        if bytes[8] != b'T' || bytes[15] != b'Z' {
            return None;
        }
        let (year, month, day) = (digits(&bytes[..4])?, digits(&bytes[4..6])?, digits(&bytes[6..8])?);
        let (hour, minute, second) = (digits(&bytes[9..11])?, digits(&bytes[11..13])?, digits(&bytes[13..15])?);
        let days = unix_days(year, month, day)?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        Some(Self { seconds: days * 86_400 + hour * 3_600 + minute * 60 + second })
    }

    /// Reads what `x-amz-date` and `Date` may hold: ISO 8601 basic or a date of HTTP, whose zone mail libraries write as
    /// `+0000` or `-0000`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::parse_iso(text).or_else(|| {
            let local = text.strip_suffix(" +0000").or_else(|| text.strip_suffix(" -0000"));
            let time = match local {
                Some(local) => parse_http_date(&format!("{local} GMT")),
                None => parse_http_date(text),
            };
            // A request of long ago is as much without a time as one of never.
            time.filter(|time| time.0 > 0).map(Self::from_millis)
        })
    }

    /// `YYYYMMDDTHHMMSSZ`.
    pub(super) fn to_iso(self) -> String {
        let (year, month, day) = civil_from_unix_days(self.seconds / 86_400);
        let rest = self.seconds % 86_400;
        let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }
}

fn digits(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0')))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; `None` for no such day, or one before 1970.
fn unix_days(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let shifted_month = (month + 9) % 12;
    let (era, year_of_era) = (shifted_year / 400, shifted_year % 400);
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    // The way back shows days that a month does not have.
    (civil_from_unix_days(days) == (year, month, day)).then_some(days)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::RequestTime;

    #[test]
    fn both_notations_name_the_same_second() {
        let iso = RequestTime::parse("20130524T000000Z").expect("ISO");
        assert_eq!(iso.seconds, 1_369_353_600);
        assert_eq!(RequestTime::parse("Fri, 24 May 2013 00:00:00 GMT"), Some(iso));
        assert_eq!(RequestTime::parse("Fri, 24 May 2013 00:00:00 +0000"), Some(iso));
        assert_eq!(RequestTime::parse("Fri, 24 May 2013 00:00:00 -0000"), Some(iso));
        assert_eq!(RequestTime::parse("Sun, 24 May 2013 00:00:00 GMT"), Some(iso), "the weekday says nothing");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in [
            "",
            "20130524",
            "20130524T000000",
            "20130524T240000Z",
            "20130231T000000Z",
            "20131301T000000Z",
            "19690101T000000Z",
            "2013052xT000000Z",
            "2013-05-24T00:00:00Z",
            "yesterday",
            "Tue, 07 Jul 1950 21:53:04 GMT",
        ] {
            assert_eq!(RequestTime::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_time_survives_its_text(seconds in 0_u64..253_402_300_800) {
            let time = RequestTime { seconds };
            prop_assert_eq!(RequestTime::parse_iso(&time.to_iso()), Some(time));
        }

        #[test]
        fn any_text_is_read_without_panic(text in any::<String>()) {
            RequestTime::parse(&text);
        }
    }
}
