//! The HTTP headers that S3 keeps with an object.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, EXPIRES, HeaderName,
    HeaderValue,
};

/// What an object is served as if its writer did not say.
const DEFAULT_CONTENT_TYPE: HeaderValue = HeaderValue::from_static("binary/octet-stream");

/// Kept byte by byte as sent; only `aws-chunked` is taken out of `Content-Encoding`, because it is the transport's.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct StandardHeaders {
    /// `Content-Type`; without one the object is `binary/octet-stream`.
    pub content_type: Option<Bytes>,
    /// `Content-Encoding`.
    pub content_encoding: Option<Bytes>,
    /// `Content-Disposition`.
    pub content_disposition: Option<Bytes>,
    /// `Content-Language`.
    pub content_language: Option<Bytes>,
    /// `Cache-Control`.
    pub cache_control: Option<Bytes>,
    /// `Expires`: any text, S3 does not parse it.
    pub expires: Option<Bytes>,
}

impl StandardHeaders {
    /// Takes them from a request.
    pub(crate) fn from_request(headers: &HeaderMap) -> Self {
        Self {
            content_type: joined(headers, &CONTENT_TYPE),
            content_encoding: joined(headers, &CONTENT_ENCODING).and_then(without_aws_chunked),
            content_disposition: joined(headers, &CONTENT_DISPOSITION),
            content_language: joined(headers, &CONTENT_LANGUAGE),
            cache_control: joined(headers, &CACHE_CONTROL),
            expires: joined(headers, &EXPIRES),
        }
    }

    /// Writes them into a response. Bytes that no header can carry are left out: they never came in by one.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        headers.insert(CONTENT_TYPE, DEFAULT_CONTENT_TYPE);
        for (name, value) in [
            (CONTENT_TYPE, &self.content_type),
            (CONTENT_ENCODING, &self.content_encoding),
            (CONTENT_DISPOSITION, &self.content_disposition),
            (CONTENT_LANGUAGE, &self.content_language),
            (CACHE_CONTROL, &self.cache_control),
            (EXPIRES, &self.expires),
        ] {
            let value = value.clone().and_then(|bytes| HeaderValue::from_maybe_shared(bytes).ok());
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
    }
}

/// The values of a header that came in several lines mean the same as one line with commas (RFC 9110 §5.3).
fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<Bytes> {
    let mut values = headers.get_all(name).iter().map(HeaderValue::as_bytes).filter(|value| !value.is_empty());
    let first = values.next()?;
    let mut all = first.to_vec();
    for value in values {
        all.extend_from_slice(b", ");
        all.extend_from_slice(value);
    }
    Some(Bytes::from(all))
}

fn without_aws_chunked(value: Bytes) -> Option<Bytes> {
    let is_chunked = |coding: &&[u8]| coding.trim_ascii().eq_ignore_ascii_case(b"aws-chunked");
    if !value.split(|byte| *byte == b',').any(|coding| is_chunked(&coding)) {
        return Some(value);
    }
    let rest: Vec<&[u8]> = value.split(|byte| *byte == b',').filter(|coding| !is_chunked(coding)).collect();
    let rest = rest.join(&b","[..]).trim_ascii().to_vec();
    if rest.is_empty() { None } else { Some(Bytes::from(rest)) }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::HeaderValue;

    use super::StandardHeaders;

    #[test]
    fn aws_chunked_never_reaches_the_object() {
        for (sent, kept) in [
            ("aws-chunked", None),
            ("AWS-Chunked", None),
            ("gzip,aws-chunked", Some("gzip")),
            ("aws-chunked, gzip", Some("gzip")),
            ("aws-chunked,", None),
            ("gzip ,  br", Some("gzip ,  br")),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("content-encoding", HeaderValue::from_str(sent).expect("value"));
            let standard = StandardHeaders::from_request(&headers);
            assert_eq!(standard.content_encoding.as_deref(), kept.map(str::as_bytes), "{sent}");
        }
    }

    #[test]
    fn headers_come_back_byte_by_byte() {
        let mut sent = HeaderMap::new();
        for (name, value) in [
            ("content-type", &b"text/plain;  Charset=\xfc"[..]),
            ("cache-control", b"max-age=1,  no-store"),
            ("content-disposition", b"attachment; filename=\"a b\""),
            ("content-language", b"de, en"),
            ("expires", b"tomorrow"),
        ] {
            sent.insert(name, HeaderValue::from_bytes(value).expect("value"));
        }
        let mut back = HeaderMap::new();
        StandardHeaders::from_request(&sent).write(&mut back);
        assert_eq!(back, sent);
    }

    #[test]
    fn the_default_type_is_binary() {
        let mut headers = HeaderMap::new();
        StandardHeaders::default().write(&mut headers);
        assert_eq!(headers.get("content-type").map(HeaderValue::as_bytes), Some(&b"binary/octet-stream"[..]));
    }
}
