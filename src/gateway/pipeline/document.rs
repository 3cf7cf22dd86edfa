//! A document in a request's body.

use bytes::{Bytes, BytesMut};
use cairn_runtime::permits::BytePermit;
use cairn_s3::operation::document_too_large;
use cairn_s3::payload::{BodyProof, PayloadDecoder, PayloadPlan};
use cairn_s3::{S3Error, S3ErrorCode};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;

use crate::gateway::Gateway;
use crate::http1::RequestBody;

/// A document, and the memory that it takes.
pub(crate) struct Document {
    bytes: Bytes,
    _memory: Option<BytePermit>,
}

impl Document {
    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads a document whole.
///
/// # Errors
/// `MaxMessageLengthExceeded`; `SlowDown` where no memory is free; what is wrong with the body.
pub(super) async fn read_document(
    gateway: &Gateway,
    body: &mut RequestBody,
    headers: &HeaderMap,
    (proof, bytes_max): (Option<BodyProof>, usize),
) -> Result<Document, S3Error> {
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > bytes_max as u64) {
        return Err(document_too_large(bytes_max));
    }
    let memory = match declared {
        Some(0) => None,
        length => {
            let wanted = length.unwrap_or(bytes_max as u64);
            Some(gateway.documents().try_take(wanted).ok_or_else(|| S3Error::new(S3ErrorCode::SlowDown))?)
        }
    };
    let mut decoder = match proof {
        Some(proof) => Some(PayloadDecoder::new(PayloadPlan::new(proof, headers, None, None)?)),
        None => None,
    };
    let mut all = BytesMut::new();
    let mut pieces = Vec::new();
    while let Some(piece) = body.next().await {
        match &mut decoder {
            Some(decoder) => decoder.push(piece?, &mut pieces)?,
            None => pieces.push(piece?),
        }
        for piece in pieces.drain(..) {
            if all.len() + piece.len() > bytes_max {
                return Err(document_too_large(bytes_max));
            }
            all.extend_from_slice(&piece);
        }
    }
    if let Some(decoder) = decoder {
        decoder.finish()?;
    }
    Ok(Document { bytes: all.freeze(), _memory: memory })
}
