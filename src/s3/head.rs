//! What of a request its meaning is read from.

use http::{HeaderMap, Method, Uri};

use crate::query::Query;

/// Method, target and headers of one request, as received.
///
/// The path is kept raw: signatures are made over it, and keys are decoded from it exactly once.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a> {
    /// The method.
    pub method: &'a Method,
    /// The authority of an absolute request target or of HTTP/2, if there was one.
    pub authority: Option<&'a str>,
    /// The path, percent-encoded as sent.
    pub path: &'a str,
    /// What follows the first `?`, as sent.
    pub query: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
}

impl<'a> RequestHead<'a> {
    /// Reads the parts of a request's target.
    pub fn new(method: &'a Method, uri: &'a Uri, headers: &'a HeaderMap) -> Self {
        let authority = uri.authority().map(http::uri::Authority::as_str);
        Self { method, authority, path: uri.path(), query: uri.query(), headers }
    }

    /// The value of a query parameter, decoded; `None` as well for a query that no operation takes.
    pub fn parameter(&self, name: &str) -> Option<String> {
        Query::parse(self.query).ok()?.get(name).map(str::to_owned)
    }

    /// The text of a header, or of the parameter that stands for it in a presigned URL: what operations read, where they
    /// read it.
    pub fn word(&self, name: &str) -> Option<String> {
        if let Some(value) = self.headers.get(name) {
            return std::str::from_utf8(value.as_bytes()).ok().map(|text| text.trim().to_owned());
        }
        if !name.starts_with("x-amz-") {
            return None;
        }
        let query = Query::parse(self.query).ok()?;
        let hoisted = query.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        hoisted.map(|(_, value)| value.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method, Uri};

    use super::RequestHead;

    #[test]
    fn a_header_is_read_where_operations_read_it() {
        let uri: Uri = "/b/k?X-Amz-Acl=public-read&prefix=a%2Fb+c&x-amz-tagging=a%3D1".parse().expect("a target");
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-tagging", HeaderValue::from_static(" b=2 "));
        headers.insert("referer", HeaderValue::from_static("http://a/"));
        let head = RequestHead::new(&Method::GET, &uri, &headers);
        assert_eq!(head.word("x-amz-acl").as_deref(), Some("public-read"));
        assert_eq!(head.word("x-amz-tagging").as_deref(), Some("b=2"));
        assert_eq!(head.word("referer").as_deref(), Some("http://a/"));
        assert_eq!(head.word("prefix"), None);
        assert_eq!(head.parameter("prefix").as_deref(), Some("a/b c"));
    }
}
