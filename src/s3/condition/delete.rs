//! Conditions of deletes.

use cairn_types::UnixMillis;

use super::{ETag, ETagMatch};
use crate::error::{S3Error, S3ErrorCode};
use crate::header::{RequestHeaders, parse_date};

/// What must be true of a version for its delete to take effect.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct DeleteConditions {
    /// `If-Match`, or `<ETag>` of one key.
    pub etag: Option<ETagMatch>,
    /// `x-amz-if-match-last-modified-time`, or `<LastModifiedTime>`; compares by whole seconds.
    pub last_modified: Option<UnixMillis>,
    /// `x-amz-if-match-size`, or `<Size>`.
    pub size: Option<u64>,
}

impl DeleteConditions {
    /// Those of `DeleteObject`.
    pub(crate) fn of_headers(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        for name in ["if-none-match", "if-modified-since", "if-unmodified-since"] {
            if headers.has(name) {
                return Err(S3Error::not_implemented_header(name));
            }
        }
        let (time, size) = ("x-amz-if-match-last-modified-time", "x-amz-if-match-size");
        Ok(Self {
            etag: headers.nonempty("if-match")?.map(|text| ETagMatch::parse("If-Match", text)).transpose()?,
            last_modified: headers.nonempty(time)?.map(|text| Self::parse_time(time, text)).transpose()?,
            size: headers.nonempty(size)?.map(|text| Self::parse_size(size, text)).transpose()?,
        })
    }

    /// A time, in any form that SDKs write.
    pub(crate) fn parse_time(name: &'static str, text: &str) -> Result<UnixMillis, S3Error> {
        parse_date(text).ok_or_else(|| S3Error::invalid_argument(name, text, format!("{name} is not a date")))
    }

    /// A size in bytes.
    pub(crate) fn parse_size(name: &'static str, text: &str) -> Result<u64, S3Error> {
        text.trim().parse().map_err(|_| S3Error::invalid_argument(name, text, format!("{name} is not a size")))
    }

    /// Whether there is any.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a version that exists meets all of them.
    pub fn hold(&self, etag: &ETag, last_modified: UnixMillis, size: u64) -> bool {
        self.etag.as_ref().is_none_or(|tags| tags.contains(etag))
            && self.last_modified.is_none_or(|time| time.seconds() == last_modified.seconds())
            && self.size.is_none_or(|bytes| bytes == size)
    }

    /// The answer where there is no object (a delete marker counts as none): a tag asked for must exist, while size and
    /// time alone are met by nothing, as S3 has it.
    pub fn when_absent(&self) -> Result<(), S3Error> {
        if self.etag.is_some() { Err(S3ErrorCode::NoSuchKey.into()) } else { Ok(()) }
    }

    /// The refusal of a delete whose conditions do not hold.
    pub fn failed() -> S3Error {
        S3Error::new(S3ErrorCode::PreconditionFailed).element("Condition", "If-Match")
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::UnixMillis;
    use http::HeaderMap;
    use http::header::HeaderValue;

    use super::{DeleteConditions, ETag, RequestHeaders};
    use crate::error::S3ErrorCode;
    use crate::query::Query;

    fn parse(name: &'static str, value: &'static str) -> Result<DeleteConditions, S3ErrorCode> {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        let headers = RequestHeaders::new(&headers, &Query::default()).expect("small");
        DeleteConditions::of_headers(&headers).map_err(|error| error.code)
    }

    #[test]
    fn conditions_hold_or_fail() {
        let modified = crate::header::parse_http_date("Fri, 20 Nov 2026 12:00:00 GMT").expect("date");
        for (name, value, holds) in [
            ("if-match", "\"e\"", true),
            ("if-match", "*", true),
            ("if-match", "\"x\"", false),
            ("x-amz-if-match-size", "7", true),
            ("x-amz-if-match-size", "8", false),
            ("x-amz-if-match-last-modified-time", "Fri, 20 Nov 2026 12:00:00 GMT", true),
            ("x-amz-if-match-last-modified-time", "2026-11-20T12:00:00Z", true),
            ("x-amz-if-match-last-modified-time", "2026-11-20T12:00:01Z", false),
        ] {
            let conditions = parse(name, value).expect(value);
            assert!(!conditions.is_none());
            let verdict = conditions.hold(&ETag::new("e"), UnixMillis(modified.0 + 400), 7);
            assert_eq!(verdict, holds, "{name}: {value}");
        }
    }

    #[test]
    fn only_a_tag_needs_an_object() {
        assert_eq!(parse("if-match", "*").expect("good").when_absent().expect_err("none").code, S3ErrorCode::NoSuchKey);
        assert_eq!(parse("x-amz-if-match-size", "7").expect("good").when_absent(), Ok(()));
        assert_eq!(DeleteConditions::failed().code, S3ErrorCode::PreconditionFailed);
    }

    #[test]
    fn bad_conditions_are_refused() {
        for (name, value, code) in [
            ("x-amz-if-match-size", "-1", S3ErrorCode::InvalidArgument),
            ("x-amz-if-match-last-modified-time", "soon", S3ErrorCode::InvalidArgument),
            ("if-none-match", "*", S3ErrorCode::NotImplemented),
            ("if-unmodified-since", "x", S3ErrorCode::NotImplemented),
        ] {
            assert_eq!(parse(name, value), Err(code), "{name}");
        }
    }
}
