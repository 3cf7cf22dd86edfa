//! The signature of a form upload: over its policy alone.

use super::canonical::ALGORITHM;
use super::claim::Proof;
use super::date::RequestTime;
use super::refusal::{self, Place};
use super::v2::V2Proof;
use super::v4_proof::{V4Proof, check_scope_day, parse_credential};
use super::{AuthScheme, AuthSettings, Service, SigV2, SignedClaim};
use crate::error::{S3Error, S3ErrorCode};
use crate::payload::PayloadMode;

/// The fields of a form that authenticate it, as they were sent.
#[derive(Clone, Copy, Default)]
pub struct PostPolicyFields<'a> {
    /// `policy`: base64 of the document.
    pub policy: Option<&'a str>,
    /// `x-amz-algorithm`.
    pub algorithm: Option<&'a str>,
    /// `x-amz-credential`.
    pub credential: Option<&'a str>,
    /// `x-amz-date`.
    pub date: Option<&'a str>,
    /// `x-amz-signature`.
    pub signature: Option<&'a str>,
    /// `x-amz-security-token`.
    pub security_token: Option<&'a str>,
    /// `AWSAccessKeyId`, of version 2.
    pub access_key_v2: Option<&'a str>,
    /// `signature`, of version 2.
    pub signature_v2: Option<&'a str>,
}

/// `None` for a form without any of the fields.
pub(super) fn parse(fields: &PostPolicyFields<'_>, settings: &AuthSettings) -> Result<Option<SignedClaim>, S3Error> {
    let four = [fields.algorithm, fields.credential, fields.date, fields.signature].iter().any(Option::is_some);
    let two = fields.access_key_v2.is_some() || fields.signature_v2.is_some();
    match (four, two) {
        (true, true) => Err(refusal::two_mechanisms()),
        (true, false) => parse_v4(fields, settings).map(Some),
        (false, true) => parse_v2(fields, settings).map(Some),
        // A policy that nobody signed is the trace of a page that believes somebody did.
        (false, false) if fields.policy.is_some() => required(None, "AWSAccessKeyId").map(|_| None),
        (false, false) if fields.security_token.is_some() => Err(refusal::denied("Access Denied")),
        (false, false) => Ok(None),
    }
}

fn parse_v4(fields: &PostPolicyFields<'_>, settings: &AuthSettings) -> Result<SignedClaim, S3Error> {
    let policy = required(fields.policy, "policy")?;
    if required(fields.algorithm, "X-Amz-Algorithm")? != ALGORITHM {
        return Err(refusal::query_parameters("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\""));
    }
    let credential = required(fields.credential, "X-Amz-Credential")?;
    let credential = parse_credential(credential, Place::Query, settings, Service::S3)?;
    let date = required(fields.date, "X-Amz-Date")?;
    RequestTime::parse_iso(date).ok_or_else(refusal::no_valid_date)?;
    check_scope_day(&credential.scope, date, Place::Query)?;
    let proof = V4Proof {
        scope: credential.scope,
        date: date.to_owned(),
        signature: required(fields.signature, "X-Amz-Signature")?.to_owned(),
        strings_to_sign: vec![policy.to_owned()],
    };
    Ok(claim(credential.access_key, fields, AuthScheme::PostV4, Proof::V4(proof)))
}

fn parse_v2(fields: &PostPolicyFields<'_>, settings: &AuthSettings) -> Result<SignedClaim, S3Error> {
    if settings.sigv2 == SigV2::Refused {
        return Err(refusal::version_two_refused());
    }
    let policy = required(fields.policy, "policy")?;
    let access_key = required(fields.access_key_v2, "AWSAccessKeyId")?;
    let signature = required(fields.signature_v2, "signature")?;
    let proof = V2Proof { strings_to_sign: vec![policy.as_bytes().to_vec()], signature: signature.to_owned() };
    Ok(claim(access_key.to_owned(), fields, AuthScheme::PostV2, Proof::V2(proof)))
}

fn claim(access_key: String, fields: &PostPolicyFields<'_>, scheme: AuthScheme, proof: Proof) -> SignedClaim {
    SignedClaim {
        access_key,
        session_token: fields.security_token.map(str::to_owned),
        scheme,
        proof,
        payload: PayloadMode::Unsigned,
    }
}

fn required<'a>(value: Option<&'a str>, name: &'static str) -> Result<&'a str, S3Error> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        let words = format!("Bucket POST must contain a field named '{name}'.");
        S3Error::with_message(S3ErrorCode::InvalidArgument, words).element("ArgumentName", name)
    })
}
