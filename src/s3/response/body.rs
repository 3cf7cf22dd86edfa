//! Status, headers, body.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use crate::encryption::ShownEncryption;
use crate::error::RequestIds;
use crate::range::ByteRange;
use crate::xml::XmlWriter;

const XML: HeaderValue = HeaderValue::from_static("application/xml");

/// Status and headers. Those that every answer has (`Date`, `Server`, request ids) are the gateway's to add.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ResponseHead {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
}

/// A whole answer.
#[derive(Clone, PartialEq, Debug)]
pub struct Response {
    /// Status and headers.
    pub head: ResponseHead,
    /// The body.
    pub body: ResponseBody,
}

/// What follows the headers.
#[derive(Clone, PartialEq, Debug)]
pub enum ResponseBody {
    /// Nothing.
    Empty,
    /// A document.
    Document(Bytes),
    /// These bytes of the object, streamed.
    Object(ByteRange),
}

impl ResponseHead {
    /// A status without headers.
    pub fn new(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new() }
    }

    /// Adds the request's ids, the same that an error's body names.
    pub fn identify(&mut self, ids: RequestIds<'_>) {
        self.text("x-amz-request-id", ids.request_id);
        self.text("x-amz-id-2", ids.host_id);
    }

    /// Adds a header whose text is ours. Text that no header can carry is left out.
    pub(crate) fn text(&mut self, name: &'static str, text: &str) -> &mut Self {
        if let Ok(value) = HeaderValue::from_str(text) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Adds a header, if there is a value.
    pub(crate) fn optional(&mut self, name: &'static str, text: Option<String>) -> &mut Self {
        if let Some(text) = text {
            self.text(name, &text);
        }
        self
    }
}

impl Response {
    /// No body.
    pub fn empty(status: StatusCode) -> Self {
        Self { head: ResponseHead::new(status), body: ResponseBody::Empty }
    }

    /// 200 with a document.
    pub fn document(xml: XmlWriter) -> Self {
        Self::xml(StatusCode::OK, xml.finish())
    }

    /// A document that is written already.
    pub fn xml(status: StatusCode, document: impl Into<Bytes>) -> Self {
        let mut head = ResponseHead::new(status);
        head.headers.insert(CONTENT_TYPE, XML);
        Self { head, body: ResponseBody::Document(document.into()) }
    }

    /// With the encryption of what was written or read, if there is any.
    #[must_use]
    pub fn encrypted(mut self, encryption: Option<&ShownEncryption>) -> Self {
        if let Some(encryption) = encryption {
            self.head.show_encryption(encryption);
        }
        self
    }

    /// The document's text; empty without one.
    #[cfg(test)]
    pub(crate) fn document_text(&self) -> &str {
        match &self.body {
            ResponseBody::Document(bytes) => std::str::from_utf8(bytes).expect("documents are UTF-8"),
            ResponseBody::Empty | ResponseBody::Object(_) => "",
        }
    }

    /// The document without declaration and namespace.
    #[cfg(test)]
    pub(crate) fn bare(&self) -> String {
        let (_, root) = self.document_text().split_once('\n').expect("a declaration");
        root.replace(" xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"", "")
    }
}
