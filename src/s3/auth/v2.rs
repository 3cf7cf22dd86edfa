//! Signatures of version 2: presigned URLs as boto3 makes them by default, and the old `Authorization: AWS id:sig`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use sha1::Sha1;

use super::canonical_v2::StringToSign;
use super::claim::Proof;
use super::date::RequestTime;
use super::query_parameters::QueryParameters;
use super::secret::equal_in_constant_time;
use super::{AuthScheme, AuthSettings, ClaimContext, SecretKey, Service, SigV2, SignedClaim, header_v4, refusal};
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;
use crate::payload::{BodyProof, PayloadMode};

const REQUIRED: [&str; 3] = ["AWSAccessKeyId", "Expires", "Signature"];

/// A signature of version 2 and what it may be of; nothing where no signature can be right.
pub(super) struct V2Proof {
    pub(super) strings_to_sign: Vec<Vec<u8>>,
    pub(super) signature: String,
}

impl V2Proof {
    pub(super) fn verify(&self, secret: &SecretKey) -> Result<(), S3Error> {
        let matches = |text: &Vec<u8>| equal_in_constant_time(sign(secret, text).as_bytes(), self.signature.as_bytes());
        if self.strings_to_sign.iter().any(matches) { Ok(()) } else { Err(refusal::signature_does_not_match()) }
    }
}

/// The signature of version 2, in base64.
pub(super) fn sign(secret: &SecretKey, message: &[u8]) -> String {
    let key = secret.expose().as_bytes();
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Whether the query holds a claim. `Expires` alone is none: other parameters of clients have that name.
pub(super) fn is_claimed_by_query(query: &QueryParameters<'_>) -> bool {
    query.contains("AWSAccessKeyId") || query.contains("Signature")
}

pub(super) fn parse_query(
    head: &RequestHead<'_>,
    query: &QueryParameters<'_>,
    settings: &AuthSettings,
    context: &ClaimContext<'_>,
) -> Result<SignedClaim, S3Error> {
    if settings.sigv2 == SigV2::Refused || context.service != Service::S3 {
        return Err(refusal::version_two_refused());
    }
    let [access_key, expires, signature] = REQUIRED.map(|name| query.text(name).filter(|text| !text.is_empty()));
    let (Some(access_key), Some(expires), Some(signature)) = (access_key, expires, signature) else {
        return Err(refusal::denied(
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
        ));
    };
    let end: u64 = expires
        .parse()
        .map_err(|_| refusal::denied(format!("Invalid date (should be seconds since epoch): {expires}")))?;
    if RequestTime::from_millis(context.now).seconds > end {
        return Err(refusal::denied("Request has expired")
            .element("Expires", expires)
            .element("ServerTime", context.now.to_string()));
    }
    let strings_to_sign =
        StringToSign { head, query, bucket: context.virtual_host_bucket, date: &expires, presigned: true }
            .alternatives();
    Ok(SignedClaim {
        access_key,
        session_token: token(head.headers, query)?,
        scheme: AuthScheme::QueryV2,
        proof: Proof::V2(V2Proof { strings_to_sign, signature }),
        payload: payload(head.headers)?,
    })
}

pub(super) fn parse_header(
    head: &RequestHead<'_>,
    query: &QueryParameters<'_>,
    credentials: &str,
    settings: &AuthSettings,
    context: &ClaimContext<'_>,
) -> Result<SignedClaim, S3Error> {
    let (access_key, signature) = credentials
        .rsplit_once(':')
        .filter(|(key, signature)| !key.is_empty() && !signature.is_empty())
        .ok_or_else(|| {
            let words = "AWS authorization header is invalid. Expected AwsAccessKeyId:signature";
            S3Error::invalid_argument("Authorization", credentials, words)
        })?;
    if settings.sigv2 != SigV2::Everywhere || context.service != Service::S3 {
        return Err(refusal::version_two_refused());
    }
    refusal::check_skew(header_v4::request_time(head.headers)?, context.now)?;
    // With x-amz-date among the headers the line of the date stays empty.
    let date = match head.headers.contains_key("x-amz-date") {
        true => "",
        false => head.headers.get("date").and_then(|value| value.to_str().ok()).unwrap_or_default(),
    };
    let strings_to_sign =
        StringToSign { head, query, bucket: context.virtual_host_bucket, date, presigned: false }.alternatives();
    Ok(SignedClaim {
        access_key: access_key.to_owned(),
        session_token: header_v4::session_token(head.headers)?,
        scheme: AuthScheme::HeaderV2,
        proof: Proof::V2(V2Proof { strings_to_sign, signature: signature.to_owned() }),
        payload: payload(head.headers)?,
    })
}

fn payload(headers: &HeaderMap) -> Result<PayloadMode, S3Error> {
    let mode = PayloadMode::from_headers(headers)?.unwrap_or(PayloadMode::Unsigned);
    if BodyProof::without_key(mode).is_none() {
        let words = "Signed chunks need a request that is signed with AWS4-HMAC-SHA256";
        return Err(S3Error::with_message(S3ErrorCode::InvalidRequest, words));
    }
    Ok(mode)
}

fn token(headers: &HeaderMap, query: &QueryParameters<'_>) -> Result<Option<String>, S3Error> {
    let name = "x-amz-security-token";
    if !query.contains(name) {
        return header_v4::session_token(headers);
    }
    let text = query.text(name).filter(|_| !headers.contains_key(name));
    text.map(Some).ok_or_else(|| S3Error::new(S3ErrorCode::InvalidToken))
}
