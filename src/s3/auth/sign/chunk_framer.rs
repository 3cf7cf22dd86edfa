//! Framing of bodies that are sent in chunks.

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::auth::ChunkChain;

/// Puts a body into chunks, signed or not.
pub struct ChunkFramer {
    chain: Option<ChunkChain>,
}

/// `;chunk-signature=` and 64 digits.
const SIGNATURE_BYTES: u64 = 17 + 64;

impl ChunkFramer {
    /// Frames for a streaming mode; with the chain of the request's signature for those that sign.
    pub fn new(chain: Option<ChunkChain>) -> Self {
        Self { chain }
    }

    /// Frames one chunk (not an empty one: that is the last): line, data, line end. All but the last but one must have
    /// at least [`crate::limits::CHUNK_BYTES_MIN`] bytes.
    pub fn chunk(&mut self, data: Bytes) -> [Bytes; 3] {
        [Bytes::from(self.header(&data)), data, Bytes::from_static(b"\r\n")]
    }

    /// Ends the body; with the trailer that was announced, if one was.
    pub fn finish(mut self, trailer: Option<(&str, &str)>) -> Bytes {
        let mut out = self.header(b"");
        if let Some((name, value)) = trailer {
            out.push_str(&format!("{name}:{value}\r\n"));
            if let Some(chain) = &mut self.chain {
                let hash = Sha256::digest(format!("{name}:{value}\n").as_bytes()).into();
                out.push_str(&format!("x-amz-trailer-signature:{}\r\n", chain.sign_trailer(&hash)));
            }
        }
        out.push_str("\r\n");
        Bytes::from(out)
    }

    /// The length of a framed body without its trailer lines, for `Content-Length`.
    pub fn framed_len(&self, payload_bytes: u64, chunk_bytes: u64) -> u64 {
        let (whole, rest) = (payload_bytes / chunk_bytes.max(1), payload_bytes % chunk_bytes.max(1));
        let signature = if self.chain.is_some() { SIGNATURE_BYTES } else { 0 };
        let line = |size: u64| hex_digits(size) + signature + 2;
        let rest_len = if rest > 0 { line(rest) + rest + 2 } else { 0 };
        whole * (line(chunk_bytes) + chunk_bytes + 2) + rest_len + line(0) + 2
    }

    fn header(&mut self, data: &[u8]) -> String {
        match &mut self.chain {
            Some(chain) => {
                let signature = chain.sign_chunk(&Sha256::digest(data).into());
                format!("{:x};chunk-signature={signature}\r\n", data.len())
            }
            None => format!("{:x}\r\n", data.len()),
        }
    }
}

fn hex_digits(number: u64) -> u64 {
    u64::from(64 - number.leading_zeros()).div_ceil(4).max(1)
}
