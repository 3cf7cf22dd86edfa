//! Response heads of HTTP/1.1: what is needed to know the outcome and where the body ends.

use anyhow::{Context, Result, bail};

/// How the end of a body is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// After this many bytes.
    Length(u64),
    /// After a chunk of no bytes.
    Chunked,
    /// When the server closes the connection.
    UntilClose,
}

/// The head of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// The status code.
    pub status: u16,
    /// Where the body ends, for a request that has one.
    pub framing: Framing,
    /// What `Content-Length` said, also where no body follows (HEAD).
    pub content_length: Option<u64>,
    /// Whether the server said that it closes the connection.
    pub closes: bool,
}

impl Head {
    /// Parses a head, without the empty line that ends it.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(bytes).context("a response head is text")?;
        let mut lines = text.split("\r\n");
        let status_line = lines.next().unwrap_or_default();
        let status = status_line.strip_prefix("HTTP/1.1 ").or_else(|| status_line.strip_prefix("HTTP/1.0 "));
        let status = status.and_then(|rest| rest.get(..3)?.parse().ok());
        let status = status.with_context(|| format!("{status_line:?} is not a status line"))?;
        let mut head = Self { status, framing: Framing::UntilClose, content_length: None, closes: false };
        for line in lines {
            head.take(line)?;
        }
        Ok(head)
    }

    fn take(&mut self, line: &str) -> Result<()> {
        let Some((name, value)) = line.split_once(':') else { bail!("{line:?} is not a header") };
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            let length = value.parse().with_context(|| format!("content-length {value:?}"))?;
            self.content_length = Some(length);
            if self.framing != Framing::Chunked {
                self.framing = Framing::Length(length);
            }
        } else if name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked") {
            self.framing = Framing::Chunked;
        } else if name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close") {
            self.closes = true;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_body_is_known_from_its_head() {
        let head = Head::parse(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nServer: x").unwrap();
        assert_eq!(head, Head { status: 200, framing: Framing::Length(12), content_length: Some(12), closes: false });
        let head = Head::parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close").unwrap();
        assert_eq!((head.framing, head.closes), (Framing::Chunked, true));
        let head = Head::parse(b"HTTP/1.1 503 Slow Down").unwrap();
        assert_eq!((head.status, head.framing, head.closes), (503, Framing::UntilClose, false));
    }

    #[test]
    fn what_is_no_head_is_refused() {
        for bytes in
            [&b"SPDY"[..], b"HTTP/1.1 abc", b"HTTP/1.1 200 OK\r\nno colon", b"HTTP/1.1 200 OK\r\ncontent-length: x"]
        {
            assert!(Head::parse(bytes).is_err());
        }
    }
}
