//! Times in conditions.

use cairn_types::civil_from_unix_days;

use crate::context::Value;

/// Milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Instant(u64);

impl Instant {
    /// Reads the forms that W3C's note on dates and times gives ISO 8601 (`2026`, `2026-11`, `2026-11-20`,
    /// `2026-11-20T19:00Z`, seconds and fractions, `+01:00`), and seconds since 1970. Nothing before 1970.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_epoch = text.len() != 4 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_epoch {
            return text.parse::<u64>().ok()?.checked_mul(1_000).map(Self);
        }
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let midnight = i128::from(unix_days(date, time.is_some())?) * 86_400_000;
        let millis = midnight + time.map_or(Some(0), millis_of_day)?;
        u64::try_from(millis).ok().map(Self)
    }

    /// A request's value as a time.
    pub(super) fn of(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Time(time) => Some(Self(time.0)),
            Value::Number(seconds) => seconds.checked_mul(1_000).map(Self),
            other => Self::parse(&other.text()),
        }
    }
}

/// Days from 1970-01-01 to a date. A time needs a whole date before it.
fn unix_days(date: &str, is_whole: bool) -> Option<u64> {
    let parts = date.split('-').collect::<Vec<_>>();
    let (year, month, day) = match (parts.as_slice(), is_whole) {
        ([year], false) => (digits(year, 4)?, 1, 1),
        ([year, month], false) => (digits(year, 4)?, digits(month, 2)?, 1),
        ([year, month, day], _) => (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?),
        _ => return None,
    };
    if year < 1970 {
        return None;
    }
    // Every year begins at most this many days in; the way back finds the day, or shows that there is none.
    let first = (year - 1970) * 365 + (month.checked_sub(1)?) * 28;
    let last = (year - 1970) * 366 + month * 31;
    let (mut low, mut high) = (first, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if civil_from_unix_days(middle) < (year, month, day) { low = middle + 1 } else { high = middle }
    }
    (civil_from_unix_days(low) == (year, month, day)).then_some(low)
}

/// `19:00Z`, `19:00:30Z`, `19:00:30.5Z`, with `+01:00` for `Z`.
fn millis_of_day(time: &str) -> Option<i128> {
    let (clock, offset_minutes) = match time.strip_suffix('Z') {
        Some(clock) => (clock, 0),
        None => {
            let at = time.rfind(['+', '-'])?;
            let (hour, minute) = time[at + 1..].split_once(':')?;
            let minutes = i128::from(clock_part(hour, 23)? * 60 + clock_part(minute, 59)?);
            (&time[..at], if time[at..].starts_with('-') { -minutes } else { minutes })
        }
    };
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let parts = clock.split(':').collect::<Vec<_>>();
    let (hour, minute, second) = match (parts.as_slice(), fraction) {
        ([hour, minute], None) => (hour, minute, &"00"),
        ([hour, minute, second], _) => (hour, minute, second),
        _ => return None,
    };
    let seconds = clock_part(hour, 23)? * 3_600 + clock_part(minute, 59)? * 60 + clock_part(second, 59)?;
    let millis = fraction.map_or(Some(0), millis_of_fraction)?;
    Some(i128::from(seconds) * 1_000 + i128::from(millis) - offset_minutes * 60_000)
}

fn clock_part(text: &str, max: u64) -> Option<u64> {
    digits(text, 2).filter(|number| *number <= max)
}

/// Digits after a point; what is finer than a millisecond is cut off.
fn millis_of_fraction(text: &str) -> Option<u64> {
    digits(text, text.len()).filter(|_| (1..=9).contains(&text.len()))?;
    digits(&format!("{text:0<3}")[..3], 3)
}

fn digits(text: &str, count: usize) -> Option<u64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use cairn_types::UnixMillis;
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::Instant;

    proptest! {
        #[test]
        fn times_read_as_they_print(millis in 0..253_402_300_800_000u64) {
            prop_assert_eq!(Instant::parse(&UnixMillis(millis).to_string()), Some(Instant(millis)));
        }
    }

    #[test]
    fn every_form_of_a_time_is_read() {
        let midnight = 1_795_132_800_000;
        for (text, millis) in [
            ("2026-11-20", midnight),
            ("2026-11-20T00:00Z", midnight),
            ("2026-11-20T19:00:30Z", midnight + 68_430_000),
            ("2026-11-20T19:00:30.5Z", midnight + 68_430_500),
            ("2026-11-20T19:00:30.123456Z", midnight + 68_430_123),
            ("2026-11-20T00:30:00+01:00", midnight - 1_800_000),
            ("2026-11-20T00:30:00-01:00", midnight + 5_400_000),
            ("1970", 0),
            ("1970-02", 31 * 86_400_000),
            ("0", 0),
            ("1795132800", midnight),
        ] {
            assert_eq!(Instant::parse(text), Some(Instant(millis)), "{text}");
        }
        for text in [
            "",
            "now",
            "2026-02-30",
            "2026-13-01",
            "1969-12-31",
            "2026-11T00:00Z",
            "2026-11-20T24:00Z",
            "2026-11-20T00:00",
            "-1",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
