//! A checksum's value.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ChecksumAlgorithm;
use crate::error::{S3Error, S3ErrorCode};

/// Longest value of any algorithm.
const VALUE_BYTES_MAX: usize = 64;

/// The value of one algorithm over some bytes. Has exactly the algorithm's length.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChecksumValue {
    algorithm: ChecksumAlgorithm,
    /// Zero behind the algorithm's length, so that equality of the whole array is equality of values.
    bytes: [u8; VALUE_BYTES_MAX],
}

impl ChecksumValue {
    /// Takes raw bytes; `None` unless they have the algorithm's length.
    pub fn from_bytes(algorithm: ChecksumAlgorithm, raw: &[u8]) -> Option<Self> {
        if raw.len() != algorithm.value_bytes() {
            return None;
        }
        let mut bytes = [0; VALUE_BYTES_MAX];
        bytes.iter_mut().zip(raw).for_each(|(to, from)| *to = *from);
        Some(Self { algorithm, bytes })
    }

    /// Reads base64; `None` unless it is canonical and of the algorithm's length.
    pub fn from_base64(algorithm: ChecksumAlgorithm, text: &str) -> Option<Self> {
        // One byte more than any value, so that a longer text is an error and never a cut value.
        let mut raw = [0; VALUE_BYTES_MAX + 1];
        let len = STANDARD.decode_slice(text, &mut raw).ok()?;
        Self::from_bytes(algorithm, raw.get(..len)?)
    }

    /// Reads the value of the header that carries this algorithm.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` in AWS's words.
    pub fn parse_header(algorithm: ChecksumAlgorithm, text: &[u8]) -> Result<Self, S3Error> {
        let text = std::str::from_utf8(text).ok();
        text.and_then(|text| Self::from_base64(algorithm, text.trim())).ok_or_else(|| {
            let name = algorithm.header_name();
            S3Error::with_message(S3ErrorCode::InvalidRequest, format!("Value for {name} header is invalid."))
        })
    }

    /// The algorithm.
    pub fn algorithm(&self) -> ChecksumAlgorithm {
        self.algorithm
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.algorithm.value_bytes()).unwrap_or_default()
    }

    /// The value as headers and XML show it.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.as_bytes())
    }

    /// Compares a value that a client sent with the computed one.
    ///
    /// # Errors
    ///
    /// `BadDigest` in AWS's words.
    pub fn expect(&self, sent: &Self) -> Result<(), S3Error> {
        if self == sent {
            return Ok(());
        }
        let words = format!("The {} you specified did not match the calculated checksum.", self.algorithm);
        Err(S3Error::with_message(S3ErrorCode::BadDigest, words))
    }

    /// The value of a CRC as a number, whatever its width.
    pub(super) fn as_number(&self) -> u64 {
        self.as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Inverse of [`ChecksumValue::as_number`] for a CRC.
    pub(super) fn from_number(algorithm: ChecksumAlgorithm, number: u64) -> Self {
        let all = number.to_be_bytes();
        let skipped = all.len().saturating_sub(algorithm.value_bytes());
        let raw = all.get(skipped..).unwrap_or_default();
        Self::from_bytes(algorithm, raw).expect("a CRC has at most 8 bytes")
    }
}

impl fmt::Debug for ChecksumValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm, self.to_base64())
    }
}

#[cfg(test)]
mod tests {
    use super::ChecksumValue;
    use crate::checksum::ChecksumAlgorithm;
    use crate::error::S3ErrorCode;

    #[test]
    fn a_value_survives_base64() {
        for algorithm in ChecksumAlgorithm::ALL {
            let raw: Vec<u8> = (1..).take(algorithm.value_bytes()).collect();
            let value = ChecksumValue::from_bytes(algorithm, &raw).expect("right length");
            assert_eq!(ChecksumValue::from_base64(algorithm, &value.to_base64()), Some(value));
            assert_eq!(value.as_bytes(), raw);
        }
    }

    #[test]
    fn values_of_another_length_or_alphabet_are_refused() {
        let crc = ChecksumAlgorithm::Crc32;
        for bad in ["", "AAAA", "AAAAAAA=", "AAAAA", "AAAAAA==x", "!!!!AA==", "AAAAAA=", &"A".repeat(4_096)] {
            let error = ChecksumValue::parse_header(crc, bad.as_bytes()).expect_err(bad);
            assert_eq!(error.code, S3ErrorCode::InvalidRequest, "{bad}");
            assert_eq!(error.message, "Value for x-amz-checksum-crc32 header is invalid.");
        }
        assert!(ChecksumValue::parse_header(crc, b"AAAAAA==").is_ok());
        assert!(ChecksumValue::parse_header(crc, &[0xff, 0xfe]).is_err());
    }

    #[test]
    fn a_different_value_is_a_bad_digest() {
        let value = ChecksumValue::from_number(ChecksumAlgorithm::Crc32c, 7);
        assert_eq!(value.as_number(), 7);
        assert_eq!(value.expect(&value), Ok(()));
        let other = ChecksumValue::from_number(ChecksumAlgorithm::Crc32c, 8);
        assert_eq!(value.expect(&other).expect_err("differs").code, S3ErrorCode::BadDigest);
    }
}
