//! What a client asks.

use bytes::Bytes;
use http::Method;

/// A request before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl Asked {
    /// About a bucket.
    pub(crate) fn bucket(method: Method, bucket: &str) -> Self {
        Self { method, path: format!("/{bucket}"), query: String::new(), headers: Vec::new(), body: Bytes::new() }
    }

    /// About a key.
    pub(crate) fn key(method: Method, bucket: &str, key: &str) -> Self {
        let path = format!("/{bucket}/{}", encode(key, b"/"));
        Self { path, ..Self::bucket(method, bucket) }
    }

    /// With a query.
    pub(crate) fn query(mut self, query: impl Into<String>) -> Self {
        self.query = query.into();
        self
    }

    /// With a header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a body.
    pub(crate) fn body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }
}

/// Percent-encodes all but the unreserved characters and those of `keep`.
pub(crate) fn encode(text: &str, keep: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
