//! An answer before it is sent.

use cairn_s3::response::{Response, ResponseBody as Described, ResponseHead};
use http::{HeaderName, HeaderValue};

use crate::http1::ResponseBody;

/// Status, headers and body.
pub(crate) struct Answer {
    pub(crate) head: ResponseHead,
    pub(crate) body: ResponseBody,
}

impl Answer {
    /// Says that the requester pays.
    pub(super) fn charged(mut self) -> Self {
        let name = HeaderName::from_static("x-amz-request-charged");
        self.head.headers.insert(name, HeaderValue::from_static("requester"));
        self
    }
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        let body = match response.body {
            Described::Document(bytes) => ResponseBody::Whole(bytes),
            // Bytes of objects are put in by the handler that reads them.
            Described::Empty | Described::Object(_) => ResponseBody::Empty,
        };
        Self { head: response.head, body }
    }
}
