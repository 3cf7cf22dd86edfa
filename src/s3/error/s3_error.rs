//! One error as a client sees it.

use std::borrow::Cow;
use std::fmt;

use http::header::{ALLOW, HeaderName, HeaderValue};

use super::{RequestIds, S3ErrorCode};
use crate::xml::XmlWriter;

/// What `<Error>` says, and what travels beside it in headers.
///
/// Boxed parts keep the value small: it is the error half of nearly every result of this crate.
#[derive(Clone, PartialEq, Debug)]
pub struct S3Error {
    /// The code; it decides the HTTP status.
    pub code: S3ErrorCode,
    /// The words for people.
    pub message: Cow<'static, str>,
    details: Option<Box<Details>>,
}

#[derive(Clone, PartialEq, Debug, Default)]
struct Details {
    resource: Option<String>,
    elements: Vec<(&'static str, String)>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl S3Error {
    /// An error in AWS's own words.
    pub fn new(code: S3ErrorCode) -> Self {
        Self { code, message: Cow::Borrowed(code.message()), details: None }
    }

    /// An error with words of its own.
    pub fn with_message(code: S3ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), details: None }
    }

    /// `InvalidArgument` about one named value, as AWS reports it: with `ArgumentName` and `ArgumentValue`.
    pub fn invalid_argument(
        name: &'static str,
        value: impl Into<String>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::with_message(S3ErrorCode::InvalidArgument, message)
            .element("ArgumentName", name)
            .element("ArgumentValue", value)
    }

    /// `NotImplemented` because of a header: with `Header`, as AWS reports it.
    pub fn not_implemented_header(name: &str) -> Self {
        Self::new(S3ErrorCode::NotImplemented).element("Header", name)
    }

    /// `NotImplemented` because of a sub-resource or operation.
    pub fn not_implemented_operation() -> Self {
        Self::with_message(S3ErrorCode::NotImplemented, "This operation is not implemented")
    }

    /// `MethodNotAllowed` with the element and header that name what is.
    pub fn method_not_allowed(method: &str, resource_type: &'static str, allow: &'static str) -> Self {
        Self::new(S3ErrorCode::MethodNotAllowed)
            .element("Method", method)
            .element("ResourceType", resource_type)
            .header(ALLOW, HeaderValue::from_static(allow))
    }

    /// Says what the request was about, unless that was said already.
    #[must_use]
    pub fn resource(mut self, path: impl Into<String>) -> Self {
        self.details_mut().resource.get_or_insert_with(|| path.into());
        self
    }

    /// Adds an XML element after `<Message>`; `name` must be an XML name.
    #[must_use]
    pub fn element(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.details_mut().elements.push((name, text.into()));
        self
    }

    /// Adds a header to the response.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.details_mut().headers.push((name, value));
        self
    }

    /// What the request was about, if it was said.
    pub fn resource_path(&self) -> Option<&str> {
        self.details.as_ref().and_then(|details| details.resource.as_deref())
    }

    /// The extra XML elements.
    pub fn elements(&self) -> &[(&'static str, String)] {
        self.details.as_ref().map_or(&[], |details| &details.elements)
    }

    /// The extra headers.
    pub fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        self.details.as_ref().map_or(&[], |details| &details.headers)
    }

    /// The body of the response.
    pub fn to_xml(&self, ids: RequestIds<'_>) -> String {
        let mut xml = XmlWriter::without_namespace("Error");
        xml.text("Code", self.code.as_str()).text("Message", &self.message);
        for (name, text) in self.elements() {
            xml.text(name, text);
        }
        xml.optional("Resource", self.resource_path()).text("RequestId", ids.request_id).text("HostId", ids.host_id);
        xml.finish()
    }

    fn details_mut(&mut self) -> &mut Details {
        self.details.get_or_insert_with(Box::default)
    }
}

impl From<S3ErrorCode> for S3Error {
    fn from(code: S3ErrorCode) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for S3Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for S3Error {}

#[cfg(test)]
mod tests {
    use super::{RequestIds, S3Error, S3ErrorCode};

    #[test]
    fn the_body_has_the_elements_in_order_and_escapes_them() {
        let error = S3Error::invalid_argument("marker", "a<b\u{1}", "Bad & wrong").resource("/b/k");
        assert_eq!(
            error.to_xml(RequestIds { request_id: "R1", host_id: "H1" }),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InvalidArgument</Code><Message>Bad &amp; wrong</Message>\
             <ArgumentName>marker</ArgumentName><ArgumentValue>a&lt;b\u{fffd}</ArgumentValue><Resource>/b/k</Resource>\
             <RequestId>R1</RequestId><HostId>H1</HostId></Error>"
        );
    }

    #[test]
    fn the_first_word_on_the_resource_stays() {
        let error = S3Error::new(S3ErrorCode::NoSuchKey).resource("/a").resource("/b");
        assert_eq!(error.resource_path(), Some("/a"));
    }

    #[test]
    fn a_refused_method_names_what_is_allowed() {
        let error = S3Error::method_not_allowed("PATCH", "OBJECT", "GET, HEAD");
        assert_eq!(error.code.status().as_u16(), 405);
        assert_eq!(error.headers()[0].1, "GET, HEAD");
        assert!(
            error.to_xml(RequestIds { request_id: "r", host_id: "h" }).contains("<ResourceType>OBJECT</ResourceType>")
        );
    }

    #[test]
    fn an_error_stays_small() {
        assert!(size_of::<S3Error>() <= 40);
    }
}
