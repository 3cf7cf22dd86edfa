//! Enough of S3 to be measured: objects as lengths, listings in order. Every signature, of heads and of chunks, is verified with the
//! code of the gateway.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use cairn_s3::RequestHead;
use cairn_s3::auth::{AuthSettings, Claim, ClaimContext, SecretKey, Service, SigV2, SigningKeyCache};
use cairn_s3::payload::{PayloadDecoder, PayloadPlan};
use cairn_types::UnixMillis;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::endpoint::Endpoint;

type Objects = Arc<Mutex<BTreeMap<String, usize>>>;

/// A server on a thread of its own; gone when it is dropped.
pub(crate) struct FakeServer {
    endpoint: Endpoint,
    objects: Objects,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl FakeServer {
    /// Answers every request after `delay`.
    pub(crate) fn start(delay: Duration) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let objects = Objects::default();
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&objects);
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    () = serve(listener, shared, delay) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { endpoint, objects, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        self.endpoint.clone()
    }

    pub(crate) fn stored_lengths(&self) -> Vec<usize> {
        self.objects.lock().unwrap().values().copied().collect()
    }

    pub(crate) fn forget_all(&self) {
        self.objects.lock().unwrap().clear();
    }

    pub(crate) fn forget_one(&self) {
        self.objects.lock().unwrap().pop_first();
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.thread.take().unwrap().join().unwrap();
    }
}

async fn serve(listener: TcpListener, objects: Objects, delay: Duration) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let objects = Arc::clone(&objects);
        let service = service_fn(move |request| answer_after(request, Arc::clone(&objects), delay));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer_after(
    request: Request<Incoming>,
    objects: Objects,
    delay: Duration,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = proved(&head, body);
    let object = head.uri.path().strip_prefix("/b/").unwrap_or_default().to_owned();
    let query = head.uri.query().unwrap_or_default().to_owned();
    Ok(answer(head.method.as_str(), &object, &query, &body, &objects))
}

fn answer(method: &str, object: &str, query: &str, body: &[u8], objects: &Objects) -> Response<Full<Bytes>> {
    let mut objects = objects.lock().unwrap();
    match (method, object) {
        ("PUT", "") => with(StatusCode::OK, Bytes::new()),
        ("PUT", key) => {
            objects.insert(key.to_owned(), body.len());
            with(StatusCode::OK, Bytes::new())
        }
        ("GET", "") => with(StatusCode::OK, list(&objects, query).into()),
        ("GET" | "HEAD", key) => match objects.get(key) {
            Some(len) => with(StatusCode::OK, vec![0; *len].into()),
            None => with(StatusCode::NOT_FOUND, Bytes::from_static(b"<Error><Code>NoSuchKey</Code></Error>")),
        },
        ("DELETE", key) => {
            objects.remove(key);
            with(StatusCode::NO_CONTENT, Bytes::new())
        }
        _ => with(StatusCode::OK, Bytes::from_static(b"<DeleteResult/>")),
    }
}

fn with(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::new(body)).unwrap()
}

/// A page of 1,000; the token is the last entry of the page before.
fn list(objects: &BTreeMap<String, usize>, query: &str) -> String {
    let parameters: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let after = parameters.get("continuation-token").map(|token| token.replace("%2F", "/"));
    let by_prefix = parameters.contains_key("delimiter");
    let mut entries: Vec<String> = objects
        .keys()
        .map(|key| if by_prefix { key.rsplit_once('/').unwrap().0.to_owned() + "/" } else { key.clone() })
        .filter(|entry| after.as_ref().is_none_or(|after| entry > after))
        .collect();
    entries.dedup();
    let is_truncated = entries.len() > 1_000;
    entries.truncate(1_000);
    let mut page = format!("<ListBucketResult><IsTruncated>{is_truncated}</IsTruncated>");
    if is_truncated {
        page += &format!("<NextContinuationToken>{}</NextContinuationToken>", entries.last().unwrap());
    }
    for entry in entries {
        page += &match by_prefix {
            true => format!("<CommonPrefixes><Prefix>{entry}</Prefix></CommonPrefixes>"),
            false => format!("<Contents><Key>{entry}</Key></Contents>"),
        };
    }
    page + "</ListBucketResult>"
}

/// The body without its framing, once the head and all of it proved right.
fn proved(head: &Parts, body: Bytes) -> Vec<u8> {
    let request = RequestHead::new(&head.method, &head.uri, &head.headers);
    let settings = AuthSettings { region: "us-east-1".to_owned(), sigv2: SigV2::Refused };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let now = UnixMillis(u64::try_from(now).unwrap());
    let context = ClaimContext { service: Service::S3, virtual_host_bucket: None, now };
    let Claim::Signed(claim) = Claim::parse(&request, &settings, &context).unwrap() else {
        panic!("an anonymous request")
    };
    let proof = claim.verify(&SecretKey::new("secret".to_owned()), &SigningKeyCache::new(1)).unwrap().into_body();
    let mut decoder = PayloadDecoder::new(PayloadPlan::new(proof, &head.headers, None, None).unwrap());
    let mut pieces = Vec::new();
    decoder.push(body, &mut pieces).unwrap();
    decoder.finish().unwrap();
    pieces.concat()
}
