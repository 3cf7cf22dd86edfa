//! A small client and server side for the tests.

use cairn_types::UnixMillis;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::auth::sign::{Signer, UnsignedRequest};
use crate::auth::{
    AuthSettings, Claim, ClaimContext, SecretKey, Service, SigV2, SignedClaim, SigningKeyCache, Verified,
};
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;
use crate::payload::PayloadMode;

pub(crate) const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";

/// 2013-05-24T00:00:00Z, the time of AWS's examples.
pub(crate) const NOW: UnixMillis = UnixMillis(1_369_353_600_000);

pub(crate) fn secret() -> SecretKey {
    SecretKey::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned())
}

pub(crate) fn signer() -> Signer {
    Signer::new(ACCESS_KEY.to_owned(), secret(), "us-east-1".to_owned())
}

pub(crate) fn settings() -> AuthSettings {
    AuthSettings { region: "eu-central-1".to_owned(), sigv2: SigV2::Everywhere }
}

/// A request on its way from client to server.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) bucket: Option<String>,
}

impl Request {
    pub(crate) fn new(method: Method, path: &str, query: Option<&str>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("examplebucket.s3.amazonaws.com"));
        Self { method, path: path.to_owned(), query: query.map(str::to_owned), headers, bucket: None }
    }

    pub(crate) fn get() -> Self {
        Self::new(Method::GET, "/test.txt", None)
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a header value");
        self.headers.append(HeaderName::from_static(name), value);
        self
    }

    pub(crate) fn set(mut self, name: &'static str, value: &str) -> Self {
        self.headers.remove(name);
        self.with(name, value)
    }

    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.headers.remove(name);
        self
    }

    pub(crate) fn unsigned(&self) -> UnsignedRequest<'_> {
        UnsignedRequest { method: &self.method, path: &self.path, query: self.query.as_deref() }
    }

    pub(crate) fn signed_by(mut self, signer: &Signer, payload: PayloadMode) -> Self {
        let mut headers = std::mem::take(&mut self.headers);
        signer.sign_headers(self.unsigned(), &mut headers, payload, NOW).expect("signable");
        self.headers = headers;
        self
    }

    pub(crate) fn signed(self) -> Self {
        self.signed_by(&signer(), PayloadMode::Unsigned)
    }

    pub(crate) fn presigned(mut self, expires_seconds: u64) -> Self {
        self.query = Some(signer().presign(self.unsigned(), &self.headers, expires_seconds, NOW).expect("signable"));
        self
    }

    pub(crate) fn head(&self) -> RequestHead<'_> {
        RequestHead {
            method: &self.method,
            path: &self.path,
            query: self.query.as_deref(),
            headers: &self.headers,
            authority: None,
        }
    }

    pub(crate) fn context(&self, now: UnixMillis) -> ClaimContext<'_> {
        ClaimContext { service: Service::S3, virtual_host_bucket: self.bucket.as_deref(), now }
    }

    pub(crate) fn claim_at(&self, now: UnixMillis) -> Result<Claim, S3Error> {
        Claim::parse(&self.head(), &settings(), &self.context(now))
    }

    pub(crate) fn verify_at(&self, now: UnixMillis) -> Result<Verified, S3Error> {
        signed_claim(self.claim_at(now)?).verify(&secret(), &SigningKeyCache::new(1))
    }

    pub(crate) fn verify(&self) -> Result<Verified, S3Error> {
        self.verify_at(NOW)
    }

    pub(crate) fn refusal(&self) -> S3Error {
        self.refusal_at(NOW)
    }

    pub(crate) fn refusal_at(&self, now: UnixMillis) -> S3Error {
        match self.verify_at(now) {
            Ok(_) => panic!("the request was taken"),
            Err(error) => error,
        }
    }

    pub(crate) fn code(&self) -> S3ErrorCode {
        self.refusal().code
    }

    pub(crate) fn authorization(&self) -> String {
        let value = self.headers.get("authorization").expect("signed");
        value.to_str().expect("text").to_owned()
    }

    pub(crate) fn signature(&self) -> String {
        let text =
            self.query.clone().filter(|query| query.contains("Signature=")).unwrap_or_else(|| self.authorization());
        text.rsplit("Signature=").next().expect("a signature").to_owned()
    }
}

pub(crate) fn signed_claim(claim: Claim) -> SignedClaim {
    match claim {
        Claim::Signed(claim) => claim,
        Claim::Anonymous(_) => panic!("the claim is anonymous"),
    }
}

pub(crate) fn later(seconds: u64) -> UnixMillis {
    UnixMillis(NOW.0 + seconds * 1_000)
}

pub(crate) fn earlier(seconds: u64) -> UnixMillis {
    UnixMillis(NOW.0 - seconds * 1_000)
}
