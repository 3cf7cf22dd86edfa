//! `GetObject` and `HeadObject`: `GET /b/k`, `HEAD /b/k`

use cairn_types::{BucketName, ObjectKey, UnixMillis, VersionId};
use http::header::{HeaderName, HeaderValue};

use super::parameters::Parts;
use crate::condition::{ETag, ReadConditions};
use crate::encryption::CustomerKey;
use crate::error::{S3Error, S3ErrorCode};
use crate::header::parse_http_date;
use crate::range::{PartNumber, RequestRange};

/// Reads an object; `HEAD` is the same without the bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct ObjectRead {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The version; the latest without one.
    pub version_id: Option<VersionId>,
    /// What must be true of it.
    pub conditions: ReadConditions,
    /// Which bytes.
    pub selection: Selection,
    /// On what object the range was meant; on another the answer is the whole.
    pub if_range: Option<IfRange>,
    /// Headers that the answer must carry instead of the object's.
    pub overrides: ResponseOverrides,
    /// Whether checksums are wanted.
    pub checksum_mode: ChecksumMode,
    /// The key of the object, if its customer brings it.
    pub customer_key: Option<CustomerKey>,
}

/// Which bytes of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selection {
    /// All.
    Whole,
    /// One range.
    Range(RequestRange),
    /// One part of a multipart object; of any other object part 1 is the whole.
    Part(PartNumber),
}

/// `x-amz-checksum-mode`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum ChecksumMode {
    /// No checksum headers.
    #[default]
    Off,
    /// `ENABLED`.
    Enabled,
}

/// `If-Range`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IfRange {
    /// The object has this tag.
    Tag(ETag),
    /// The object was last changed exactly then.
    Date(UnixMillis),
}

impl IfRange {
    fn parse(text: &str) -> Option<Self> {
        parse_http_date(text).map(Self::Date).or_else(|| ETag::parse(text).map(Self::Tag))
    }

    /// Whether the range is meant for this object.
    pub fn holds(&self, etag: &ETag, last_modified: UnixMillis) -> bool {
        match self {
            Self::Tag(tag) => tag == etag,
            Self::Date(date) => date.seconds() == last_modified.seconds(),
        }
    }
}

/// `response-*`: six headers that a reader may replace.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ResponseOverrides(Vec<(HeaderName, HeaderValue)>);

impl ResponseOverrides {
    pub(super) const PARAMETERS: [&'static str; 6] = [
        "response-content-type",
        "response-content-language",
        "response-expires",
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
    ];

    fn parse(parts: Parts<'_>) -> Result<Self, S3Error> {
        let mut headers = Vec::new();
        for parameter in Self::PARAMETERS {
            let Some(text) = parts.query.nonempty(parameter) else { continue };
            let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| {
                S3Error::invalid_argument(parameter, text, "Header value cannot be represented using ISO-8859-1.")
            })?;
            let name = parameter.strip_prefix("response-").unwrap_or(parameter);
            headers.push((HeaderName::from_static(name), value));
        }
        Ok(Self(headers))
    }

    /// Whether there is any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The headers.
    pub fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.0
    }

    /// Only a reader that signed may replace headers: else anyone could serve a page from somebody's bucket.
    pub fn refuse_anonymous(&self) -> Result<(), S3Error> {
        if self.is_empty() {
            return Ok(());
        }
        let message = "Request specific response headers cannot be used for anonymous GET requests.";
        Err(S3Error::with_message(S3ErrorCode::InvalidRequest, message))
    }
}

impl ObjectRead {
    pub(super) const PARAMETERS: [&'static str; 2] = ["versionId", "partNumber"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        Ok(Self {
            bucket,
            key,
            version_id: parts.version_id()?,
            conditions: ReadConditions::of_read(parts.headers)?,
            selection: Selection::parse(parts)?,
            if_range: parts.headers.nonempty("if-range")?.and_then(IfRange::parse),
            overrides: ResponseOverrides::parse(parts)?,
            checksum_mode: ChecksumMode::parse(parts)?,
            customer_key: CustomerKey::of_headers(parts.headers)?,
        })
    }
}

impl Selection {
    fn parse(parts: Parts<'_>) -> Result<Self, S3Error> {
        let part = parts.query.get("partNumber").map(PartNumber::parse).transpose()?;
        // Several Range headers are several ranges, which S3 answers with the whole object.
        let mut ranges = parts.headers.all().get_all(http::header::RANGE).iter();
        let range = ranges.next();
        let one = if ranges.next().is_some() { None } else { range.and_then(|text| text.to_str().ok()) };
        match (part, range) {
            (Some(_), Some(_)) => {
                let message = "Cannot specify both Range header and partNumber query parameter";
                Err(S3Error::with_message(S3ErrorCode::InvalidRequest, message))
            }
            (Some(part), None) => Ok(Self::Part(part)),
            (None, _) => Ok(one.and_then(RequestRange::parse).map_or(Self::Whole, Self::Range)),
        }
    }
}

impl ChecksumMode {
    fn parse(parts: Parts<'_>) -> Result<Self, S3Error> {
        let name = "x-amz-checksum-mode";
        match parts.headers.nonempty(name)? {
            None => Ok(Self::Off),
            Some(text) if text.eq_ignore_ascii_case("ENABLED") => Ok(Self::Enabled),
            Some(text) => {
                Err(S3Error::invalid_argument(name, text, "Value for x-amz-checksum-mode header is invalid."))
            }
        }
    }
}
