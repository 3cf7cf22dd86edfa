//! The order of versions and the id clients see.

use std::fmt;

use crate::RegionNumber;
use crate::record::record;

record! {
    /// Place of a version among those of its key: hybrid logical time, then region, then log index. Inside a region the
    /// Raft log alone decides which write is last; the time only places versions that arrive from other regions.
    #[derive(Copy, Eq, PartialOrd, Ord, Hash)]
    pub struct VersionOrder without unknown {
        /// Milliseconds, never below the key's last plus 1 and never below the proposing leader's clock.
        1 => pub time: u64,
        /// Region that wrote it.
        2 => pub region: RegionNumber,
        /// Raft index of the command that wrote it, in that region's shard.
        3 => pub index: u64,
    }
}

impl VersionOrder {
    /// 18 bytes that order as the order does.
    pub fn to_be_bytes(self) -> [u8; 18] {
        let mut bytes = [0; 18];
        bytes[..8].copy_from_slice(&self.time.to_be_bytes());
        bytes[8..10].copy_from_slice(&self.region.0.to_be_bytes());
        bytes[10..].copy_from_slice(&self.index.to_be_bytes());
        bytes
    }

    /// Inverse of [`VersionOrder::to_be_bytes`].
    pub fn from_be_bytes(bytes: [u8; 18]) -> Self {
        let number = |part: &[u8]| part.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        Self {
            time: number(&bytes[..8]),
            region: RegionNumber(number(&bytes[8..10]) as u16),
            index: number(&bytes[10..]),
        }
    }
}

/// What clients name a version by: `null`, or an opaque encoding of its order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VersionId {
    /// The version written while versioning was off or suspended.
    Null,
    /// A version written while versioning was on.
    Ordered(VersionOrder),
}

/// The text is not a version id (S3: `400 InvalidArgument`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a version id")]
pub struct VersionIdError;

impl VersionId {
    /// Parses what `Display` writes.
    pub fn parse(text: &str) -> Result<Self, VersionIdError> {
        if text == "null" {
            return Ok(Self::Null);
        }
        let text = text.as_bytes();
        if text.len() != 36 {
            return Err(VersionIdError);
        }
        let mut bytes = [0u8; 18];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self::Ordered(VersionOrder::from_be_bytes(bytes)))
    }
}

/// Digits are letters, so that no client takes an id for a number.
const DIGITS: &[u8; 16] = b"ABCDEFGHJKLMNPQR";

fn digit(letter: u8) -> Result<u8, VersionIdError> {
    DIGITS.iter().position(|known| *known == letter).map(|value| value as u8).ok_or(VersionIdError)
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Ordered(order) => order.to_be_bytes().iter().try_for_each(|byte| {
                let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
                write!(f, "{}{}", DIGITS[high] as char, DIGITS[low] as char)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{RegionNumber, VersionId, VersionOrder};

    proptest! {
        #[test]
        fn ids_round_trip_and_bytes_keep_the_order(a in any::<(u64, u16, u64)>(), b in any::<(u64, u16, u64)>()) {
            let order = |(time, region, index)| VersionOrder { time, region: RegionNumber(region), index };
            let (a, b) = (order(a), order(b));
            prop_assert_eq!(VersionId::parse(&VersionId::Ordered(a).to_string()), Ok(VersionId::Ordered(a)));
            prop_assert_eq!(a.cmp(&b), a.to_be_bytes().cmp(&b.to_be_bytes()));
        }

        #[test]
        fn other_text_is_refused_without_a_panic(text in ".{0,40}") {
            let parsed = VersionId::parse(&text);
            prop_assert!(parsed.is_err() || parsed.expect("parsed").to_string() == text);
        }
    }
}
