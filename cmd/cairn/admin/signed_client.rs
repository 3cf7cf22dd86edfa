//! The admin API, called with an administrator's key.

use anyhow::{Context as _, Result, bail};
use axum::http::{HeaderMap, HeaderValue, Method};
use cairn_gateway::admin::{AdminFailure, Operation, PATH_PREFIX, SERVICE};
use cairn_runtime::Clock;
use cairn_s3::auth::SecretKey;
use cairn_s3::auth::sign::{Signer, UnsignedRequest};
use cairn_s3::payload::PayloadMode;
use sha2::{Digest, Sha256};

use super::http::{Request, exchange, host};
use super::key_source::Administrator;

/// Every endpoint takes signatures for this region, whatever its own is called.
const REGION: &str = "us-east-1";

/// Calls operations; each command makes one and is done.
pub(super) struct SignedClient {
    endpoint: String,
    signer: Signer,
    clock: Clock,
}

impl SignedClient {
    /// A client with the key of the environment.
    pub(super) fn new(endpoint: &str, administrator: Administrator, clock: Clock) -> Self {
        let Administrator { access_key, secret_key } = administrator;
        let signer = Signer::new(access_key, SecretKey::new(secret_key), REGION.to_owned()).with_service(SERVICE);
        Self { endpoint: endpoint.to_owned(), signer, clock }
    }

    /// Calls an operation.
    pub(super) fn call<O: Operation>(&self, operation: &O) -> Result<O::Answer> {
        let body = serde_json::to_vec(operation).context("write the request")?;
        let path = format!("{PATH_PREFIX}{}", O::PATH);
        let headers = self.sign(&path, &body)?;
        let answer = exchange(&self.endpoint, &Request { method: "POST", path: &path, headers, body: &body })?;
        if answer.status == 200 {
            return serde_json::from_str(&answer.body).context("read the answer");
        }
        match serde_json::from_str::<AdminFailure>(&answer.body) {
            Ok(failure) => bail!("{}: {}", failure.code, failure.message),
            Err(_) => bail!("{} answers {}: {}", self.endpoint, answer.line, answer.body.trim_end()),
        }
    }

    fn sign(&self, path: &str, body: &[u8]) -> Result<Vec<(String, String)>> {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_str(host(&self.endpoint)).context("the endpoint is no host")?);
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        let request = UnsignedRequest { method: &Method::POST, path, query: None };
        let payload = PayloadMode::Signed(Sha256::digest(body).into());
        self.signer.sign_headers(request, &mut headers, payload, self.clock.wall()).context("sign the request")?;
        headers.remove("host");
        let text = |value: &HeaderValue| value.to_str().map(str::to_owned).context("a header is no text");
        headers.iter().map(|(name, value)| Ok((name.to_string(), text(value)?))).collect()
    }
}
