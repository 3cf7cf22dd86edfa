//! The bytes of a PUT: made once, hashed once, sent many times.

use bytes::Bytes;
use clap::ValueEnum;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::limits::CHUNK_BYTES;
use crate::pieces::Pieces;
use crate::random::Random;
use crate::signature::{EMPTY_SHA256, Signer};
use crate::size::ByteSize;

/// How the body of a PUT is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
pub enum PayloadMode {
    /// `UNSIGNED-PAYLOAD`.
    Unsigned,
    /// One SHA-256 of the whole body in the head.
    Signed,
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`: a chain of signed chunks of 64 KiB, what most clients send without TLS.
    Chunked,
}

/// A body with the hashes that its mode needs.
#[derive(Debug, Clone)]
pub struct Payload {
    bytes: Bytes,
    mode: PayloadMode,
    sha256: String,
    chunk_sha256: Vec<String>,
}

impl Payload {
    /// `size` bytes that do not compress.
    pub fn new(size: ByteSize, mode: PayloadMode) -> Self {
        let len = usize::try_from(size.0).expect("sizes that a machine can hold fit its word");
        let bytes = Bytes::from(Random::new(size.0).bytes(len));
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let chunk_sha256 = bytes.chunks(CHUNK_BYTES).map(|chunk| hex::encode(Sha256::digest(chunk))).collect();
        Self { bytes, mode, sha256, chunk_sha256 }
    }

    /// Bytes of the object.
    pub fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Whether the object is empty.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What stands for the body in a signature.
    pub(crate) fn claim(&self) -> &str {
        match self.mode {
            PayloadMode::Unsigned => "UNSIGNED-PAYLOAD",
            PayloadMode::Signed => &self.sha256,
            PayloadMode::Chunked => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        }
    }

    /// The object's length, where the wire shows another.
    pub(crate) fn decoded_length(&self) -> Option<u64> {
        (self.mode == PayloadMode::Chunked).then(|| self.len())
    }

    /// Bytes of the body on the wire.
    pub(crate) fn wire_length(&self) -> u64 {
        if self.mode != PayloadMode::Chunked {
            return self.len();
        }
        let framed = |len: usize| format!("{len:x}").len() + CHUNK_FRAME_BYTES + len;
        let chunks: usize = self.bytes.chunks(CHUNK_BYTES).map(|chunk| framed(chunk.len())).sum();
        (chunks + framed(0)) as u64
    }

    /// Adds the body to what is sent; `seed` is the signature of the head.
    pub(crate) fn push_to(&self, request: &mut Pieces, signer: &Signer, seed: String) {
        if self.mode != PayloadMode::Chunked {
            request.push(self.bytes.clone());
            return;
        }
        let mut previous = seed;
        for (number, sha256) in self.chunk_sha256.iter().enumerate() {
            let start = number * CHUNK_BYTES;
            let end = self.bytes.len().min(start + CHUNK_BYTES);
            previous = signer.sign_chunk(&previous, sha256);
            request.push(frame(end - start, &previous));
            request.push(self.bytes.slice(start..end));
            request.push(Bytes::from_static(b"\r\n"));
        }
        let last = signer.sign_chunk(&previous, EMPTY_SHA256);
        request.push(frame(0, &last));
        request.push(Bytes::from_static(b"\r\n"));
    }
}

/// What surrounds a chunk beside the digits of its length: `;chunk-signature=`, 64 digits, two line ends.
const CHUNK_FRAME_BYTES: usize = ";chunk-signature=".len() + 64 + 2 + 2;

fn frame(len: usize, signature: &str) -> Bytes {
    Bytes::from(format!("{len:x};chunk-signature={signature}\r\n"))
}

#[cfg(test)]
mod tests {
    use bytes::Buf;
    use cairn_s3::auth::SecretKey;

    use super::*;
    use crate::target::Target;

    fn signer() -> Signer {
        Signer::new(&Target {
            endpoint: "http://localhost:1".parse().unwrap(),
            bucket: "b".to_owned(),
            region: "us-east-1".to_owned(),
            access_key: "a".to_owned(),
            secret_key: SecretKey::new("s".to_owned()),
        })
    }

    #[test]
    fn the_length_on_the_wire_is_what_is_sent() {
        for mode in [PayloadMode::Unsigned, PayloadMode::Signed, PayloadMode::Chunked] {
            for size in [0, 1, 4_096, 65_536, 65_537, 1 << 20] {
                let payload = Payload::new(ByteSize(size), mode);
                let mut pieces = Pieces::default();
                payload.push_to(&mut pieces, &signer(), "0".repeat(64));
                assert_eq!(pieces.remaining() as u64, payload.wire_length(), "{mode:?} {size}");
            }
        }
    }
}
