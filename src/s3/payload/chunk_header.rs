//! The line that begins a chunk: `size in hex;chunk-signature=…`.

use crate::error::{S3Error, S3ErrorCode};
use crate::limits::{CHUNK_HEADER_BYTES_MAX, PUT_BYTES_MAX};

/// A parsed line.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct ChunkHeader {
    pub(super) size: u64,
    /// Empty where there was none, which no signature equals.
    pub(super) signature: String,
}

/// A line that arrives in pieces.
#[derive(Default)]
pub(super) struct ChunkHeaderLine(Vec<u8>);

impl ChunkHeaderLine {
    /// Takes bytes up to the end of the line, and returns how many, and the header once it is whole.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(usize, Option<ChunkHeader>), S3Error> {
        let end = bytes.iter().take(CHUNK_HEADER_BYTES_MAX).position(|byte| *byte == b'\n');
        let taken = end.map_or(bytes.len(), |end| end + 1);
        if self.0.len() + taken > CHUNK_HEADER_BYTES_MAX {
            return Err(malformed("The chunk header is too long"));
        }
        self.0.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        let header = end.map(|_| ChunkHeader::parse(&self.0)).transpose()?;
        Ok((taken, header))
    }
}

impl ChunkHeader {
    fn parse(line: &[u8]) -> Result<Self, S3Error> {
        let line = line.strip_suffix(b"\r\n").ok_or_else(|| malformed("The chunk header does not end with CRLF"))?;
        let line = std::str::from_utf8(line).map_err(|_| malformed("The chunk header is not text"))?;
        let mut pieces = line.split(';').map(str::trim);
        let size = parse_size(pieces.next().unwrap_or_default())?;
        let mut signatures = pieces.filter_map(|extension| extension.strip_prefix("chunk-signature="));
        let signature = signatures.next().unwrap_or_default().to_owned();
        if signatures.next().is_some() {
            return Err(malformed("The chunk header has more than one signature"));
        }
        Ok(Self { size, signature })
    }
}

fn parse_size(digits: &str) -> Result<u64, S3Error> {
    let hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let size = hex.then(|| u64::from_str_radix(digits, 16).ok()).flatten();
    size.filter(|size| *size <= PUT_BYTES_MAX).ok_or_else(|| malformed("The chunk size is invalid"))
}

pub(super) fn malformed(words: &'static str) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, words)
}

#[cfg(test)]
mod tests {
    use super::{ChunkHeader, ChunkHeaderLine};
    use crate::error::S3ErrorCode;

    #[test]
    fn a_line_is_size_and_signature() {
        let header = ChunkHeader::parse(b"10000;chunk-signature=ab\r\n").expect("valid");
        assert_eq!(header, ChunkHeader { size: 65_536, signature: "ab".to_owned() });
        let header = ChunkHeader::parse(b"aB;x=y\r\n").expect("valid");
        assert_eq!(header, ChunkHeader { size: 171, signature: String::new() });
    }

    #[test]
    fn other_lines_are_malformed() {
        for bad in [
            "\r\n",
            "10\n",
            "-1\r\n",
            "+1\r\n",
            "0x10\r\n",
            "1 0\r\n",
            "10000000000000000\r\n",
            "ffffffffffffffff\r\n",
            "140000001\r\n",
            "1;chunk-signature=a;chunk-signature=b\r\n",
        ] {
            let error = ChunkHeader::parse(bad.as_bytes()).expect_err(bad);
            assert_eq!(error.code, S3ErrorCode::InvalidRequest, "{bad:?}");
        }
    }

    #[test]
    fn an_endless_line_is_refused_early() {
        let mut line = ChunkHeaderLine::default();
        assert_eq!(line.push(&[b'0'; 1_000]), Ok((1_000, None)));
        assert_eq!(line.push(&[b'0'; 100]).expect_err("too long").code, S3ErrorCode::InvalidRequest);
        let flood = ChunkHeaderLine::default().push(&[b';'; 1 << 20]).expect_err("too long");
        assert_eq!(flood.code, S3ErrorCode::InvalidRequest);
    }
}
