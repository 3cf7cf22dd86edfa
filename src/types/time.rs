//! Wall-clock time as a value; reading the clock is the runtime's.

use std::fmt;
use std::time::Duration;

use crate::record::{Field, FieldError, Reader, Writer};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// Whole seconds since the epoch, as HTTP dates show them.
    pub fn seconds(self) -> u64 {
        self.0 / 1_000
    }

    /// How long after `earlier` this is; zero if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for UnixMillis {
    /// ISO 8601 with milliseconds, as S3's XML shows times: `2026-11-20T19:00:00.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.0 / 1_000, self.0 % 1_000);
        let (day, rest) = (seconds / 86_400, seconds % 86_400);
        let (year, month, day) = civil_from_unix_days(day);
        let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

impl Field for UnixMillis {
    fn is_absent(&self) -> bool {
        self.0 == 0
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        out.varint_field(tag, self.0);
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        self.0 = reader.varint()?;
        Ok(())
    }
}

/// Year, month (1–12) and day of the month (1–31) of a day counted from 1970-01-01, in the proleptic Gregorian calendar
/// (the era arithmetic of Hinnant, "chrono-compatible low-level date algorithms").
pub fn civil_from_unix_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::UnixMillis;

    #[test]
    fn times_print_as_s3_prints_them() {
        assert_eq!(UnixMillis(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(UnixMillis(951_782_400_123).to_string(), "2000-02-29T00:00:00.123Z");
        assert_eq!(UnixMillis(1_795_201_199_999).to_string(), "2026-11-20T18:59:59.999Z");
    }
}
