//! The errors of authentication, in AWS's words.

use std::borrow::Cow;

use cairn_types::UnixMillis;
use http::{HeaderName, HeaderValue};

use super::date::RequestTime;
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::CLOCK_SKEW_MAX;

/// Where a claim of version 4 stands; the same fault has another code in each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// The `Authorization` header.
    Header,
    /// The query of a presigned URL, or the fields of a form.
    Query,
}

impl Place {
    /// A fault in the form of the claim.
    pub(super) fn malformed(self, detail: &str) -> S3Error {
        match self {
            Self::Header => S3Error::with_message(
                S3ErrorCode::AuthorizationHeaderMalformed,
                format!("The authorization header is malformed; {detail}"),
            ),
            Self::Query => query_parameters(format!("Error parsing the X-Amz-Credential parameter; {detail}")),
        }
    }

    /// Signed for another region. Clients look for ours in the body, and after a HEAD in the header.
    pub(super) fn wrong_region(self, signed: &str, ours: &str) -> S3Error {
        let error = self.malformed(&format!("the region '{signed}' is wrong; expecting '{ours}'"));
        let error = error.element("Region", ours);
        match HeaderValue::from_str(ours) {
            Ok(value) => error.header(HeaderName::from_static("x-amz-bucket-region"), value),
            Err(_) => error,
        }
    }
}

pub(super) fn query_parameters(words: impl Into<Cow<'static, str>>) -> S3Error {
    S3Error::with_message(S3ErrorCode::AuthorizationQueryParametersError, words)
}

pub(super) fn denied(words: impl Into<Cow<'static, str>>) -> S3Error {
    S3Error::with_message(S3ErrorCode::AccessDenied, words)
}

pub(super) fn headers_not_signed(names: &[&str]) -> S3Error {
    denied("There were headers present in the request which were not signed")
        .element("HeadersNotSigned", names.join(", "))
}

pub(super) fn two_mechanisms() -> S3Error {
    S3Error::with_message(
        S3ErrorCode::InvalidArgument,
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter \
         or the Authorization header should be specified",
    )
}

pub(super) fn unsupported_type() -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidArgument, "Unsupported Authorization Type")
}

pub(super) fn version_two_refused() -> S3Error {
    S3Error::with_message(
        S3ErrorCode::InvalidRequest,
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    )
}

pub(super) fn no_valid_date() -> S3Error {
    denied("AWS authentication requires a valid Date or x-amz-date header")
}

pub(super) fn signature_does_not_match() -> S3Error {
    S3Error::new(S3ErrorCode::SignatureDoesNotMatch)
}

/// Checks that a request was made about now.
pub(super) fn check_skew(time: RequestTime, now: UnixMillis) -> Result<(), S3Error> {
    let ours = RequestTime::from_millis(now);
    if time.seconds.abs_diff(ours.seconds) <= CLOCK_SKEW_MAX.as_secs() {
        return Ok(());
    }
    Err(S3Error::new(S3ErrorCode::RequestTimeTooSkewed)
        .element("RequestTime", time.to_iso())
        .element("ServerTime", now.to_string())
        .element("MaxAllowedSkewMilliseconds", CLOCK_SKEW_MAX.as_millis().to_string()))
}
