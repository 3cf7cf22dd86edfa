//! The headers that tell a browser what it may.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{StatusCode, header};

use super::CorsMethod;
use crate::response::Response;

const VARY: HeaderValue =
    HeaderValue::from_static("Origin, Access-Control-Request-Headers, Access-Control-Request-Method");

/// What a rule allows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CorsHeaders {
    /// The origin; none where the rule is for all of them, and the answer is `*`.
    pub(super) origin: Option<String>,
    pub(super) methods: Vec<CorsMethod>,
    /// Those that were asked for.
    pub(super) headers: Vec<String>,
    pub(super) exposed: Vec<String>,
    pub(super) max_age_seconds: Option<u32>,
}

impl CorsHeaders {
    /// Adds them to an answer.
    pub fn write(&self, out: &mut HeaderMap) {
        let mut put = |name: HeaderName, text: &str| {
            if let Ok(value) = HeaderValue::from_str(text) {
                out.insert(name, value);
            }
        };
        put(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.as_deref().unwrap_or("*"));
        // Browsers do not take credentials for an origin that is not named.
        if self.origin.is_some() {
            put(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        let methods: Vec<&str> = self.methods.iter().map(|method| method.as_str()).collect();
        put(header::ACCESS_CONTROL_ALLOW_METHODS, &methods.join(", "));
        if !self.headers.is_empty() {
            put(header::ACCESS_CONTROL_ALLOW_HEADERS, &self.headers.join(", "));
        }
        if !self.exposed.is_empty() {
            put(header::ACCESS_CONTROL_EXPOSE_HEADERS, &self.exposed.join(", "));
        }
        if let Some(seconds) = self.max_age_seconds {
            put(header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
        out.insert(header::VARY, VARY);
    }

    /// Adds what an answer has that no rule is about: for another origin it might be another one.
    pub(super) fn write_none(out: &mut HeaderMap) {
        out.insert(header::VARY, VARY);
    }

    /// The answer to a preflight.
    pub fn into_response(self) -> Response {
        let mut response = Response::empty(StatusCode::OK);
        self.write(&mut response.head.headers);
        response
    }
}
