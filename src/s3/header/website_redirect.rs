//! `x-amz-website-redirect-location`.

use super::RequestHeaders;
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::WEBSITE_REDIRECT_BYTES_MAX;

const NAME: &str = "x-amz-website-redirect-location";

/// Where the website of a bucket sends who asks for an object: another object of it, or a URL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebsiteRedirect(String);

impl WebsiteRedirect {
    /// Reads a location.
    ///
    /// # Errors
    ///
    /// `InvalidRedirectLocation` for one that is too long, or is neither a path nor a URL of HTTP; a line break in it would
    /// end up in an answer's header and is refused as well.
    pub fn parse(text: &str) -> Result<Self, S3Error> {
        let begins = |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let message = if text.len() > WEBSITE_REDIRECT_BYTES_MAX {
            "The length of website redirect location cannot exceed 2,048 characters."
        } else if text.chars().any(char::is_control) {
            "The website redirect location must not hold control characters."
        } else if text.starts_with('/') || begins("http://") || begins("https://") {
            return Ok(Self(text.to_owned()));
        } else {
            "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."
        };
        Err(S3Error::with_message(S3ErrorCode::InvalidRedirectLocation, message))
    }

    pub(crate) fn of_headers(headers: &RequestHeaders<'_>) -> Result<Option<Self>, S3Error> {
        headers.nonempty(NAME)?.map(Self::parse).transpose()
    }

    /// The location.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::WebsiteRedirect;
    use crate::error::S3ErrorCode;

    #[test]
    fn locations_are_paths_or_urls() {
        for text in ["/", "/a/b.html", "http://a/b", "https://a", "HTTPS://a"] {
            assert_eq!(WebsiteRedirect::parse(text).expect(text).as_str(), text);
        }
        assert!(WebsiteRedirect::parse(&format!("/{}", "a".repeat(2_047))).is_ok());
        for text in
            ["", "a", "ftp://a", "javascript:alert(1)", "http:/a", "/a\r\nb", &format!("/{}", "a".repeat(2_048))]
        {
            let error = WebsiteRedirect::parse(text).expect_err(text);
            assert_eq!(error.code, S3ErrorCode::InvalidRedirectLocation, "{text}");
        }
    }
}
