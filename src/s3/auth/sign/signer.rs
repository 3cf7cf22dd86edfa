//! Signatures of requests.

use cairn_types::UnixMillis;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::auth::canonical::{ALGORITHM, CanonicalRequest};
use crate::auth::canonical_v2::StringToSign;
use crate::auth::date::RequestTime;
use crate::auth::encoding::{canonical_path, uri_encode};
use crate::auth::query_parameters::QueryParameters;
use crate::auth::scope::Scope;
use crate::auth::signed_headers::SignedHeaders;
use crate::auth::{ChunkChain, SecretKey, SigningKeyCache, v2};
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;
use crate::payload::PayloadMode;

/// Signs with one access key for one region and service.
pub struct Signer {
    access_key: String,
    secret: SecretKey,
    session_token: Option<String>,
    region: String,
    service: &'static str,
    keys: SigningKeyCache,
}

/// A request as it will be sent, but for its signature.
#[derive(Clone, Copy)]
pub struct UnsignedRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path as it will be sent.
    pub path: &'a str,
    /// The query as it will be sent, without the question mark.
    pub query: Option<&'a str>,
}

/// The fields that a signed form carries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedPolicy {
    /// `x-amz-credential`.
    pub credential: String,
    /// `x-amz-date`.
    pub date: String,
    /// `x-amz-signature`.
    pub signature: String,
}

impl Signer {
    /// A signer for S3.
    pub fn new(access_key: String, secret: SecretKey, region: String) -> Self {
        // One day's key, and yesterday's around midnight.
        let keys = SigningKeyCache::new(2);
        Self { access_key, secret, session_token: None, region, service: "s3", keys }
    }

    /// Adds the token of temporary credentials.
    #[must_use]
    pub fn with_session_token(mut self, token: String) -> Self {
        self.session_token = Some(token);
        self
    }

    /// Signs for another service.
    #[must_use]
    pub fn with_service(mut self, service: &'static str) -> Self {
        self.service = service;
        self
    }

    /// Adds date, payload mode, token and `Authorization` to headers that hold `host` and all else that will be sent.
    /// All of them are signed. The chain signs the chunks of a streaming mode.
    ///
    /// # Errors
    ///
    /// `InvalidURI` for a path or query with broken escapes; `InvalidArgument` for credentials no header can hold.
    pub fn sign_headers(
        &self,
        request: UnsignedRequest<'_>,
        headers: &mut HeaderMap,
        payload: PayloadMode,
        now: UnixMillis,
    ) -> Result<ChunkChain, S3Error> {
        let date = RequestTime::from_millis(now).to_iso();
        let payload = payload.to_text();
        headers.insert("x-amz-date", header_value(&date)?);
        headers.insert("x-amz-content-sha256", header_value(&payload)?);
        if let Some(token) = &self.session_token {
            headers.insert("x-amz-security-token", header_value(token)?);
        }
        let list = signed_list(headers);
        let query = QueryParameters::parse(request.query)?.canonical_without(None);
        let chain = self.signature(request, headers, &list, &query, &payload, &date)?;
        let authorization = format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={list}, Signature={}",
            self.access_key,
            self.scope(&date).as_str(),
            chain.last_signature()
        );
        headers.insert(AUTHORIZATION, header_value(&authorization)?);
        Ok(chain)
    }

    /// Makes the query of a presigned URL. `headers` are those that its user will have to send, `host` among them.
    ///
    /// # Errors
    ///
    /// As [`Signer::sign_headers`].
    pub fn presign(
        &self,
        request: UnsignedRequest<'_>,
        headers: &HeaderMap,
        expires_seconds: u64,
        now: UnixMillis,
    ) -> Result<String, S3Error> {
        let date = RequestTime::from_millis(now).to_iso();
        let list = signed_list(headers);
        let credential = format!("{}/{}", self.access_key, self.scope(&date).as_str());
        let mut query = request.query.map(|query| format!("{query}&")).unwrap_or_default();
        query.push_str(&format!(
            "X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential={}&X-Amz-Date={date}&X-Amz-Expires={expires_seconds}\
             &X-Amz-SignedHeaders={}",
            uri_encode(credential.as_bytes()),
            uri_encode(list.as_bytes())
        ));
        if let Some(token) = &self.session_token {
            query.push_str("&X-Amz-Security-Token=");
            query.push_str(&uri_encode(token.as_bytes()));
        }
        let canonical = QueryParameters::parse(Some(&query))?.canonical_without(None);
        let chain = self.signature(request, headers, &list, &canonical, "UNSIGNED-PAYLOAD", &date)?;
        Ok(format!("{query}&X-Amz-Signature={}", chain.last_signature()))
    }

    /// Makes the query of a presigned URL of version 2, as boto3 does.
    ///
    /// # Errors
    ///
    /// `InvalidURI` as above; `InvalidArgument` for a parameter that version 2 cannot sign.
    pub fn presign_v2(
        &self,
        request: UnsignedRequest<'_>,
        headers: &HeaderMap,
        virtual_host_bucket: Option<&str>,
        expires: UnixMillis,
    ) -> Result<String, S3Error> {
        let query = QueryParameters::parse(request.query)?;
        let UnsignedRequest { method, path, .. } = request;
        let head = RequestHead { method, authority: None, path, query: request.query, headers };
        let date = expires.seconds().to_string();
        let text =
            StringToSign { head: &head, query: &query, bucket: virtual_host_bucket, date: &date, presigned: true };
        let text = text.alternatives().into_iter().next().ok_or_else(|| S3Error::new(S3ErrorCode::InvalidArgument))?;
        let mut out = request.query.map(|query| format!("{query}&")).unwrap_or_default();
        out.push_str(&format!(
            "AWSAccessKeyId={}&Expires={date}&Signature={}",
            uri_encode(self.access_key.as_bytes()),
            uri_encode(v2::sign(&self.secret, &text).as_bytes())
        ));
        Ok(out)
    }

    /// Signs the base64 of a form's policy.
    pub fn sign_policy(&self, policy: &str, now: UnixMillis) -> SignedPolicy {
        let date = RequestTime::from_millis(now).to_iso();
        let scope = self.scope(&date);
        let signature = self.keys.key(&self.access_key, &scope, &self.secret).sign(policy.as_bytes());
        SignedPolicy { credential: format!("{}/{}", self.access_key, scope.as_str()), date, signature }
    }

    fn signature(
        &self,
        request: UnsignedRequest<'_>,
        headers: &HeaderMap,
        list: &str,
        query: &str,
        payload: &str,
        date: &str,
    ) -> Result<ChunkChain, S3Error> {
        let signed = SignedHeaders::parse(list).ok_or_else(|| S3Error::new(S3ErrorCode::InvalidArgument))?;
        let path = canonical_path(request.path)?;
        let canonical =
            CanonicalRequest { method: request.method, path: &path, query, headers, signed: &signed, payload };
        let scope = self.scope(date);
        let text = canonical.string_to_sign(date, &scope);
        let key = self.keys.key(&self.access_key, &scope, &self.secret);
        let signature = key.sign(text.as_bytes());
        Ok(ChunkChain::new(key, date.to_owned(), scope, signature))
    }

    fn scope(&self, date: &str) -> Scope {
        Scope::new(date.get(..8).unwrap_or_default(), &self.region, self.service)
    }
}

/// The names of all headers, sorted.
fn signed_list(headers: &HeaderMap) -> String {
    let mut names: Vec<&str> = headers.keys().filter(|name| *name != AUTHORIZATION).map(HeaderName::as_str).collect();
    names.sort_unstable();
    names.join(";")
}

fn header_value(text: &str) -> Result<HeaderValue, S3Error> {
    HeaderValue::from_str(text).map_err(|_| S3Error::new(S3ErrorCode::InvalidArgument))
}
