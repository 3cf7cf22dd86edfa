//! What a request claims about its sender.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use super::query_parameters::QueryParameters;
use super::v2::V2Proof;
use super::v4_proof::V4Proof;
use super::{
    AuthScheme, AuthSettings, ClaimContext, PostPolicyFields, SecretKey, SigningKeyCache, Verified, header_v4,
    post_policy, query_v4, refusal, v2,
};
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;
use crate::payload::{BodyProof, PayloadMode};

/// A request's word about who sent it, not yet proved.
pub enum Claim {
    /// No credentials at all.
    Anonymous(AnonymousClaim),
    /// Signed with an access key, so it is said.
    Signed(SignedClaim),
}

/// A request without credentials.
pub struct AnonymousClaim {
    body: BodyProof,
}

/// A claim to an access key. Holds what its signature must be of; all it lacks is the secret.
pub struct SignedClaim {
    pub(super) access_key: String,
    pub(super) session_token: Option<String>,
    pub(super) scheme: AuthScheme,
    pub(super) proof: Proof,
    pub(super) payload: PayloadMode,
}

pub(super) enum Proof {
    V4(V4Proof),
    V2(V2Proof),
}

impl Claim {
    /// Reads the claim of a request head and checks all that can be checked without the secret.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for two mechanisms at once, a repeated or unknown `Authorization`, or an unknown payload
    /// literal; `AuthorizationHeaderMalformed` or `AuthorizationQueryParametersError` for form, region, service and
    /// day; `AccessDenied` for missing dates, expired or early URLs and unsigned headers; `RequestTimeTooSkewed`;
    /// `InvalidRequest` for version 2 where it is refused and for a missing `x-amz-content-sha256`.
    pub fn parse(head: &RequestHead<'_>, settings: &AuthSettings, context: &ClaimContext<'_>) -> Result<Self, S3Error> {
        let query = QueryParameters::parse(head.query)?;
        let mut headers = head.headers.get_all(AUTHORIZATION).iter();
        let authorization = headers.next();
        if headers.next().is_some() {
            return Err(S3Error::with_message(
                S3ErrorCode::InvalidArgument,
                "Only one Authorization header is allowed",
            ));
        }
        let by_query = query_v4::is_claimed(&query) || v2::is_claimed_by_query(&query);
        match authorization {
            Some(_) if by_query => Err(refusal::two_mechanisms()),
            Some(value) => parse_header(head, &query, value, settings, context).map(Self::Signed),
            None if query_v4::is_claimed(&query) && v2::is_claimed_by_query(&query) => Err(refusal::two_mechanisms()),
            None if query_v4::is_claimed(&query) => query_v4::parse(head, &query, settings, context).map(Self::Signed),
            None if by_query => v2::parse_query(head, &query, settings, context).map(Self::Signed),
            None => AnonymousClaim::parse(head.headers).map(Self::Anonymous),
        }
    }

    /// Reads the claim of a form upload, whose signature covers its policy and nothing else.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for missing fields; for the rest as [`Claim::parse`] of a presigned URL.
    pub fn parse_post_policy(fields: &PostPolicyFields<'_>, settings: &AuthSettings) -> Result<Self, S3Error> {
        match post_policy::parse(fields, settings)? {
            Some(claim) => Ok(Self::Signed(claim)),
            None => Ok(Self::Anonymous(AnonymousClaim { body: BodyProof::None })),
        }
    }

    /// The access key, unless the claim is anonymous.
    pub fn access_key(&self) -> Option<&str> {
        match self {
            Self::Anonymous(_) => None,
            Self::Signed(claim) => Some(claim.access_key()),
        }
    }
}

/// The access key that a request names, proved or not.
pub fn claimed_access_key(head: &RequestHead<'_>) -> Option<String> {
    let query = QueryParameters::parse(head.query).ok()?;
    if let Some(credential) = query.text("X-Amz-Credential") {
        return credential.split_once('/').map(|(key, _)| key.to_owned());
    }
    if let Some(key) = query.text("AWSAccessKeyId") {
        return Some(key);
    }
    let value = head.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let key = match value.strip_prefix("AWS ") {
        Some(claim) => claim.split_once(':')?.0,
        None => value.split_once("Credential=")?.1.split_once('/')?.0,
    };
    Some(key.trim().to_owned())
}

impl AnonymousClaim {
    /// Takes a body without credentials; chunk signatures would have no key.
    fn parse(headers: &HeaderMap) -> Result<Self, S3Error> {
        // Without credentials a token is the trace of a client that believes it has some.
        if headers.contains_key("x-amz-security-token") {
            return Err(refusal::denied("Access Denied"));
        }
        let mode = PayloadMode::from_headers(headers)?.unwrap_or(PayloadMode::Unsigned);
        let body = BodyProof::without_key(mode).ok_or_else(|| S3Error::new(S3ErrorCode::AccessDenied))?;
        Ok(Self { body })
    }

    /// How the body is framed and proved.
    pub fn into_body(self) -> BodyProof {
        self.body
    }
}

impl SignedClaim {
    /// The access key whose secret must have signed.
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// The session token; the caller checks it against the access key.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// How the claim was made.
    pub fn scheme(&self) -> AuthScheme {
        self.scheme
    }

    /// Whether the secret made the signature.
    ///
    /// # Errors
    ///
    /// `SignatureDoesNotMatch`.
    pub fn verify(self, secret: &SecretKey, keys: &SigningKeyCache) -> Result<Verified, S3Error> {
        let body = match self.proof {
            Proof::V4(proof) => {
                let scope = proof.scope.clone();
                let chain = keys.checked(&self.access_key, &scope, secret, |key| proof.verify(key))?;
                BodyProof::with_chain(self.payload, chain)
            }
            Proof::V2(proof) => {
                proof.verify(secret)?;
                // Parsing refused chunk signatures, which version 2 does not have.
                BodyProof::without_key(self.payload).ok_or_else(|| S3Error::new(S3ErrorCode::InvalidRequest))?
            }
        };
        Ok(Verified { access_key: self.access_key, scheme: self.scheme, body })
    }
}

fn parse_header(
    head: &RequestHead<'_>,
    query: &QueryParameters<'_>,
    value: &HeaderValue,
    settings: &AuthSettings,
    context: &ClaimContext<'_>,
) -> Result<SignedClaim, S3Error> {
    let text = value.to_str().map_err(|_| refusal::unsupported_type())?.trim();
    let (scheme, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    match scheme {
        "" => Err(refusal::denied("Access Denied")),
        super::canonical::ALGORITHM => header_v4::parse(head, query, rest, settings, context),
        "AWS" => v2::parse_header(head, query, rest.trim(), settings, context),
        _ => Err(refusal::unsupported_type().element("ArgumentName", "Authorization")),
    }
}

#[cfg(test)]
mod tests {
    use http::header::AUTHORIZATION;
    use http::{HeaderMap, HeaderValue, Method};

    use super::claimed_access_key;
    use crate::head::RequestHead;

    fn claimed(query: &str, authorization: Option<&'static str>) -> Option<String> {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
        }
        let head =
            RequestHead { method: &Method::GET, authority: None, path: "/b", query: Some(query), headers: &headers };
        claimed_access_key(&head)
    }

    #[test]
    fn every_mechanism_names_its_key() {
        let key = Some("AK".to_owned());
        assert_eq!(claimed("X-Amz-Credential=AK%2F20260101%2Fr%2Fs3%2Faws4_request", None), key);
        assert_eq!(claimed("AWSAccessKeyId=AK&Signature=x", None), key);
        let header = "AWS4-HMAC-SHA256 Credential=AK/20260101/r/s3/aws4_request, SignedHeaders=host, Signature=0";
        assert_eq!(claimed("", Some(header)), key);
        assert_eq!(claimed("", Some("AWS AK:signature")), key);
        for (query, header) in
            [("", None), ("X-Amz-Credential=AK", None), ("", Some("Bearer AK")), ("", Some("AWS AK"))]
        {
            assert_eq!(claimed(query, header), None, "{query} {header:?}");
        }
    }
}
