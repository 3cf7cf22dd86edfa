//! What follows the last chunk.

use sha2::{Digest, Sha256};

use crate::auth::{ChunkChain, equal_in_constant_time};
use crate::checksum::{ChecksumAlgorithm, ChecksumValue};
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::TRAILER_BYTES_MAX;

const SIGNATURE: &str = "x-amz-trailer-signature";

/// The bytes of the trailers so far. They end with the body: a blank line does not end them, since some clients put one
/// before the signature.
#[derive(Default)]
pub(super) struct TrailerText(Vec<u8>);

impl TrailerText {
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), S3Error> {
        if self.0.len() + bytes.len() > TRAILER_BYTES_MAX {
            return Err(malformed());
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    /// Reads the trailers of a whole body: exactly the checksum that was announced and, if there is a chain, its
    /// signature.
    ///
    /// # Errors
    ///
    /// `IncompleteBody` for a cut text, `MalformedTrailerError` for other trailers than announced,
    /// `SignatureDoesNotMatch`, and `InvalidRequest` for a value that is none.
    pub(super) fn finish(
        self,
        announced: ChecksumAlgorithm,
        chain: Option<&mut ChunkChain>,
    ) -> Result<ChecksumValue, S3Error> {
        let whole = self.0 == b"\r\n" || self.0.ends_with(b"\n\r\n");
        if !whole {
            return Err(S3Error::new(S3ErrorCode::IncompleteBody));
        }
        let text = std::str::from_utf8(&self.0).map_err(|_| malformed())?;
        let lines = Lines::parse(text)?;
        match (chain, lines.signature) {
            (Some(chain), Some(signature)) => lines.verify(chain, signature)?,
            (None, None) => (),
            (Some(_), None) | (None, Some(_)) => return Err(malformed()),
        }
        lines.checksum(announced)
    }
}

struct Lines<'a> {
    fields: Vec<(String, &'a str)>,
    signature: Option<&'a str>,
}

impl<'a> Lines<'a> {
    fn parse(text: &'a str) -> Result<Self, S3Error> {
        let mut lines = Self { fields: Vec::new(), signature: None };
        let each = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        for line in each.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').ok_or_else(malformed)?;
            let (name, value) = (name.to_ascii_lowercase(), value.trim());
            // Nothing may follow the signature: it would not be covered.
            if lines.signature.is_some() {
                return Err(malformed());
            }
            match name.as_str() {
                SIGNATURE => lines.signature = Some(value),
                _ => lines.fields.push((name, value)),
            }
        }
        Ok(lines)
    }

    fn verify(&self, chain: &mut ChunkChain, signature: &str) -> Result<(), S3Error> {
        let mut hasher = Sha256::new();
        for (name, value) in &self.fields {
            hasher.update(format!("{name}:{value}\n"));
        }
        let expected = chain.sign_trailer(&hasher.finalize().into());
        if equal_in_constant_time(expected.as_bytes(), signature.as_bytes()) {
            return Ok(());
        }
        Err(S3Error::new(S3ErrorCode::SignatureDoesNotMatch))
    }

    fn checksum(&self, announced: ChecksumAlgorithm) -> Result<ChecksumValue, S3Error> {
        match self.fields.as_slice() {
            [(name, value)] if name == announced.header_name() => ChecksumValue::from_base64(announced, value)
                .ok_or_else(|| {
                    let words = format!("Value for {name} trailing header is invalid.");
                    S3Error::with_message(S3ErrorCode::InvalidRequest, words)
                }),
            _ => Err(malformed()),
        }
    }
}

fn malformed() -> S3Error {
    S3Error::new(S3ErrorCode::MalformedTrailerError)
}
