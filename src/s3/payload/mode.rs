//! What `x-amz-content-sha256` says.

use http::HeaderMap;

use crate::error::S3Error;

const HEADER: &str = "x-amz-content-sha256";

/// How a request says its body is proved and framed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PayloadMode {
    /// By this hash of the whole.
    Signed([u8; 32]),
    /// Not at all.
    Unsigned,
    /// In chunks with a signature each.
    StreamingSigned,
    /// In chunks with a signature each, and trailers with one of their own.
    StreamingSignedTrailer,
    /// In chunks without signatures, with trailers.
    StreamingUnsignedTrailer,
}

impl PayloadMode {
    /// Reads the header's value.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for what is neither a hash nor a known literal.
    pub fn parse(text: &str) -> Result<Self, S3Error> {
        match text {
            "UNSIGNED-PAYLOAD" => Ok(Self::Unsigned),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Ok(Self::StreamingSigned),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Ok(Self::StreamingSignedTrailer),
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Ok(Self::StreamingUnsignedTrailer),
            hash => Self::parse_hash(hash).ok_or_else(|| invalid(hash)),
        }
    }

    /// Reads the header, if there is one.
    ///
    /// # Errors
    ///
    /// As [`PayloadMode::parse`], and for a repeated header.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, S3Error> {
        let mut values = headers.get_all(HEADER).iter();
        if values.next().is_none() {
            return Ok(None);
        }
        match values.next() {
            None => Self::parse(Self::header_text(headers)).map(Some),
            Some(_) => Err(invalid("repeated")),
        }
    }

    /// The header's value as received, trimmed as signatures trim it; empty where it is no text.
    pub(crate) fn header_text(headers: &HeaderMap) -> &str {
        headers.get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
    }

    /// The header's value.
    pub fn to_text(self) -> String {
        match self {
            Self::Signed(hash) => hex::encode(hash),
            Self::Unsigned => "UNSIGNED-PAYLOAD".to_owned(),
            Self::StreamingSigned => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD".to_owned(),
            Self::StreamingSignedTrailer => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER".to_owned(),
            Self::StreamingUnsignedTrailer => "STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned(),
        }
    }

    /// Whether the body is framed in chunks: its length is then in `x-amz-decoded-content-length`, and `aws-chunked` is
    /// no part of the stored `Content-Encoding`.
    pub fn is_chunked(self) -> bool {
        match self {
            Self::Signed(_) | Self::Unsigned => false,
            Self::StreamingSigned | Self::StreamingSignedTrailer | Self::StreamingUnsignedTrailer => true,
        }
    }

    fn parse_hash(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).ok()?;
        Some(Self::Signed(hash))
    }
}

fn invalid(value: &str) -> S3Error {
    S3Error::invalid_argument(
        HEADER,
        value,
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
         STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
    )
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::PayloadMode;
    use crate::error::S3ErrorCode;

    #[test]
    fn every_mode_survives_its_text() {
        for mode in [
            PayloadMode::Signed([7; 32]),
            PayloadMode::Unsigned,
            PayloadMode::StreamingSigned,
            PayloadMode::StreamingSignedTrailer,
            PayloadMode::StreamingUnsignedTrailer,
        ] {
            assert_eq!(PayloadMode::parse(&mode.to_text()), Ok(mode));
        }
    }

    #[test]
    fn unknown_literals_short_hashes_and_repeats_are_invalid() {
        for bad in ["", "unsigned-payload", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "abcd", &"g".repeat(64)] {
            assert_eq!(PayloadMode::parse(bad).expect_err(bad).code, S3ErrorCode::InvalidArgument, "{bad}");
        }
        let mut headers = HeaderMap::new();
        headers.append("x-amz-content-sha256", HeaderValue::from_static("UNSIGNED-PAYLOAD"));
        assert_eq!(PayloadMode::from_headers(&headers), Ok(Some(PayloadMode::Unsigned)));
        headers.append("x-amz-content-sha256", HeaderValue::from_static("UNSIGNED-PAYLOAD"));
        assert_eq!(PayloadMode::from_headers(&headers).expect_err("two").code, S3ErrorCode::InvalidArgument);
    }
}
