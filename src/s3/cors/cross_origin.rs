//! What a browser does after it asked, or without asking.

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, Method};

/// An actual request of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CrossOrigin<'a> {
    /// `Origin`.
    pub origin: &'a str,
    /// The method that rules are looked through for: the request's, unless it names another one as a preflight does, which
    /// S3 goes by here too.
    pub method: &'a str,
}

impl<'a> CrossOrigin<'a> {
    /// Reads a request's headers; `None` for one that names no origin.
    pub fn of_request(method: &'a Method, headers: &'a HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty());
        let method = text(ACCESS_CONTROL_REQUEST_METHOD).unwrap_or(method.as_str());
        text(ORIGIN).map(|origin| Self { origin, method })
    }
}
