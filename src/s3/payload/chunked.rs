//! The framing of `aws-chunked` bodies.

use bytes::{Buf, Bytes};
use sha2::{Digest, Sha256};

use super::chunk_header::{ChunkHeader, ChunkHeaderLine, malformed};
use super::tally::Tally;
use super::trailers::TrailerText;
use crate::auth::{ChunkChain, equal_in_constant_time};
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::CHUNK_BYTES_MIN;

/// Decoder of chunks.
///
/// ```text
/// Header ──size > 0──▶ Data ──last byte──▶ DataEnd ──CRLF──▶ Header
///    └────size = 0──▶ Trailers                  (with trailers: to the end of the body)
///    └────size = 0──▶ End ──CRLF──▶ End whole   (without)
/// ```
pub(super) struct ChunkedDecoder {
    chain: Option<ChunkChain>,
    has_trailer: bool,
    /// The declared length of all chunks together.
    len: u64,
    /// Size of the chunk before this one; `None` before the first.
    previous_size: Option<u64>,
    state: State,
}

enum State {
    Header(ChunkHeaderLine),
    Data(Chunk),
    DataEnd(CrLf),
    End(CrLf),
    Trailers(TrailerText),
}

struct Chunk {
    left: u64,
    signature: String,
    /// Only where it is signed.
    hasher: Option<Sha256>,
}

/// How much of a line end was seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CrLf {
    Nothing,
    Cr,
    Whole,
}

/// How a chunked body ended.
pub(super) struct ChunkedEnd {
    pub(super) chain: Option<ChunkChain>,
    /// Where there are trailers.
    pub(super) trailers: Option<TrailerText>,
}

impl ChunkedDecoder {
    pub(super) fn new(chain: Option<ChunkChain>, has_trailer: bool, len: u64) -> Self {
        Self { chain, has_trailer, len, previous_size: None, state: State::Header(ChunkHeaderLine::default()) }
    }

    /// Decodes what `input` holds. Payload is split off, not copied.
    pub(super) fn push(&mut self, mut input: Bytes, tally: &mut Tally, out: &mut Vec<Bytes>) -> Result<(), S3Error> {
        while !input.is_empty() {
            self.step(&mut input, tally, out)?;
        }
        Ok(())
    }

    /// Takes the end of the body.
    pub(super) fn finish(self, tally: &Tally) -> Result<ChunkedEnd, S3Error> {
        let trailers = match self.state {
            State::End(CrLf::Whole) => None,
            State::Trailers(text) => Some(text),
            State::Header(_) | State::Data(_) | State::DataEnd(_) | State::End(_) => return Err(incomplete()),
        };
        if tally.len != self.len {
            return Err(incomplete());
        }
        Ok(ChunkedEnd { chain: self.chain, trailers })
    }

    fn step(&mut self, input: &mut Bytes, tally: &mut Tally, out: &mut Vec<Bytes>) -> Result<(), S3Error> {
        match &mut self.state {
            State::Header(line) => {
                let (taken, header) = line.push(input)?;
                input.advance(taken);
                header.map_or(Ok(()), |header| self.begin(header, tally))
            }
            State::Data(chunk) => {
                let wanted = usize::try_from(chunk.left).unwrap_or(usize::MAX);
                let data = input.split_to(input.len().min(wanted));
                chunk.take(&data);
                let finished = chunk.left == 0;
                emit(data, self.len, tally, out);
                if finished { self.end_chunk(tally) } else { Ok(()) }
            }
            State::DataEnd(seen) => {
                let missing = || malformed("A chunk does not end with CRLF");
                *seen = seen.next(input.get_u8()).ok_or_else(missing)?;
                if *seen == CrLf::Whole {
                    self.state = State::Header(ChunkHeaderLine::default());
                }
                Ok(())
            }
            State::End(seen) => {
                // Something else than the end can only be a trailer that was not announced.
                let trailer = || S3Error::new(S3ErrorCode::MalformedTrailerError);
                *seen = seen.next(input.get_u8()).ok_or_else(trailer)?;
                Ok(())
            }
            State::Trailers(text) => text.push(&input.split_off(0)),
        }
    }

    /// A header is whole: its chunk begins.
    fn begin(&mut self, header: ChunkHeader, tally: &Tally) -> Result<(), S3Error> {
        let follows_small_one = self.previous_size.is_some_and(|size| size < CHUNK_BYTES_MIN);
        if header.size > 0 && follows_small_one {
            return Err(S3Error::new(S3ErrorCode::InvalidChunkSizeError));
        }
        // A signed chunk is judged by its signature first: one that was replayed is a forgery, not a wrong length.
        if self.chain.is_none() && header.size > self.len.saturating_sub(tally.len) {
            return Err(incomplete());
        }
        self.previous_size = Some(header.size);
        let hasher = self.chain.as_ref().map(|_| Sha256::new());
        self.state = State::Data(Chunk { left: header.size, signature: header.signature, hasher });
        if header.size == 0 { self.end_chunk(tally) } else { Ok(()) }
    }

    /// A chunk's last byte is there: its signature is checked.
    fn end_chunk(&mut self, tally: &Tally) -> Result<(), S3Error> {
        let next = match self.previous_size {
            Some(0) if self.has_trailer => State::Trailers(TrailerText::default()),
            Some(0) => State::End(CrLf::Nothing),
            _ => State::DataEnd(CrLf::Nothing),
        };
        if let State::Data(chunk) = std::mem::replace(&mut self.state, next) {
            chunk.verify(self.chain.as_mut())?;
        }
        if tally.len > self.len { Err(incomplete()) } else { Ok(()) }
    }
}

impl Chunk {
    fn take(&mut self, data: &[u8]) {
        self.left -= data.len() as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(data);
        }
    }

    fn verify(self, chain: Option<&mut ChunkChain>) -> Result<(), S3Error> {
        let (Some(chain), Some(hasher)) = (chain, self.hasher) else { return Ok(()) };
        let expected = chain.sign_chunk(&hasher.finalize().into());
        if equal_in_constant_time(expected.as_bytes(), self.signature.as_bytes()) {
            return Ok(());
        }
        Err(S3Error::new(S3ErrorCode::SignatureDoesNotMatch))
    }
}

impl CrLf {
    fn next(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::Nothing, b'\r') => Some(Self::Cr),
            (Self::Cr, b'\n') => Some(Self::Whole),
            _ => None,
        }
    }
}

/// Counts the data and hands on what the declared length has room for: whoever reserved space by it is not surprised
/// before the chunk's signature decides.
fn emit(mut data: Bytes, len: u64, tally: &mut Tally, out: &mut Vec<Bytes>) {
    let room = len.saturating_sub(tally.len);
    tally.update(&data);
    data.truncate(usize::try_from(room).unwrap_or(usize::MAX));
    if !data.is_empty() {
        out.push(data);
    }
}

fn incomplete() -> S3Error {
    S3Error::new(S3ErrorCode::IncompleteBody)
}
