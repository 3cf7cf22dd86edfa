//! The `Range` header.

use super::ByteRange;
use super::byte_range::unsatisfiable;
use crate::error::S3Error;

/// One range of bytes as asked for. Several, or text that is none, count as no header at all, as for S3: so ten thousand
/// of them cost nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestRange {
    /// `a-b`, both included, `a <= b`.
    FromTo(u64, u64),
    /// `a-`: from here to the end.
    From(u64),
    /// `-n`: the last `n` bytes.
    Last(u64),
}

impl RequestRange {
    /// Reads the header.
    pub fn parse(text: &str) -> Option<Self> {
        let (unit, spec) = text.split_once('=')?;
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (first, last) = spec.trim().split_once('-')?;
        match (first.trim(), last.trim()) {
            ("", last) => number(last).map(Self::Last),
            (first, "") => number(first).map(Self::From),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                if first <= last { Some(Self::FromTo(first, last)) } else { None }
            }
        }
    }

    /// The bytes of an object of this size.
    ///
    /// # Errors
    ///
    /// `InvalidRange` with `Content-Range: bytes */size` where it holds none of them.
    pub fn resolve(self, size: u64) -> Result<ByteRange, S3Error> {
        let (offset, end) = match self {
            Self::FromTo(first, last) => (first, last.saturating_add(1).min(size)),
            Self::From(first) => (first, size),
            Self::Last(count) => (size - count.min(size), size),
        };
        if offset < end {
            Ok(ByteRange { offset, len: end - offset })
        } else {
            Err(unsatisfiable(self.to_string(), size))
        }
    }
}

impl std::fmt::Display for RequestRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::FromTo(first, last) => write!(f, "bytes={first}-{last}"),
            Self::From(first) => write!(f, "bytes={first}-"),
            Self::Last(count) => write!(f, "bytes=-{count}"),
        }
    }
}

/// Digits of any length: what is larger than any object is simply behind its end.
pub(super) fn number(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    use super::{ByteRange, RequestRange};
    use crate::error::S3ErrorCode;

    #[test]
    fn one_range_is_read() {
        for (text, range) in [
            ("bytes=0-4", RequestRange::FromTo(0, 4)),
            ("Bytes = 5 - 5 ", RequestRange::FromTo(5, 5)),
            ("bytes=3-", RequestRange::From(3)),
            ("bytes=-7", RequestRange::Last(7)),
            ("bytes=-0", RequestRange::Last(0)),
            ("bytes=0-99999999999999999999999", RequestRange::FromTo(0, u64::MAX)),
        ] {
            assert_eq!(RequestRange::parse(text), Some(range), "{text}");
        }
    }

    #[test]
    fn several_or_malformed_ranges_count_as_none() {
        let many = format!("bytes={}", "0-0,".repeat(10_000));
        for text in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=4-3",
            "items=0-1",
            "bytes=0-1,3-4",
            "bytes=0--1",
            "bytes=+1-2",
            &many,
        ] {
            assert_eq!(RequestRange::parse(text), None, "{text:.40}");
        }
    }

    #[test]
    fn ranges_resolve_against_the_size() {
        for (range, size, expected) in [
            (RequestRange::FromTo(0, 4), 10, Some((0, 5))),
            (RequestRange::FromTo(8, 100), 10, Some((8, 2))),
            (RequestRange::FromTo(0, u64::MAX), 10, Some((0, 10))),
            (RequestRange::From(9), 10, Some((9, 1))),
            (RequestRange::Last(3), 10, Some((7, 3))),
            (RequestRange::Last(30), 10, Some((0, 10))),
            (RequestRange::From(10), 10, None),
            (RequestRange::FromTo(10, 12), 10, None),
            (RequestRange::Last(0), 10, None),
            (RequestRange::From(0), 0, None),
            (RequestRange::Last(1), 0, None),
        ] {
            match (range.resolve(size), expected) {
                (Ok(bytes), Some((offset, len))) => assert_eq!(bytes, ByteRange { offset, len }, "{range}"),
                (Err(error), None) => {
                    assert_eq!(error.code, S3ErrorCode::InvalidRange, "{range}");
                    assert_eq!(error.headers().first().expect("header").1, format!("bytes */{size}"));
                }
                (got, _) => panic!("{range} of {size}: {got:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn what_resolves_lies_inside(text in "bytes=[0-9]{0,20}-[0-9]{0,20}", size in any::<u64>()) {
            if let Some(Ok(bytes)) = RequestRange::parse(&text).map(|range| range.resolve(size)) {
                prop_assert!(bytes.len >= 1);
                prop_assert!(bytes.offset.checked_add(bytes.len).is_some_and(|end| end <= size));
            }
        }
    }
}
