//! A signature of version 4 and what it must be of.

use std::borrow::Cow;

use super::canonical::CanonicalRequest;
use super::encoding::{canonical_path, canonical_path_of_slashes};
use super::refusal::{self, Place};
use super::scope::{Credential, Scope};
use super::secret::equal_in_constant_time;
use super::signed_headers::SignedHeaders;
use super::{AuthSettings, ChunkChain, Service, SigningKey};
use crate::error::S3Error;
use crate::head::RequestHead;

/// The claim of a signature. [`V4Proof::verify`] needs nothing but the key.
pub(super) struct V4Proof {
    pub(super) scope: Scope,
    /// The request's time as `YYYYMMDDTHHMMSSZ`; chunk signatures repeat it.
    pub(super) date: String,
    pub(super) signature: String,
    /// What may have been signed. Several where the client's own encoding of the path is not the canonical one: some sign
    /// the path as they send it, some keep an encoded slash apart from a plain one and some do not. All of them stand for
    /// the same key, so taking any gives nothing away.
    pub(super) strings_to_sign: Vec<String>,
}

/// What a claim says apart from the request it signs.
pub(super) struct V4Parts<'a> {
    pub(super) scope: Scope,
    pub(super) date: String,
    pub(super) signature: String,
    pub(super) signed: SignedHeaders<'a>,
    /// The canonical query.
    pub(super) query: String,
    /// What stands for the body.
    pub(super) payload: Cow<'a, str>,
}

impl V4Proof {
    /// Works out what must have been signed.
    ///
    /// # Errors
    ///
    /// `AccessDenied` for unsigned headers, `InvalidURI` for a broken escape.
    pub(super) fn new(head: &RequestHead<'_>, parts: V4Parts<'_>) -> Result<Self, S3Error> {
        parts.signed.check_coverage(head.headers)?;
        // A listed header that is not there can only be an empty stand-in for one that was taken away.
        let paths = match parts.signed.names_absent_header(head.headers) {
            true => Vec::new(),
            false => paths(head.path)?,
        };
        let string_to_sign = |path: &Cow<'_, str>| {
            let request = CanonicalRequest {
                method: head.method,
                path,
                query: &parts.query,
                headers: head.headers,
                signed: &parts.signed,
                payload: &parts.payload,
            };
            request.string_to_sign(&parts.date, &parts.scope)
        };
        let strings_to_sign = paths.iter().map(string_to_sign).collect();
        Ok(Self { scope: parts.scope, date: parts.date, signature: parts.signature, strings_to_sign })
    }

    /// Compares, and hands on what signatures of chunks continue from.
    pub(super) fn verify(self, key: SigningKey) -> Result<ChunkChain, S3Error> {
        let matches = |text: &String| {
            let expected = key.sign(text.as_bytes());
            equal_in_constant_time(expected.as_bytes(), self.signature.as_bytes())
        };
        if !self.strings_to_sign.iter().any(matches) {
            return Err(refusal::signature_does_not_match());
        }
        Ok(ChunkChain::new(key, self.date, self.scope, self.signature))
    }
}

/// The forms of a path that clients sign; nearly always one.
fn paths(raw: &str) -> Result<Vec<Cow<'_, str>>, S3Error> {
    let mut paths = vec![canonical_path(raw)?];
    for other in [canonical_path_of_slashes(raw)?, Cow::Borrowed(raw)] {
        if !other.is_empty() && !paths.contains(&other) {
            paths.push(other);
        }
    }
    Ok(paths)
}

/// Reads a credential and checks region, service and day.
pub(super) fn parse_credential(
    text: &str,
    place: Place,
    settings: &AuthSettings,
    service: Service,
) -> Result<Credential, S3Error> {
    let credential = Credential::parse(text).ok_or_else(|| {
        place.malformed("the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
    })?;
    let scope = &credential.scope;
    if !service.accepts(scope.service()) {
        let words =
            format!("incorrect service \"{}\". This endpoint belongs to \"{}\".", scope.service(), service.name());
        return Err(place.malformed(&words));
    }
    if !settings.accepts_region(scope.region()) {
        return Err(place.wrong_region(scope.region(), &settings.region));
    }
    Ok(credential)
}

/// Checks that the scope is of the request's day.
pub(super) fn check_scope_day(scope: &Scope, date: &str, place: Place) -> Result<(), S3Error> {
    let day = date.get(..8).unwrap_or_default();
    if scope.date() == day {
        return Ok(());
    }
    let words =
        format!("Invalid credential date \"{}\". This date is not the same as X-Amz-Date: \"{day}\".", scope.date());
    Err(place.malformed(&words))
}
