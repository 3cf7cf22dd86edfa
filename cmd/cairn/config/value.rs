//! Values from text.

use std::net::SocketAddr;
use std::time::Duration;

use cairn_types::{GIB, KIB, MIB};

/// A socket address.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{text:?} is not an address with a port, such as 127.0.0.1:9000"))
}

/// A size in bytes within bounds.
pub(crate) fn size(text: &str, least: u64, most: u64) -> Result<u64, String> {
    let units = [("TiB", GIB * 1_024), ("GiB", GIB), ("MiB", MIB), ("KiB", KIB), ("B", 1), ("", 1)];
    let (number, unit) =
        units.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit))).expect("the last unit is empty");
    let number: u64 = number.trim().parse().map_err(|_| format!("{text:?} is not a size, such as 64MiB"))?;
    let bytes = number.checked_mul(unit).ok_or_else(|| format!("{text:?} is too large"))?;
    if (least..=most).contains(&bytes) {
        Ok(bytes)
    } else {
        Err(format!("{text} is not within {least} and {most} bytes"))
    }
}

/// A duration of `least` or more.
pub(crate) fn duration(text: &str, least: Duration) -> Result<Duration, String> {
    let units = [("ms", 1), ("min", 60_000), ("h", 3_600_000), ("s", 1_000)];
    let wrong = || format!("{text:?} is not a duration, such as 15s");
    let (number, unit) =
        units.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit))).ok_or_else(wrong)?;
    let number: u64 = number.trim().parse().map_err(|_| wrong())?;
    let duration = Duration::from_millis(number.checked_mul(unit).ok_or_else(wrong)?);
    if duration < least { Err(format!("{text} is below {least:?}")) } else { Ok(duration) }
}

/// A whole number of `least` or more.
pub(crate) fn number(text: &str, least: u64) -> Result<u64, String> {
    let number: u64 = text.parse().map_err(|_| format!("{text:?} is not a whole number"))?;
    if number < least { Err(format!("{text} is below {least}")) } else { Ok(number) }
}

/// `true` or `false`.
pub(crate) fn truth(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| format!("{text:?} is neither true nor false"))
}

/// One of `choices`.
pub(crate) fn choice(text: &str, choices: &[&str]) -> Result<String, String> {
    if choices.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is not one of {}", choices.join(", ")))
    }
}

/// A name of a region.
pub(crate) fn region(text: &str) -> Result<String, String> {
    let letters = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if (1..=32).contains(&text.len()) && letters {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is not 1 to 32 of a-z, 0-9 and -"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{duration, size};

    #[test]
    fn sizes_and_durations_take_units_and_refuse_nonsense() {
        assert_eq!(size("64MiB", 0, u64::MAX), Ok(64 << 20));
        assert_eq!(size("17", 0, u64::MAX), Ok(17));
        assert!(size("64MB", 0, u64::MAX).is_err());
        assert!(size("99999999999TiB", 0, u64::MAX).is_err());
        assert_eq!(duration("2min", Duration::ZERO), Ok(Duration::from_secs(120)));
        assert!(duration("2", Duration::ZERO).is_err());
        assert!(duration("1ms", Duration::from_secs(1)).is_err());
    }
}
