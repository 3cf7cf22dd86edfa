//! Presigned URLs of version 4.

use cairn_types::UnixMillis;
use http::HeaderMap;

use super::canonical::ALGORITHM;
use super::claim::Proof;
use super::date::RequestTime;
use super::query_parameters::QueryParameters;
use super::refusal::{self, Place};
use super::signed_headers::SignedHeaders;
use super::v4_proof::{V4Parts, V4Proof, check_scope_day, parse_credential};
use super::{AuthScheme, AuthSettings, ClaimContext, Service, SignedClaim, header_v4};
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;
use crate::limits::{CLOCK_SKEW_MAX, PRESIGNED_EXPIRES_SECONDS_MAX};
use crate::payload::PayloadMode;

const REQUIRED: [&str; 6] =
    ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"];

const CONTENT_SHA256: &str = "X-Amz-Content-Sha256";
const SECURITY_TOKEN: &str = "X-Amz-Security-Token";

/// Whether any of the parameters is there: half a claim is a broken one, not an anonymous request.
pub(super) fn is_claimed(query: &QueryParameters<'_>) -> bool {
    REQUIRED.iter().any(|name| query.contains(name))
}

pub(super) fn parse(
    head: &RequestHead<'_>,
    query: &QueryParameters<'_>,
    settings: &AuthSettings,
    context: &ClaimContext<'_>,
) -> Result<SignedClaim, S3Error> {
    let place = Place::Query;
    if required(query, "X-Amz-Algorithm")? != ALGORITHM {
        return Err(refusal::query_parameters("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\""));
    }
    let credential = required(query, "X-Amz-Credential")?;
    let signature = required(query, "X-Amz-Signature")?;
    let date = required(query, "X-Amz-Date")?;
    let expires = parse_expires(&required(query, "X-Amz-Expires")?)?;
    let signed_text = required(query, "X-Amz-SignedHeaders")?;
    let credential = parse_credential(&credential, place, settings, context.service)?;
    let time = RequestTime::parse_iso(&date).ok_or_else(|| {
        refusal::query_parameters("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    })?;
    let signed = SignedHeaders::parse(&signed_text)
        .ok_or_else(|| refusal::query_parameters("X-Amz-SignedHeaders is mal-formed"))?;
    check_scope_day(&credential.scope, &date, place)?;
    check_lifetime(time, expires, context.now)?;
    let (mode, payload) = payload(head.headers, query, context.service)?;
    let canonical_query = query.canonical_without(Some("X-Amz-Signature"));
    let parts =
        V4Parts { scope: credential.scope, date, signature, signed, query: canonical_query, payload: payload.into() };
    Ok(SignedClaim {
        access_key: credential.access_key,
        session_token: token(head.headers, query)?,
        scheme: AuthScheme::QueryV4,
        proof: Proof::V4(V4Proof::new(head, parts)?),
        payload: mode,
    })
}

fn required(query: &QueryParameters<'_>, name: &'static str) -> Result<String, S3Error> {
    query.text(name).filter(|text| !text.is_empty()).ok_or_else(|| {
        refusal::query_parameters(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
             X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        )
    })
}

fn parse_expires(text: &str) -> Result<u64, S3Error> {
    if text.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(refusal::query_parameters("X-Amz-Expires must be non-negative"));
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refusal::query_parameters("X-Amz-Expires should be a number"));
    }
    // Digits that do not fit a number are too many seconds as well.
    let seconds = text.parse().unwrap_or(u64::MAX);
    if seconds > PRESIGNED_EXPIRES_SECONDS_MAX {
        return Err(refusal::query_parameters(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds",
        ));
    }
    Ok(seconds)
}

fn check_lifetime(time: RequestTime, expires: u64, now: UnixMillis) -> Result<(), S3Error> {
    let ours = RequestTime::from_millis(now);
    if time.seconds > ours.seconds + CLOCK_SKEW_MAX.as_secs() {
        return Err(refusal::denied("Request is not valid yet").element("ServerTime", now.to_string()));
    }
    let end = time.seconds + expires;
    if ours.seconds >= end {
        return Err(refusal::denied("Request has expired")
            .element("X-Amz-Expires", expires.to_string())
            .element("Expires", UnixMillis(end * 1_000).to_string())
            .element("ServerTime", now.to_string()));
    }
    Ok(())
}

/// A presigned URL says nothing of its body, unless it does: in the query, or in a header that is then signed.
fn payload(
    headers: &HeaderMap,
    query: &QueryParameters<'_>,
    service: Service,
) -> Result<(PayloadMode, String), S3Error> {
    if query.contains(CONTENT_SHA256) {
        let text = query.text(CONTENT_SHA256).ok_or_else(|| repeated(CONTENT_SHA256))?;
        return Ok((PayloadMode::parse(&text)?, text));
    }
    match (PayloadMode::from_headers(headers)?, service) {
        (Some(mode), _) => Ok((mode, PayloadMode::header_text(headers).to_owned())),
        (None, Service::S3) => Ok((PayloadMode::Unsigned, "UNSIGNED-PAYLOAD".to_owned())),
        (None, Service::Query { body_sha256, .. }) => Ok((PayloadMode::Signed(body_sha256), hex::encode(body_sha256))),
    }
}

fn token(headers: &HeaderMap, query: &QueryParameters<'_>) -> Result<Option<String>, S3Error> {
    if !query.contains(SECURITY_TOKEN) {
        return header_v4::session_token(headers);
    }
    if headers.contains_key("x-amz-security-token") {
        return Err(S3Error::new(S3ErrorCode::InvalidToken));
    }
    query.text(SECURITY_TOKEN).map(Some).ok_or_else(|| repeated(SECURITY_TOKEN))
}

fn repeated(name: &str) -> S3Error {
    refusal::query_parameters(format!("{name} must be specified once"))
}
