//! Sizes as people write them.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, bail};
use cairn_types::{GIB, KIB, MIB};
use serde::Serialize;

/// A number of bytes, written `4KiB`, `16MiB`, `1GiB` or plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ByteSize(pub u64);

const UNITS: [(&str, u64); 4] = [("KiB", KIB), ("MiB", MIB), ("GiB", GIB), ("B", 1)];

impl FromStr for ByteSize {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let unit = text[digits.len()..].trim();
        let number: u64 = digits.parse().with_context(|| format!("{text:?} is not a size such as 4KiB"))?;
        let factor = match UNITS.iter().find(|(name, _)| *name == unit) {
            Some((_, factor)) => *factor,
            None if unit.is_empty() => 1,
            None => bail!("{unit:?} is not one of B, KiB, MiB, GiB"),
        };
        Ok(Self(number.checked_mul(factor).with_context(|| format!("{text} is too large"))?))
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes) = *self;
        for (name, factor) in [UNITS[2], UNITS[1], UNITS[0]] {
            if bytes >= factor && bytes % factor == 0 {
                return write!(f, "{} {name}", bytes / factor);
            }
        }
        write!(f, "{bytes} B")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_written_as_people_do() {
        for (text, bytes) in [("4KiB", 4_096), ("16MiB", 16 << 20), ("1 GiB", 1 << 30), ("5", 5), ("5B", 5)] {
            assert_eq!(text.parse::<ByteSize>().unwrap(), ByteSize(bytes));
        }
        assert_eq!(ByteSize(65_536).to_string(), "64 KiB");
        assert_eq!(ByteSize(1).to_string(), "1 B");
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in ["", "KiB", "4KB", "-1", "99999999999GiB"] {
            assert!(text.parse::<ByteSize>().is_err(), "{text}");
        }
    }
}
