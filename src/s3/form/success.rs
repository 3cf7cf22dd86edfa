//! What a browser is answered.

use http::StatusCode;
use http::header::{HeaderName, HeaderValue, LOCATION};

use super::FormFields;
use crate::address::encode_key;
use crate::condition::ETag;
use crate::response::Response;
use crate::xml::XmlWriter;

/// `success_action_redirect` and `success_action_status`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SuccessAction {
    /// 303 to another page, which is told what was stored.
    Redirect(String),
    /// 200, nothing more.
    Ok,
    /// 201 with a document.
    Created,
    /// 204.
    NoContent,
}

/// The object that a form became.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PostedAs<'a> {
    /// Where it can be read.
    pub location: &'a str,
    /// Its bucket.
    pub bucket: &'a str,
    /// Its key.
    pub key: &'a str,
    /// Its entity tag.
    pub etag: &'a ETag,
}

impl SuccessAction {
    /// Reads the fields. A redirect to what is no URL of HTTP, and a status that S3 does not know, count as not sent.
    pub(super) fn of_fields(fields: &FormFields) -> Self {
        let redirect = fields.get("success_action_redirect").or_else(|| fields.get("redirect")).map(str::trim);
        if let Some(url) = redirect.filter(|url| is_web_url(url)) {
            return Self::Redirect(url.to_owned());
        }
        match fields.get("success_action_status").map(str::trim) {
            Some("200") => Self::Ok,
            Some("201") => Self::Created,
            _ => Self::NoContent,
        }
    }

    /// The answer.
    pub fn into_response(self, posted: &PostedAs<'_>) -> Response {
        let status = match &self {
            Self::Redirect(_) => StatusCode::SEE_OTHER,
            Self::Ok => StatusCode::OK,
            Self::Created => StatusCode::CREATED,
            Self::NoContent => StatusCode::NO_CONTENT,
        };
        let mut response = match &self {
            Self::Created => Response::xml(status, posted.to_xml()),
            Self::Redirect(_) | Self::Ok | Self::NoContent => Response::empty(status),
        };
        let location = match self {
            Self::Redirect(url) => posted.redirect(&url),
            Self::Ok | Self::Created | Self::NoContent => posted.location.to_owned(),
        };
        let headers = [(LOCATION, location), (HeaderName::from_static("etag"), posted.etag.quoted())];
        for (name, text) in headers {
            if let Ok(value) = HeaderValue::try_from(text) {
                response.head.headers.insert(name, value);
            }
        }
        response
    }
}

impl PostedAs<'_> {
    fn to_xml(self) -> String {
        let mut xml = XmlWriter::without_namespace("PostResponse");
        xml.text("Location", self.location).text("Bucket", self.bucket).text("Key", self.key).etag(self.etag);
        xml.finish()
    }

    /// The page's URL, told what was stored.
    fn redirect(self, url: &str) -> String {
        let (url, fragment) = url.split_once('#').map_or((url, String::new()), |(url, rest)| (url, format!("#{rest}")));
        let joint = if url.contains('?') { '&' } else { '?' };
        let etag = encode_key(&self.etag.quoted()).replace('/', "%2F");
        let key = encode_key(self.key).replace('/', "%2F");
        format!("{url}{joint}bucket={}&key={key}&etag={etag}{fragment}", self.bucket)
    }
}

/// Printable, so that it can be a header.
fn is_web_url(url: &str) -> bool {
    let begins = |prefix: &str| url.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    (begins("http://") || begins("https://")) && url.bytes().all(|byte| matches!(byte, b'!'..=b'~'))
}
