//! What will prove a body, once its request is authenticated.

use super::PayloadMode;
use crate::auth::ChunkChain;

/// How a body is framed, and what proves it: a [`PayloadMode`] together with what it needs.
pub enum BodyProof {
    /// Plain, and nothing does.
    None,
    /// Plain, by the hash that the request's signature covers.
    Sha256([u8; 32]),
    /// Chunks, by a chain of signatures.
    SignedChunks(ChunkChain),
    /// Chunks and trailers, by a chain of signatures.
    SignedChunksWithTrailer(ChunkChain),
    /// Chunks and trailers, and nothing but the trailing checksum does.
    UnsignedChunksWithTrailer,
}

impl BodyProof {
    /// For a request without a key to sign chunks with; `None` if its chunks need one.
    pub(crate) fn without_key(mode: PayloadMode) -> Option<Self> {
        match mode {
            PayloadMode::Unsigned => Some(Self::None),
            PayloadMode::Signed(hash) => Some(Self::Sha256(hash)),
            PayloadMode::StreamingUnsignedTrailer => Some(Self::UnsignedChunksWithTrailer),
            PayloadMode::StreamingSigned | PayloadMode::StreamingSignedTrailer => None,
        }
    }

    /// For a request of version 4.
    pub(crate) fn with_chain(mode: PayloadMode, chain: ChunkChain) -> Self {
        match mode {
            PayloadMode::Unsigned => Self::None,
            PayloadMode::Signed(hash) => Self::Sha256(hash),
            PayloadMode::StreamingSigned => Self::SignedChunks(chain),
            PayloadMode::StreamingSignedTrailer => Self::SignedChunksWithTrailer(chain),
            PayloadMode::StreamingUnsignedTrailer => Self::UnsignedChunksWithTrailer,
        }
    }

    /// Whether the body is framed in chunks.
    pub fn is_chunked(&self) -> bool {
        match self {
            Self::None | Self::Sha256(_) => false,
            Self::SignedChunks(_) | Self::SignedChunksWithTrailer(_) | Self::UnsignedChunksWithTrailer => true,
        }
    }

    /// Whether trailers follow the chunks.
    pub fn has_trailer(&self) -> bool {
        match self {
            Self::None | Self::Sha256(_) | Self::SignedChunks(_) => false,
            Self::SignedChunksWithTrailer(_) | Self::UnsignedChunksWithTrailer => true,
        }
    }
}
