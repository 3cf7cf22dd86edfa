//! What an object carries beside headers and metadata, as `GET` and `HEAD` show it.

use cairn_types::VersionId;
use http::header::{HeaderName, HeaderValue, LAST_MODIFIED};

use super::ResponseHead;
use crate::encryption::ShownEncryption;
use crate::error::{S3Error, S3ErrorCode};
use crate::header::{StorageClass, WebsiteRedirect, format_http_date};
use crate::lock::{LegalHold, Retention};

/// Settings of a version. What there is nothing to say of is not shown.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ShownSettings {
    /// Its class; the standard one is not shown.
    pub storage_class: StorageClass,
    /// Where a website sends its readers.
    pub website_redirect: Option<WebsiteRedirect>,
    /// How it is encrypted.
    pub encryption: Option<ShownEncryption>,
    /// Its retention, for who may read that.
    pub retention: Option<Retention>,
    /// Its legal hold, for who may read that.
    pub legal_hold: Option<LegalHold>,
    /// How many tags it has, for who may read them; none are not counted.
    pub tag_count: usize,
}

impl ShownSettings {
    pub(super) fn write(&self, head: &mut ResponseHead) {
        if self.storage_class != StorageClass::Standard {
            head.text("x-amz-storage-class", self.storage_class.as_str());
        }
        head.optional(
            "x-amz-website-redirect-location",
            self.website_redirect.as_ref().map(|location| location.as_str().to_owned()),
        );
        if let Some(encryption) = &self.encryption {
            head.show_encryption(encryption);
        }
        if let Some(Retention { mode, until }) = self.retention {
            head.text("x-amz-object-lock-mode", mode.as_str());
            head.text("x-amz-object-lock-retain-until-date", &until.to_string());
        }
        head.optional("x-amz-object-lock-legal-hold", self.legal_hold.map(|hold| hold.as_str().to_owned()));
        head.optional("x-amz-tagging-count", Some(self.tag_count).filter(|count| *count > 0).map(|n| n.to_string()));
    }
}

impl ResponseHead {
    /// Adds how what was written or read is encrypted.
    pub fn show_encryption(&mut self, encryption: &ShownEncryption) {
        encryption.write(self);
    }

    /// Adds the size that an object has after an append.
    pub fn show_object_size(&mut self, bytes: u64) {
        self.text("x-amz-object-size", &bytes.to_string());
    }

    /// Adds that the sender paid for the request.
    pub fn show_request_charged(&mut self) {
        self.text("x-amz-request-charged", "requester");
    }

    /// Adds the id of the version that was answered about, where its bucket shows ids.
    pub fn show_version(&mut self, version_id: Option<VersionId>) {
        self.optional("x-amz-version-id", version_id.map(|id| id.to_string()));
    }
}

impl S3Error {
    /// The answer where the latest version of a key is a delete marker: there is no object, and this is why.
    pub fn latest_is_delete_marker(key: &str, version_id: Option<VersionId>) -> Self {
        Self::new(S3ErrorCode::NoSuchKey).element("Key", key).of_marker(version_id)
    }

    /// The answer where the version that was named is a delete marker: it can only be deleted.
    pub fn is_delete_marker(
        method: &str,
        version_id: Option<VersionId>,
        last_modified: cairn_types::UnixMillis,
    ) -> Self {
        let error = Self::method_not_allowed(method, "DeleteMarker", "DELETE").of_marker(version_id);
        match HeaderValue::try_from(format_http_date(last_modified)) {
            Ok(date) => error.header(LAST_MODIFIED, date),
            Err(_) => error,
        }
    }

    /// The answer where a key has no version of this id.
    pub fn no_such_version(key: &str, version_id: VersionId) -> Self {
        Self::new(S3ErrorCode::NoSuchVersion).element("Key", key).element("VersionId", version_id.to_string())
    }

    fn of_marker(self, version_id: Option<VersionId>) -> Self {
        let error = self.header(HeaderName::from_static("x-amz-delete-marker"), HeaderValue::from_static("true"));
        match version_id.and_then(|id| HeaderValue::try_from(id.to_string()).ok()) {
            Some(id) => error.header(HeaderName::from_static("x-amz-version-id"), id),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::{UnixMillis, VersionId};
    use http::{Method, StatusCode};

    use super::{
        LegalHold, ResponseHead, Retention, S3Error, ShownEncryption, ShownSettings, StorageClass, WebsiteRedirect,
    };
    use crate::error::RequestIds;
    use crate::lock::RetentionMode;

    const IDS: RequestIds<'static> = RequestIds { request_id: "r", host_id: "h" };

    #[test]
    fn settings_are_shown_where_there_are_any() {
        let mut plain = ResponseHead::new(StatusCode::OK);
        ShownSettings::default().write(&mut plain);
        assert!(plain.headers.is_empty());
        let mut head = ResponseHead::new(StatusCode::OK);
        let settings = ShownSettings {
            storage_class: StorageClass::GlacierIr,
            website_redirect: Some(WebsiteRedirect::parse("/x").expect("good")),
            encryption: Some(ShownEncryption::Managed),
            retention: Some(Retention { mode: RetentionMode::Governance, until: UnixMillis(0) }),
            legal_hold: Some(LegalHold::Off),
            tag_count: 2,
        };
        settings.write(&mut head);
        head.show_object_size(7);
        head.show_request_charged();
        head.show_version(Some(VersionId::Null));
        for (name, value) in [
            ("x-amz-storage-class", "GLACIER_IR"),
            ("x-amz-website-redirect-location", "/x"),
            ("x-amz-server-side-encryption", "AES256"),
            ("x-amz-object-lock-mode", "GOVERNANCE"),
            ("x-amz-object-lock-retain-until-date", "1970-01-01T00:00:00.000Z"),
            ("x-amz-object-lock-legal-hold", "OFF"),
            ("x-amz-tagging-count", "2"),
            ("x-amz-object-size", "7"),
            ("x-amz-request-charged", "requester"),
            ("x-amz-version-id", "null"),
        ] {
            assert_eq!(head.headers[name], value, "{name}");
        }
    }

    #[test]
    fn delete_markers_say_what_they_are() {
        let latest = S3Error::latest_is_delete_marker("k", Some(VersionId::Null)).to_response(&Method::GET, IDS);
        assert_eq!(latest.head.status.as_u16(), 404);
        assert_eq!(latest.head.headers["x-amz-delete-marker"], "true");
        assert_eq!(latest.head.headers["x-amz-version-id"], "null");
        let named = S3Error::is_delete_marker("HEAD", Some(VersionId::Null), UnixMillis(0));
        let named = named.to_response(&Method::HEAD, IDS);
        assert_eq!(named.head.status.as_u16(), 405);
        assert_eq!(named.head.headers["allow"], "DELETE");
        assert_eq!(named.head.headers["last-modified"], "Thu, 01 Jan 1970 00:00:00 GMT");
        let absent = S3Error::no_such_version("k", VersionId::Null);
        assert_eq!(absent.elements(), [("Key", "k".to_owned()), ("VersionId", "null".to_owned())]);
    }
}
