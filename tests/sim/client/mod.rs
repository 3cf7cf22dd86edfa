//! A small S3 client: HTTP/1.1 over the simulated network, signed as any other.

mod answer;
mod operations;
mod request;
mod versions;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use cairn_runtime::{Context, OnExit};
use cairn_s3::auth::SecretKey;
use cairn_s3::auth::sign::{Signer, UnsignedRequest};
use cairn_s3::payload::PayloadMode;
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;

pub(crate) use self::answer::{Answer, unquoted};
pub(crate) use self::request::{Asked, encode};
use crate::cluster::{ACCESS_KEY, REGION, SECRET_KEY};

/// How long a client waits for an answer: longer than a gateway tries.
pub(crate) const ANSWER_WAIT: Duration = Duration::from_secs(90);

/// How long it waits for a connection.
const CONNECT_WAIT: Duration = Duration::from_secs(5);

/// No answer, or half of one: what was asked may have happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NoAnswer(pub(crate) String);

/// Speaks S3 to the gateways of a cluster from the node that made it.
pub(crate) struct S3Client {
    context: Context,
    endpoints: Vec<SocketAddr>,
    signer: Signer,
    idle: Mutex<BTreeMap<usize, SendRequest<Full<Bytes>>>>,
}

impl S3Client {
    /// A client of the gateways at `endpoints`, running on the current node.
    pub(crate) fn new(endpoints: Vec<SocketAddr>) -> Self {
        let secret = SecretKey::new(SECRET_KEY.to_owned());
        let signer = Signer::new(ACCESS_KEY.to_owned(), secret, REGION.to_owned());
        Self { context: Context::current(), endpoints, signer, idle: Mutex::default() }
    }

    /// How many gateways there are.
    pub(crate) fn gateways(&self) -> usize {
        self.endpoints.len()
    }

    /// Asks the gateway at a place.
    pub(crate) async fn ask(&self, gateway: usize, asked: Asked) -> Result<Answer, NoAnswer> {
        let request = self.signed(gateway, asked);
        match self.context.clock.within(ANSWER_WAIT, self.exchange(gateway, request)).await {
            Ok(answer) => answer,
            Err(elapsed) => Err(NoAnswer(elapsed.to_string())),
        }
    }

    fn signed(&self, gateway: usize, asked: Asked) -> Request<Full<Bytes>> {
        let Asked { method, path, query, headers, body } = asked;
        let mut all = HeaderMap::new();
        let host = self.endpoints[gateway].to_string();
        all.insert(HOST, HeaderValue::from_str(&host).expect("an address is a header value"));
        all.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        for (name, value) in headers {
            all.insert(name, HeaderValue::from_str(&value).expect("the client sends text"));
        }
        let query = (!query.is_empty()).then_some(query);
        let unsigned = UnsignedRequest { method: &method, path: &path, query: query.as_deref() };
        let now = self.context.clock.wall();
        self.signer
            .sign_headers(unsigned, &mut all, PayloadMode::Unsigned, now)
            .expect("the client sends what can be signed");
        let target = query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
        let mut request = Request::builder().method(method).uri(target).body(Full::new(body)).expect("a good request");
        *request.headers_mut() = all;
        request
    }

    async fn exchange(&self, gateway: usize, request: Request<Full<Bytes>>) -> Result<Answer, NoAnswer> {
        let no_answer = |error: hyper::Error| NoAnswer(error.to_string());
        let mut connection = self.connection(gateway).await?;
        let response = connection.send_request(request).await.map_err(no_answer)?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(no_answer)?.to_bytes();
        if connection.ready().await.is_ok() {
            self.idle.lock().insert(gateway, connection);
        }
        Ok(Answer::new(head.status.as_u16(), head.headers, body))
    }

    async fn connection(&self, gateway: usize) -> Result<SendRequest<Full<Bytes>>, NoAnswer> {
        let idle = self.idle.lock().remove(&gateway);
        if let Some(mut idle) = idle
            && idle.ready().await.is_ok()
        {
            return Ok(idle);
        }
        let connect = self.context.net.connect(self.endpoints[gateway]);
        let stream = match self.context.clock.within(CONNECT_WAIT, connect).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(NoAnswer(error.to_string())),
            Err(elapsed) => return Err(NoAnswer(elapsed.to_string())),
        };
        let shaken = handshake(TokioIo::new(stream)).await;
        let (sender, connection) = shaken.map_err(|error| NoAnswer(error.to_string()))?;
        self.context.tasks.spawn("s3 client", OnExit::Ignore, connection);
        Ok(sender)
    }
}
