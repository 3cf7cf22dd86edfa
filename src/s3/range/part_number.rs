//! Numbers of parts.

use crate::error::{S3Error, S3ErrorCode};
use crate::limits::PART_NUMBER_MAX;

/// 1 to 10,000.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PartNumber(u16);

impl PartNumber {
    /// Takes a number.
    pub fn new(number: u16) -> Option<Self> {
        (1..=PART_NUMBER_MAX).contains(&number).then_some(Self(number))
    }

    /// Reads a parameter.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for anything but a number from 1 to 10,000.
    pub fn parse(text: &str) -> Result<Self, S3Error> {
        text.parse().ok().and_then(Self::new).ok_or_else(|| {
            let message = format!("Part number must be an integer between 1 and {PART_NUMBER_MAX}, inclusive");
            S3Error::invalid_argument("partNumber", text, message)
        })
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }

    /// The refusal of a read of a part that the object does not have.
    pub fn not_there(self, parts_count: u32) -> S3Error {
        S3Error::new(S3ErrorCode::InvalidPartNumber)
            .element("PartNumberRequested", self.0.to_string())
            .element("ActualPartCount", parts_count.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::PartNumber;
    use crate::error::S3ErrorCode;

    #[test]
    fn numbers_run_from_1_to_10000() {
        assert_eq!(PartNumber::parse("1").map(PartNumber::get), Ok(1));
        assert_eq!(PartNumber::parse("10000").map(PartNumber::get), Ok(10_000));
        for text in ["0", "10001", "", "one", "-1", "1.0", "99999999999", " 1"] {
            assert_eq!(PartNumber::parse(text).expect_err(text).code, S3ErrorCode::InvalidArgument);
        }
        assert_eq!(PartNumber::new(3).expect("good").not_there(2).code, S3ErrorCode::InvalidPartNumber);
    }
}
