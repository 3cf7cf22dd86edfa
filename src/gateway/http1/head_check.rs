//! What can be said of a request head before anything is made of it.
//!
//! # Invariants
//! The parser is the one that hyper uses, so both agree on where a head ends; what passes here hyper accepts. A head that
//! two readers could frame differently is refused.

use std::mem::MaybeUninit;

use cairn_s3::limits::HEADER_SECTION_BYTES_MAX;
use cairn_s3::{S3Error, S3ErrorCode};
use http::Uri;

use crate::limits::{HEAD_BYTES_MAX, HEADERS_MAX, REQUEST_LINE_BYTES_MAX};

/// The verdict on bytes that begin with a head.
#[derive(Debug)]
pub(super) enum HeadCheck {
    /// Its end has not come yet.
    Partial,
    /// A good one.
    Good(HeadFacts),
    /// A bad one.
    Bad(Box<BadHead>),
}

/// What is needed to find the next head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct HeadFacts {
    /// Bytes of the head.
    pub(super) len: usize,
    /// The body that follows.
    pub(super) body: BodyLength,
}

/// How long a body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BodyLength {
    /// So many bytes; none without `Content-Length`.
    Known(u64),
    /// As its chunks say.
    Chunked,
}

/// A head that gets an error and nothing else.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct BadHead {
    /// The error.
    pub(super) error: S3Error,
    /// Whether the method is `HEAD`, whose answer has no body.
    pub(super) is_head: bool,
}

/// Looks at the beginning of `bytes`.
pub(super) fn check(bytes: &[u8]) -> HeadCheck {
    let mut headers = [const { MaybeUninit::uninit() }; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut []);
    let parsed = httparse::ParserConfig::default().parse_request_with_uninit_headers(&mut request, bytes, &mut headers);
    let verdict = match parsed {
        Ok(httparse::Status::Partial) if bytes.len() > HEAD_BYTES_MAX => Err(too_large()),
        Ok(httparse::Status::Partial) => return HeadCheck::Partial,
        Ok(httparse::Status::Complete(len)) => facts(&request, len),
        Err(error) => Err(unreadable(error, request.method.is_some())),
    };
    match verdict {
        Ok(facts) => HeadCheck::Good(facts),
        Err(error) => {
            let path = request.path.map_or("/", |target| target.split('?').next().unwrap_or(target));
            HeadCheck::Bad(Box::new(BadHead { error: error.resource(path), is_head: bytes.starts_with(b"HEAD ") }))
        }
    }
}

/// The refusal of a client that is too slow with its head.
pub(super) fn too_slow(bytes: &[u8]) -> BadHead {
    let error = S3Error::new(S3ErrorCode::RequestTimeout).resource("/");
    BadHead { error, is_head: bytes.starts_with(b"HEAD ") }
}

fn facts(request: &httparse::Request<'_, '_>, len: usize) -> Result<HeadFacts, S3Error> {
    let target = request.path.unwrap_or_default();
    if target.len() > REQUEST_LINE_BYTES_MAX {
        return Err(S3Error::with_message(S3ErrorCode::InvalidURI, "The request line is too long"));
    }
    let mut section_bytes = 0;
    let mut framing = Framing::default();
    for header in request.headers.iter() {
        section_bytes += header.name.len() + header.value.len();
        framing.add(header)?;
    }
    if section_bytes > HEADER_SECTION_BYTES_MAX {
        return Err(too_large());
    }
    if Uri::try_from(target).is_err() {
        return Err(S3ErrorCode::InvalidURI.into());
    }
    Ok(HeadFacts { len, body: framing.finish(request.version)? })
}

/// The headers that say where a body ends.
#[derive(Default)]
struct Framing {
    length: Option<u64>,
    is_chunked: bool,
}

impl Framing {
    fn add(&mut self, header: &httparse::Header<'_>) -> Result<(), S3Error> {
        // Nearly every header has another length than these two.
        match header.name.len() {
            14 if header.name.eq_ignore_ascii_case("content-length") => {
                let length = parse_length(header.value)?;
                if self.length.replace(length).is_some_and(|before| before != length) {
                    return Err(bad_length(header.value));
                }
            }
            17 if header.name.eq_ignore_ascii_case("transfer-encoding") => {
                // Any other coding would be stored as if it were the object.
                if !header.value.trim_ascii().eq_ignore_ascii_case(b"chunked") {
                    return Err(S3Error::not_implemented_header("Transfer-Encoding"));
                }
                if std::mem::replace(&mut self.is_chunked, true) {
                    return Err(refused("Only one Transfer-Encoding header is allowed"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self, version: Option<u8>) -> Result<BodyLength, S3Error> {
        match (self.length, self.is_chunked) {
            (Some(_), true) => Err(refused("Content-Length and Transfer-Encoding contradict each other")),
            (None, true) if version != Some(1) => Err(refused("HTTP/1.0 has no Transfer-Encoding")),
            (None, true) => Ok(BodyLength::Chunked),
            (length, false) => Ok(BodyLength::Known(length.unwrap_or(0))),
        }
    }
}

fn parse_length(value: &[u8]) -> Result<u64, S3Error> {
    let digits = value.trim_ascii();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(bad_length(value));
    }
    std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).ok_or_else(|| bad_length(value))
}

fn bad_length(value: &[u8]) -> S3Error {
    S3Error::invalid_argument("Content-Length", String::from_utf8_lossy(value), "Invalid value for Content-Length")
}

fn unreadable(error: httparse::Error, has_method: bool) -> S3Error {
    match error {
        httparse::Error::TooManyHeaders => too_large(),
        httparse::Error::HeaderName | httparse::Error::HeaderValue | httparse::Error::NewLine => {
            S3Error::with_message(S3ErrorCode::InvalidArgument, "A header holds a character that no header may hold")
        }
        httparse::Error::Token if has_method => S3ErrorCode::InvalidURI.into(),
        httparse::Error::Token | httparse::Error::Status => refused("This is no HTTP request"),
        httparse::Error::Version => refused("This version of HTTP is not spoken here"),
    }
}

fn too_large() -> S3Error {
    S3Error::new(S3ErrorCode::RequestHeaderSectionTooLarge)
        .element("MaxSizeAllowed", HEADER_SECTION_BYTES_MAX.to_string())
}

fn refused(message: &'static str) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, message)
}

#[cfg(test)]
mod tests {
    use cairn_s3::S3ErrorCode;
    use proptest::prelude::{any, prop_assert, proptest};

    use super::{BodyLength, HEAD_BYTES_MAX, HeadCheck, check};

    fn head(lines: &str) -> Vec<u8> {
        format!("PUT /b/k HTTP/1.1\r\nHost: h\r\n{lines}\r\n").into_bytes()
    }

    fn code(bytes: &[u8]) -> S3ErrorCode {
        match check(bytes) {
            HeadCheck::Bad(bad) => bad.error.code,
            other => panic!("{other:?} for {}", String::from_utf8_lossy(bytes)),
        }
    }

    #[test]
    fn the_body_is_as_long_as_the_head_says() {
        for (lines, body) in [
            ("", BodyLength::Known(0)),
            ("Content-Length: 10\r\n", BodyLength::Known(10)),
            ("content-length:  7 \r\ncontent-length: 7\r\n", BodyLength::Known(7)),
            ("Transfer-Encoding: Chunked\r\n", BodyLength::Chunked),
        ] {
            let mut bytes = head(lines);
            let len = bytes.len();
            bytes.extend_from_slice(b"body");
            match check(&bytes) {
                HeadCheck::Good(facts) => assert_eq!((facts.len, facts.body), (len, body), "{lines}"),
                other => panic!("{other:?} for {lines}"),
            }
        }
    }

    #[test]
    fn bad_heads_have_exact_errors() {
        let long = format!("x-filler: {}\r\n", "f".repeat(9_000));
        let many = "a:b\r\n".repeat(300);
        for (lines, expected) in [
            ("Content-Length: -10\r\n", S3ErrorCode::InvalidArgument),
            ("Content-Length: \r\n", S3ErrorCode::InvalidArgument),
            ("Content-Length: +10\r\n", S3ErrorCode::InvalidArgument),
            ("Content-Length: 0x10\r\n", S3ErrorCode::InvalidArgument),
            ("Content-Length: 99999999999999999999999\r\n", S3ErrorCode::InvalidArgument),
            ("Content-Length: 10\r\nContent-Length: 5\r\n", S3ErrorCode::InvalidArgument),
            ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", S3ErrorCode::InvalidRequest),
            ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", S3ErrorCode::InvalidRequest),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", S3ErrorCode::InvalidRequest),
            ("Transfer-Encoding: gzip, chunked\r\n", S3ErrorCode::NotImplemented),
            ("x-amz-meta-a: a\rb\r\n", S3ErrorCode::InvalidArgument),
            ("x-amz-meta-a: a\0b\r\n", S3ErrorCode::InvalidArgument),
            ("no colon\r\n", S3ErrorCode::InvalidArgument),
            (&long, S3ErrorCode::RequestHeaderSectionTooLarge),
            (&many, S3ErrorCode::RequestHeaderSectionTooLarge),
        ] {
            assert_eq!(code(&head(lines)), expected, "{lines}");
        }
        assert_eq!(code(b"GET /a b HTTP/1.1\r\n\r\n"), S3ErrorCode::InvalidRequest);
        assert_eq!(code(b"GET /\x01 HTTP/1.1\r\n\r\n"), S3ErrorCode::InvalidURI);
        assert_eq!(code(b"PRI * HTTP/2.0\r\n\r\n"), S3ErrorCode::InvalidRequest);
        assert_eq!(code(b"\x16\x03\x01\x02"), S3ErrorCode::InvalidRequest);
        assert_eq!(code(&vec![b'a'; HEAD_BYTES_MAX + 1]), S3ErrorCode::RequestHeaderSectionTooLarge);
    }

    #[test]
    fn an_unfinished_head_is_waited_for() {
        let bytes = head("Content-Length: 10\r\n");
        for end in 0..bytes.len() {
            assert!(matches!(check(&bytes[..end]), HeadCheck::Partial), "{end}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let counted = match check(&bytes) {
                HeadCheck::Good(facts) => facts.len,
                HeadCheck::Partial | HeadCheck::Bad(_) => 0,
            };
            prop_assert!(counted <= bytes.len());
        }
    }
}
