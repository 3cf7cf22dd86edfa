//! `?policy` and `?policyStatus`

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use crate::error::{S3Error, S3ErrorCode};
use crate::limits::POLICY_BYTES_MAX;
use crate::response::{Response, ResponseBody};
use crate::xml::XmlWriter;

/// A bucket's policy as it was sent: JSON that is not understood here, and given back byte by byte.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BucketPolicyText(String);

/// Whether a bucket's policy makes it public.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PolicyStatus {
    /// Whether it does.
    pub is_public: bool,
}

impl BucketPolicyText {
    /// Takes the body of `PutBucketPolicy`.
    ///
    /// # Errors
    ///
    /// `MissingRequestBodyError`; `MalformedPolicy` for a text that is too long, not UTF-8 or not an object of JSON.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        if body.is_empty() {
            return Err(S3ErrorCode::MissingRequestBodyError.into());
        }
        if body.len() > POLICY_BYTES_MAX {
            let message = format!("Policies must not exceed {POLICY_BYTES_MAX} bytes");
            return Err(S3Error::with_message(S3ErrorCode::MalformedPolicy, message));
        }
        match std::str::from_utf8(body) {
            Ok(text) if text.trim_start().starts_with('{') => Ok(Self(text.to_owned())),
            Ok(_) | Err(_) => Err(S3ErrorCode::MalformedPolicy.into()),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The answer of `GetBucketPolicy`.
    pub fn into_response(self) -> Response {
        let mut response = Response::empty(StatusCode::OK);
        response.head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.body = ResponseBody::Document(Bytes::from(self.0));
        response
    }
}

impl PolicyStatus {
    /// The document.
    pub fn to_xml(self) -> String {
        let mut xml = XmlWriter::new("PolicyStatus");
        xml.value("IsPublic", self.is_public);
        xml.finish()
    }
}
