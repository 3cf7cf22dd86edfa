//! What a signature covers of a request.

use http::{HeaderMap, Method};

/// The head of a request exactly as it was received. Decoding or normalising anything before this would break
/// signatures, and could make two different requests look like one.
#[derive(Clone, Copy)]
pub struct RequestHead<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path, percent-encoded as received.
    pub path: &'a str,
    /// What follows the `?`, percent-encoded as received.
    pub query: Option<&'a str>,
    /// The headers; over HTTP/2 the caller adds `host` from `:authority`.
    pub headers: &'a HeaderMap,
    /// The bucket that the `Host` names, if it is not in the path: signatures of version 2 cover it.
    pub virtual_host_bucket: Option<&'a str>,
}
