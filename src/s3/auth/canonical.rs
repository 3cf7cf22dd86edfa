//! The canonical request and the string to sign.

use http::{HeaderMap, Method};
use sha2::{Digest, Sha256};

use super::scope::Scope;
use super::signed_headers::SignedHeaders;

/// The algorithm of every signature of version 4 that is taken.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The pieces of a canonical request.
pub(super) struct CanonicalRequest<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) signed: &'a SignedHeaders<'a>,
    /// What stands for the body: a hash or one of the literals.
    pub(super) payload: &'a str,
}

impl CanonicalRequest<'_> {
    /// What is signed for this request.
    pub(super) fn string_to_sign(&self, date: &str, scope: &Scope) -> String {
        let hash = hex::encode(Sha256::digest(self.to_bytes()));
        [ALGORITHM, date, scope.as_str(), &hash].join("\n")
    }

    /// Bytes and not text: header values need not be UTF-8.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1_024);
        for piece in [self.method.as_str(), "\n", self.path, "\n", self.query, "\n"] {
            out.extend_from_slice(piece.as_bytes());
        }
        for name in self.signed.names() {
            self.push_header(&mut out, name);
        }
        for piece in ["\n", self.signed.as_str(), "\n", self.payload] {
            out.extend_from_slice(piece.as_bytes());
        }
        out
    }

    fn push_header(&self, out: &mut Vec<u8>, name: &str) {
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        for (index, value) in self.headers.get_all(name).iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            push_folded(out, value.as_bytes());
        }
        out.push(b'\n');
    }
}

/// Trims, and makes one space of each stretch of white space.
fn push_folded(out: &mut Vec<u8>, value: &[u8]) {
    let words = value.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

#[cfg(test)]
mod tests {
    use super::push_folded;

    #[test]
    fn white_space_folds_to_one_space() {
        for (value, folded) in [("  a   b \t c ", "a b c"), ("", ""), ("  ", ""), ("a", "a")] {
            let mut out = Vec::new();
            push_folded(&mut out, value.as_bytes());
            assert_eq!(out, folded.as_bytes());
        }
    }
}
