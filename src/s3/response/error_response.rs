//! Errors as answers.

use http::{Method, StatusCode};

use super::{Response, ResponseBody};
use crate::error::{RequestIds, S3Error};

impl S3Error {
    /// The answer to a request that failed. `HEAD` and 304 have no body, so their status says it all.
    pub fn to_response(&self, method: &Method, ids: RequestIds<'_>) -> Response {
        let status = self.code.status();
        let mut response = if *method == Method::HEAD || status == StatusCode::NOT_MODIFIED {
            Response { head: super::ResponseHead::new(status), body: ResponseBody::Empty }
        } else {
            Response::xml(status, self.to_xml(ids))
        };
        for (name, value) in self.headers() {
            response.head.headers.insert(name.clone(), value.clone());
        }
        response.head.identify(ids);
        response
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use crate::error::{RequestIds, S3Error, S3ErrorCode};
    use crate::response::ResponseBody;

    const IDS: RequestIds<'static> = RequestIds { request_id: "REQ", host_id: "HOST" };

    #[test]
    fn the_body_names_the_request_as_the_header_does() {
        let response = S3Error::new(S3ErrorCode::NoSuchKey).to_response(&Method::GET, IDS);
        assert_eq!(response.head.status.as_u16(), 404);
        assert_eq!(response.head.headers["content-type"], "application/xml");
        assert_eq!(response.head.headers["x-amz-request-id"], "REQ");
        assert_eq!(response.head.headers["x-amz-id-2"], "HOST");
        assert!(response.document_text().contains("<RequestId>REQ</RequestId><HostId>HOST</HostId>"));
    }

    #[test]
    fn heads_and_304_have_no_body_but_their_headers() {
        let method_error = S3Error::method_not_allowed("HEAD", "OBJECT", "GET");
        let head = method_error.to_response(&Method::HEAD, IDS);
        assert_eq!((&head.body, &head.head.headers["allow"]), (&ResponseBody::Empty, &"GET".parse().expect("value")));
        let unchanged = S3Error::new(S3ErrorCode::NotModified).to_response(&Method::GET, IDS);
        assert_eq!((unchanged.head.status.as_u16(), unchanged.body), (304, ResponseBody::Empty));
    }
}
