//! The decoder of a body.

use bytes::Bytes;

use super::chunked::{ChunkedDecoder, ChunkedEnd};
use super::plan::{ChecksumPlan, too_large};
use super::tally::Tally;
use super::{BodyProof, PayloadPlan};
use crate::auth::equal_in_constant_time;
use crate::checksum::{BodyChecksum, ChecksumValue};
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::PUT_BYTES_MAX;

/// Takes a body as it arrives and gives its payload.
///
/// # Invariants
///
/// What was handed out is proved only by [`PayloadDecoder::finish`]. After an error every further call gives that error.
/// No more is handed out than the declared length.
pub struct PayloadDecoder {
    framing: Framing,
    tally: Tally,
    checksum: ChecksumPlan,
    failed: Option<S3Error>,
}

enum Framing {
    Plain { sha256: Option<[u8; 32]>, len: Option<u64> },
    Chunked(Box<ChunkedDecoder>),
}

/// What is known of a body that proved right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PayloadSummary {
    /// Its length without framing.
    pub len: u64,
    /// The checksum to store: the client's, now verified, or the one that was asked for in its stead.
    pub checksum: Option<ChecksumValue>,
}

impl PayloadDecoder {
    /// Starts on a body.
    pub fn new(plan: PayloadPlan) -> Self {
        let whole_sha256 = matches!(plan.proof, BodyProof::Sha256(_));
        // A chunked body always declares its length: the plan refuses it otherwise.
        let chunk_len = plan.len.unwrap_or_default();
        let framing = match plan.proof {
            BodyProof::None => Framing::Plain { sha256: None, len: plan.len },
            BodyProof::Sha256(hash) => Framing::Plain { sha256: Some(hash), len: plan.len },
            BodyProof::SignedChunks(chain) => Framing::chunked(Some(chain), false, chunk_len),
            BodyProof::SignedChunksWithTrailer(chain) => Framing::chunked(Some(chain), true, chunk_len),
            BodyProof::UnsignedChunksWithTrailer => Framing::chunked(None, true, chunk_len),
        };
        Self { framing, tally: Tally::new(whole_sha256, plan.checksum), checksum: plan.checksum, failed: None }
    }

    /// Takes the next bytes of the body and appends the payload in them to `out`, without copying it.
    ///
    /// # Errors
    ///
    /// `SignatureDoesNotMatch` for a chunk; `InvalidRequest` for broken framing; `InvalidChunkSizeError`;
    /// `IncompleteBody` for more bytes than declared; `MalformedTrailerError`; `EntityTooLarge`.
    pub fn push(&mut self, input: Bytes, out: &mut Vec<Bytes>) -> Result<(), S3Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let pushed = match &mut self.framing {
            Framing::Plain { len, .. } => push_plain(input, *len, &mut self.tally, out),
            Framing::Chunked(decoder) => decoder.push(input, &mut self.tally, out),
        };
        pushed.inspect_err(|error| self.failed = Some(error.clone()))
    }

    /// Bytes of payload so far.
    pub fn decoded_bytes(&self) -> u64 {
        self.tally.len
    }

    /// Takes the end of the body and says whether it proved right.
    ///
    /// # Errors
    ///
    /// `IncompleteBody` for a cut body or another length than declared; `XAmzContentSHA256Mismatch`; for trailers
    /// `MalformedTrailerError`, `SignatureDoesNotMatch` and `InvalidRequest`; `BadDigest` for the checksum.
    pub fn finish(self) -> Result<PayloadSummary, S3Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let len = self.tally.len;
        match self.framing {
            Framing::Plain { sha256, len: declared } => {
                if declared.is_some_and(|declared| declared != len) {
                    return Err(S3Error::new(S3ErrorCode::IncompleteBody));
                }
                finish_plain(self.tally, self.checksum, sha256)
            }
            Framing::Chunked(decoder) => {
                let end = decoder.finish(&self.tally)?;
                finish_chunked(self.tally, self.checksum, end)
            }
        }
    }
}

impl Framing {
    fn chunked(chain: Option<crate::auth::ChunkChain>, has_trailer: bool, len: u64) -> Self {
        Self::Chunked(Box::new(ChunkedDecoder::new(chain, has_trailer, len)))
    }
}

fn push_plain(input: Bytes, len: Option<u64>, tally: &mut Tally, out: &mut Vec<Bytes>) -> Result<(), S3Error> {
    let total = tally.len.saturating_add(input.len() as u64);
    if len.is_some_and(|len| total > len) {
        return Err(S3Error::new(S3ErrorCode::IncompleteBody));
    }
    if total > PUT_BYTES_MAX {
        return Err(too_large(total));
    }
    tally.update(&input);
    if !input.is_empty() {
        out.push(input);
    }
    Ok(())
}

fn finish_plain(tally: Tally, plan: ChecksumPlan, proof: Option<[u8; 32]>) -> Result<PayloadSummary, S3Error> {
    let len = tally.len;
    let tallied = tally.finish();
    if let (Some(claimed), Some(computed)) = (proof, tallied.sha256)
        && !equal_in_constant_time(&claimed, &computed)
    {
        return Err(S3Error::new(S3ErrorCode::XAmzContentSHA256Mismatch)
            .element("ClientComputedContentSHA256", hex::encode(claimed))
            .element("S3ComputedContentSHA256", hex::encode(computed)));
    }
    if let (ChecksumPlan::Sent(BodyChecksum::Header(sent)), Some(computed)) = (plan, &tallied.checksum) {
        computed.expect(&sent)?;
    }
    Ok(PayloadSummary { len, checksum: tallied.checksum })
}

fn finish_chunked(tally: Tally, plan: ChecksumPlan, mut end: ChunkedEnd) -> Result<PayloadSummary, S3Error> {
    let len = tally.len;
    let computed = tally.finish().checksum;
    let sent = match (plan, end.trailers) {
        (ChecksumPlan::Sent(BodyChecksum::Header(sent)), None) => Some(sent),
        (ChecksumPlan::Sent(BodyChecksum::Trailer(algorithm)), Some(trailers)) => {
            Some(trailers.finish(algorithm, end.chain.as_mut())?)
        }
        (ChecksumPlan::Nothing | ChecksumPlan::Compute(_), None) => None,
        // The plan lets trailers and mode go together only; nothing else may pass unproved.
        (_, _) => return Err(S3Error::new(S3ErrorCode::MalformedTrailerError)),
    };
    if let (Some(sent), Some(computed)) = (sent, &computed) {
        computed.expect(&sent)?;
    }
    Ok(PayloadSummary { len, checksum: computed })
}
