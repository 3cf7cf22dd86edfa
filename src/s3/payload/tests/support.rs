//! Bodies made by our own client side.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::auth::sign::{ChunkFramer, Signer, UnsignedRequest};
use crate::auth::{ChunkChain, SecretKey};
use crate::checksum::{BodyChecksum, ChecksumAlgorithm, ChecksumHasher};
use crate::error::{S3Error, S3ErrorCode};
use crate::payload::{BodyProof, PayloadDecoder, PayloadMode, PayloadPlan, PayloadSummary};

pub(super) const CHECKSUM: ChecksumAlgorithm = ChecksumAlgorithm::Crc32c;

/// A chain as a signed request starts it; every call gives the same one.
pub(super) fn chain() -> ChunkChain {
    let signer = Signer::new("AK".to_owned(), SecretKey::new("secret".to_owned()), "us-east-1".to_owned());
    let mut headers = headers(&[("host", "h")]);
    let request = UnsignedRequest { method: &Method::PUT, path: "/b/k", query: None };
    let now = cairn_types::UnixMillis(1_369_353_600_000);
    signer.sign_headers(request, &mut headers, PayloadMode::StreamingSigned, now).expect("signable")
}

pub(super) fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header value"));
    }
    headers
}

/// What a head says of its body, read as an operation reads it.
pub(super) fn plan_of(
    proof: BodyProof,
    headers: &HeaderMap,
    unless_sent: Option<ChecksumAlgorithm>,
) -> Result<PayloadPlan, S3Error> {
    PayloadPlan::new(proof, headers, BodyChecksum::from_headers(headers)?, unless_sent)
}

/// The three ways of chunks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    Signed,
    SignedTrailer,
    UnsignedTrailer,
}

pub(super) const WAYS: [Way; 3] = [Way::Signed, Way::SignedTrailer, Way::UnsignedTrailer];

impl Way {
    pub(super) fn has_trailer(self) -> bool {
        self != Self::Signed
    }

    pub(super) fn is_signed(self) -> bool {
        self != Self::UnsignedTrailer
    }

    fn proof(self) -> BodyProof {
        match self {
            Self::Signed => BodyProof::SignedChunks(chain()),
            Self::SignedTrailer => BodyProof::SignedChunksWithTrailer(chain()),
            Self::UnsignedTrailer => BodyProof::UnsignedChunksWithTrailer,
        }
    }

    /// The decoder of a body of `len` bytes.
    pub(super) fn decoder(self, len: usize) -> PayloadDecoder {
        let len = len.to_string();
        let mut pairs = vec![("x-amz-decoded-content-length", len.as_str())];
        if self.has_trailer() {
            pairs.push(("x-amz-trailer", CHECKSUM.header_name()));
        }
        let plan = plan_of(self.proof(), &headers(&pairs), Some(CHECKSUM)).expect("a good head");
        PayloadDecoder::new(plan)
    }

    /// The pieces of a framed body: one a chunk, and the end.
    pub(super) fn frame(self, chunks: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let value = ChecksumHasher::of(CHECKSUM, &chunks.concat()).to_base64();
        let mut framer = ChunkFramer::new(self.is_signed().then(chain));
        let mut pieces: Vec<Vec<u8>> =
            chunks.iter().map(|chunk| framer.chunk(Bytes::from(chunk.clone())).concat()).collect();
        let trailer = self.has_trailer().then_some((CHECKSUM.header_name(), value.as_str()));
        pieces.push(framer.finish(trailer).to_vec());
        pieces
    }

    /// Decodes a framed body.
    pub(super) fn decode(self, len: usize, framed: &[u8]) -> Result<(Vec<u8>, PayloadSummary), S3Error> {
        decode(self.decoder(len), [framed])
    }

    pub(super) fn code(self, len: usize, framed: &[u8]) -> S3ErrorCode {
        self.decode(len, framed).expect_err("a broken body was taken").code
    }
}

/// Pushes the pieces and takes the end.
pub(super) fn decode<'a>(
    mut decoder: PayloadDecoder,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Result<(Vec<u8>, PayloadSummary), S3Error> {
    let mut out = Vec::new();
    for piece in pieces {
        decoder.push(Bytes::copy_from_slice(piece), &mut out)?;
    }
    let summary = decoder.finish()?;
    Ok((out.concat(), summary))
}

/// Two chunks of which the first is of the least size a chunk before another may have.
pub(super) fn two_chunks() -> [Vec<u8>; 2] {
    [vec![b'a'; 8_192], vec![b'b'; 100]]
}
