//! Enough of S3 to be measured: objects as lengths, listings in order. Bodies of signed chunks are taken apart.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
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
    assert!(head.headers["authorization"].to_str().unwrap().contains("Signature="));
    let chunked = head.headers.contains_key("x-amz-decoded-content-length");
    let object = head.uri.path().strip_prefix("/b/").unwrap_or_default().to_owned();
    let query = head.uri.query().unwrap_or_default().to_owned();
    Ok(answer(head.method.as_str(), &object, &query, if chunked { unchunked(&body) } else { body.to_vec() }, &objects))
}

fn answer(method: &str, object: &str, query: &str, body: Vec<u8>, objects: &Objects) -> Response<Full<Bytes>> {
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

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut object = Vec::new();
    loop {
        let end = body.windows(2).position(|pair| pair == b"\r\n").unwrap();
        let head = std::str::from_utf8(&body[..end]).unwrap();
        let (digits, signature) = head.split_once(";chunk-signature=").unwrap();
        assert_eq!(signature.len(), 64);
        let len = usize::from_str_radix(digits, 16).unwrap();
        object.extend_from_slice(&body[end + 2..end + 2 + len]);
        body = &body[end + 2 + len + 2..];
        if len == 0 {
            assert!(body.is_empty());
            return object;
        }
    }
}
