//! `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.

use std::borrow::Cow;

use http::HeaderMap;

use super::claim::Proof;
use super::date::RequestTime;
use super::query_parameters::QueryParameters;
use super::refusal::{self, Place};
use super::signed_headers::SignedHeaders;
use super::v4_proof::{V4Parts, V4Proof, check_scope_day, parse_credential};
use super::{AuthScheme, AuthSettings, ClaimContext, Service, SignedClaim};
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;
use crate::payload::PayloadMode;

/// The components of the header, each there once.
struct Components<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

pub(super) fn parse(
    head: &RequestHead<'_>,
    query: &QueryParameters<'_>,
    components: &str,
    settings: &AuthSettings,
    context: &ClaimContext<'_>,
) -> Result<SignedClaim, S3Error> {
    let place = Place::Header;
    let components = Components::parse(components)?;
    let credential = parse_credential(components.credential, place, settings, context.service)?;
    let signed = SignedHeaders::parse(components.signed_headers)
        .ok_or_else(|| place.malformed("the SignedHeaders component is mal-formed."))?;
    let time = request_time(head.headers)?;
    let date = time.to_iso();
    check_scope_day(&credential.scope, &date, place)?;
    refusal::check_skew(time, context.now)?;
    let (mode, payload) = payload(head.headers, context.service)?;
    let signature = components.signature.to_owned();
    let query = query.canonical_without(None);
    let parts = V4Parts { scope: credential.scope, date, signature, signed, query, payload };
    let proof = V4Proof::new(head, parts)?;
    Ok(SignedClaim {
        access_key: credential.access_key,
        session_token: session_token(head.headers)?,
        scheme: AuthScheme::HeaderV4,
        proof: Proof::V4(proof),
        payload: mode,
    })
}

/// The time of a signed request.
pub(super) fn request_time(headers: &HeaderMap) -> Result<RequestTime, S3Error> {
    let name = if headers.contains_key("x-amz-date") { "x-amz-date" } else { "date" };
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none());
    let text = value.and_then(|value| value.to_str().ok());
    text.and_then(RequestTime::parse).ok_or_else(refusal::no_valid_date)
}

/// The session token in its header, which may come once.
pub(super) fn session_token(headers: &HeaderMap) -> Result<Option<String>, S3Error> {
    let mut values = headers.get_all("x-amz-security-token").iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    text.map(|text| Some(text.trim().to_owned())).ok_or_else(|| S3Error::new(S3ErrorCode::InvalidToken))
}

/// How the body is proved, and what stands for it in the canonical request.
fn payload(headers: &HeaderMap, service: Service) -> Result<(PayloadMode, Cow<'_, str>), S3Error> {
    match (PayloadMode::from_headers(headers)?, service) {
        (Some(mode), _) => Ok((mode, PayloadMode::header_text(headers).into())),
        (None, Service::Query { body_sha256, .. }) => {
            Ok((PayloadMode::Signed(body_sha256), hex::encode(body_sha256).into()))
        }
        (None, Service::S3) => Err(S3Error::with_message(
            S3ErrorCode::InvalidRequest,
            "Missing required header for this request: x-amz-content-sha256",
        )),
    }
}

impl<'a> Components<'a> {
    fn parse(text: &'a str) -> Result<Self, S3Error> {
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for component in text.split(',').map(str::trim).filter(|component| !component.is_empty()) {
            let (name, value) = component.split_once('=').ok_or_else(|| unreadable(component))?;
            let slot = match name.trim() {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(unreadable(component)),
            };
            if slot.replace(value.trim()).is_some() {
                return Err(unreadable(component));
            }
        }
        Ok(Self {
            credential: required(credential, "Credential")?,
            signed_headers: required(signed_headers, "SignedHeaders")?,
            signature: required(signature, "Signature")?,
        })
    }
}

fn required<'a>(value: Option<&'a str>, name: &str) -> Result<&'a str, S3Error> {
    let value = value.filter(|value| !value.is_empty());
    value.ok_or_else(|| Place::Header.malformed(&format!("the authorization header requires {name}.")))
}

fn unreadable(component: &str) -> S3Error {
    let name = component.split('=').next().unwrap_or_default();
    Place::Header.malformed(&format!("the component {name:?} is mal-formed."))
}
