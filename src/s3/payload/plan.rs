//! What the head of a request says its body will be.

use http::HeaderMap;

use super::BodyProof;
use crate::checksum::{BodyChecksum, ChecksumAlgorithm};
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::PUT_BYTES_MAX;

/// Everything the decoder must know beforehand.
pub struct PayloadPlan {
    pub(super) proof: BodyProof,
    pub(super) len: Option<u64>,
    pub(super) checksum: ChecksumPlan,
}

/// What to compute over the body, and where the value to compare with comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ChecksumPlan {
    Nothing,
    /// To be stored; the client sent none.
    Compute(ChecksumAlgorithm),
    Sent(BodyChecksum),
}

impl PayloadPlan {
    /// Reads the declared length. `sent` is what the operation read of checksums and trailers; `unless_sent` is computed
    /// where the client brings none of its own.
    ///
    /// # Errors
    ///
    /// `MissingContentLength` for chunks without `x-amz-decoded-content-length`; `InvalidArgument` for a length that is
    /// no number; `EntityTooLarge`; `MalformedTrailerError` where the mode has trailers and none was announced, or the
    /// other way round.
    pub fn new(
        proof: BodyProof,
        headers: &HeaderMap,
        sent: Option<BodyChecksum>,
        unless_sent: Option<ChecksumAlgorithm>,
    ) -> Result<Self, S3Error> {
        let announced = matches!(sent, Some(BodyChecksum::Trailer(_)));
        if announced != proof.has_trailer() {
            return Err(S3Error::new(S3ErrorCode::MalformedTrailerError));
        }
        let checksum = match (sent, unless_sent) {
            (Some(sent), _) => ChecksumPlan::Sent(sent),
            (None, Some(algorithm)) => ChecksumPlan::Compute(algorithm),
            (None, None) => ChecksumPlan::Nothing,
        };
        let len = match proof.is_chunked() {
            true => Some(decoded_len(headers)?),
            false => declared_len(headers, "content-length")?,
        };
        Ok(Self { proof, len, checksum })
    }

    /// The length of the body without framing, where it is known beforehand.
    pub fn len(&self) -> Option<u64> {
        self.len
    }

    /// Whether the body is known to be empty.
    pub fn is_empty(&self) -> bool {
        self.len == Some(0)
    }

    /// The algorithm of the checksum that will be known at the end.
    pub fn checksum_algorithm(&self) -> Option<ChecksumAlgorithm> {
        match self.checksum {
            ChecksumPlan::Nothing => None,
            ChecksumPlan::Compute(algorithm) => Some(algorithm),
            ChecksumPlan::Sent(sent) => Some(sent.algorithm()),
        }
    }
}

fn decoded_len(headers: &HeaderMap) -> Result<u64, S3Error> {
    declared_len(headers, "x-amz-decoded-content-length")?
        .ok_or_else(|| S3Error::new(S3ErrorCode::MissingContentLength))
}

fn declared_len(headers: &HeaderMap, name: &'static str) -> Result<Option<u64>, S3Error> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || values.next().is_some() {
        return Err(S3Error::invalid_argument(name, text, format!("Invalid value for {name}")));
    }
    // Digits that do not fit a number are too many bytes as well.
    let len = text.parse().unwrap_or(u64::MAX);
    if len > PUT_BYTES_MAX { Err(too_large(len)) } else { Ok(Some(len)) }
}

pub(super) fn too_large(len: u64) -> S3Error {
    S3Error::new(S3ErrorCode::EntityTooLarge)
        .element("ProposedSize", len.to_string())
        .element("MaxSizeAllowed", PUT_BYTES_MAX.to_string())
}
