//! The headers that count: those sent as headers, and those that a presigned URL carries in its query.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

use crate::error::{S3Error, S3ErrorCode};
use crate::limits::HEADER_SECTION_BYTES_MAX;
use crate::query::Query;

/// A request's headers. Cheap where nothing was hoisted into the query.
#[derive(Clone, Debug)]
pub(crate) struct RequestHeaders<'a>(Cow<'a, HeaderMap>);

impl<'a> RequestHeaders<'a> {
    /// Joins headers and the `x-amz-*` parameters that SDKs hoist into presigned URLs. One given in both places must
    /// say the same, and line breaks that a header could not carry are refused.
    pub(crate) fn new(sent: &'a HeaderMap, query: &Query) -> Result<Self, S3Error> {
        let size: usize = sent.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if size > HEADER_SECTION_BYTES_MAX {
            return Err(S3Error::new(S3ErrorCode::RequestHeaderSectionTooLarge)
                .element("MaxSizeAllowed", HEADER_SECTION_BYTES_MAX.to_string()));
        }
        let mut headers = Cow::Borrowed(sent);
        for (name, text) in query.iter().filter(|(name, _)| is_hoisted(name)) {
            let (name, value) = hoisted(name, text)?;
            match headers.get(&name) {
                None => drop(headers.to_mut().insert(name, value)),
                Some(known) if *known == value => {}
                Some(_) => {
                    let message = format!("{name} is given both as a header and in the query");
                    return Err(S3Error::with_message(S3ErrorCode::InvalidArgument, message));
                }
            }
        }
        Ok(Self(headers))
    }

    /// All of them.
    pub(crate) fn all(&self) -> &HeaderMap {
        &self.0
    }

    /// The bytes of a header that may come once.
    pub(crate) fn bytes(&self, name: &'static str) -> Result<Option<&[u8]>, S3Error> {
        let mut values = self.0.get_all(name).iter();
        let first = values.next();
        if values.next().is_some() {
            return Err(S3Error::invalid_argument(name, "", format!("{name} was given more than once")));
        }
        Ok(first.map(HeaderValue::as_bytes))
    }

    /// The text of a header that may come once, without spaces around it.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&str>, S3Error> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        let not_text = |_| S3Error::invalid_argument(name, "", format!("{name} is not text"));
        std::str::from_utf8(bytes).map(|text| Some(text.trim())).map_err(not_text)
    }

    /// As [`RequestHeaders::text`], an empty one counting as absent.
    pub(crate) fn nonempty(&self, name: &'static str) -> Result<Option<&str>, S3Error> {
        Ok(self.text(name)?.filter(|text| !text.is_empty()))
    }

    /// Whether the header is there.
    pub(crate) fn has(&self, name: &'static str) -> bool {
        self.0.contains_key(name)
    }
}

/// Whether a query parameter stands for a header. Presigned URLs of version 2 carry two more than `x-amz-*`.
pub(crate) fn is_hoisted(name: &str) -> bool {
    let is_amz = name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
    is_amz || matches!(name, "content-md5" | "content-type")
}

fn hoisted(name: &str, text: &str) -> Result<(HeaderName, HeaderValue), S3Error> {
    let bad =
        || S3Error::with_message(S3ErrorCode::InvalidArgument, format!("The query parameter {name:?} is invalid"));
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
    let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| bad())?;
    Ok((header, value))
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::HeaderValue;

    use super::{Query, RequestHeaders};
    use crate::error::S3ErrorCode;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, HeaderValue::from_str(value).expect("value"));
        }
        map
    }

    #[test]
    fn hoisted_parameters_count_as_headers() {
        let sent = headers(&[("x-amz-acl", "private")]);
        let query = Query::parse(Some("x-amz-meta-a=1&X-Amz-Storage-Class=STANDARD&x-amz-acl=private")).expect("query");
        let joined = RequestHeaders::new(&sent, &query).expect("good");
        assert_eq!(joined.text("x-amz-meta-a"), Ok(Some("1")));
        assert_eq!(joined.text("x-amz-storage-class"), Ok(Some("STANDARD")));
        let query = Query::parse(Some("content-type=image%2Fpng&content-language=de")).expect("query");
        let joined = RequestHeaders::new(&sent, &query).expect("good");
        assert_eq!(joined.text("content-type"), Ok(Some("image/png")));
        assert_eq!(joined.text("content-language"), Ok(None));
    }

    #[test]
    fn contradictions_and_line_breaks_are_refused() {
        let sent = headers(&[("x-amz-acl", "private")]);
        for query in ["x-amz-acl=public-read", "x-amz-meta-a=b%0d%0aevil", "x-amz-%20=1"] {
            let query = Query::parse(Some(query)).expect("query");
            assert_eq!(RequestHeaders::new(&sent, &query).expect_err("bad").code, S3ErrorCode::InvalidArgument);
        }
    }

    #[test]
    fn a_header_that_counts_once_may_not_come_twice() {
        let sent = headers(&[("range", "bytes=0-1"), ("range", "bytes=2-3")]);
        let joined = RequestHeaders::new(&sent, &Query::default()).expect("good");
        assert_eq!(joined.text("range").expect_err("twice").code, S3ErrorCode::InvalidArgument);
    }

    #[test]
    fn a_large_header_section_is_refused() {
        let sent = headers(&[("x-amz-meta-a", &"v".repeat(8_192))]);
        let refused = RequestHeaders::new(&sent, &Query::default()).expect_err("large");
        assert_eq!(refused.code, S3ErrorCode::RequestHeaderSectionTooLarge);
    }
}
