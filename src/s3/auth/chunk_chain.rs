//! The chain of signatures through a body of signed chunks.

use super::SigningKey;
use super::scope::Scope;

/// SHA-256 of nothing; the format reserves it for headers of a chunk, which do not exist.
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Each signature covers the one before it, beginning with that of the request: a chunk cannot be moved, repeated or
/// left out.
pub struct ChunkChain {
    key: SigningKey,
    date: String,
    scope: Scope,
    previous: String,
}

impl ChunkChain {
    pub(super) fn new(key: SigningKey, date: String, scope: Scope, seed: String) -> Self {
        Self { key, date, scope, previous: seed }
    }

    /// The signature of the request, or of the last chunk.
    pub fn last_signature(&self) -> &str {
        &self.previous
    }

    /// Signs the next chunk by the hash of its bytes.
    pub fn sign_chunk(&mut self, data_sha256: &[u8; 32]) -> &str {
        let data = hex::encode(data_sha256);
        self.advance("AWS4-HMAC-SHA256-PAYLOAD", &[EMPTY_SHA256, &data])
    }

    /// Signs the trailers by the hash of their canonical lines.
    pub fn sign_trailer(&mut self, lines_sha256: &[u8; 32]) -> &str {
        let lines = hex::encode(lines_sha256);
        self.advance("AWS4-HMAC-SHA256-TRAILER", &[&lines])
    }

    fn advance(&mut self, kind: &str, hashes: &[&str]) -> &str {
        let mut text = [kind, &self.date, self.scope.as_str(), &self.previous].join("\n");
        for hash in hashes {
            text.push('\n');
            text.push_str(hash);
        }
        self.previous = self.key.sign(text.as_bytes());
        &self.previous
    }
}
