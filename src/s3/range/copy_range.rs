//! `x-amz-copy-source-range`.

use super::ByteRange;
use super::byte_range::unsatisfiable;
use super::request_range::number;
use crate::error::S3Error;

/// The bytes of a source that a part is copied from: both ends given, `first <= last`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CopyRange {
    first: u64,
    last: u64,
}

impl CopyRange {
    /// Reads `bytes=a-b`, the only form.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for any other text.
    pub fn parse(text: &str) -> Result<Self, S3Error> {
        let ends = text.strip_prefix("bytes=").and_then(|spec| spec.split_once('-'));
        let ends = ends.and_then(|(first, last)| Some((number(first)?, number(last)?)));
        match ends {
            Some((first, last)) if first <= last => Ok(Self { first, last }),
            _ => Err(S3Error::invalid_argument(
                "x-amz-copy-source-range",
                text,
                "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
                 zero-based offsets of the first and last bytes to copy",
            )),
        }
    }

    /// The bytes of a source of this size. Unlike a read, a copy is never cut short.
    ///
    /// # Errors
    ///
    /// `InvalidRange` if it reaches past the end.
    pub fn resolve(self, size: u64) -> Result<ByteRange, S3Error> {
        if self.last >= size {
            return Err(unsatisfiable(format!("bytes={}-{}", self.first, self.last), size));
        }
        Ok(ByteRange { offset: self.first, len: self.last - self.first + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::{ByteRange, CopyRange};
    use crate::error::S3ErrorCode;

    #[test]
    fn only_one_form_is_read() {
        assert_eq!(CopyRange::parse("bytes=2-4").expect("good").resolve(5), Ok(ByteRange { offset: 2, len: 3 }));
        for text in ["", "2-4", "bytes=2-", "bytes=-4", "bytes=4-2", "bytes=a-b", "bytes=0-1,3-4", "bytes 0-1"] {
            assert_eq!(CopyRange::parse(text).expect_err(text).code, S3ErrorCode::InvalidArgument, "{text}");
        }
    }

    #[test]
    fn past_the_end_is_an_invalid_range() {
        for text in ["bytes=2-5", "bytes=5-5", "bytes=0-99999999999999999999"] {
            let range = CopyRange::parse(text).expect(text);
            assert_eq!(range.resolve(5).expect_err(text).code, S3ErrorCode::InvalidRange);
        }
    }
}
