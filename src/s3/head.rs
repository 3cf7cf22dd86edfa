//! What of a request its meaning is read from.

use http::{HeaderMap, Method, Uri};

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
}
