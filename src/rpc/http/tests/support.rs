//! A server with a scripted service, and a client beside it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_runtime::sim::{SimNode, SimWorld};
use cairn_runtime::{Context, Instant};
use cairn_types::ErrorKind;

use crate::limits::PAYLOAD_BYTES_MAX;
use crate::{CallError, Failure, Handler, HttpTransport, Message, Router, Transport, serve_http};

/// How long the scripted service takes for `slow`.
pub(super) const SLOW: Duration = Duration::from_secs(1);

/// Answers as its methods say, and counts.
#[derive(Default)]
pub(super) struct Scripted {
    running: AtomicUsize,
    /// Most calls that ran at once.
    pub(super) running_max: AtomicUsize,
    /// Calls that came to their end.
    pub(super) finished: AtomicUsize,
}

#[async_trait]
impl Handler for Scripted {
    async fn handle(&self, method: &str, message: Message, _: Instant) -> Result<Message, Failure> {
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.running_max.fetch_max(running, Ordering::SeqCst);
        let answer = match method {
            "echo" => Ok(message),
            "slow" => {
                Context::current().clock.sleep(SLOW).await;
                Ok(message)
            }
            "refuse" => {
                Err(Failure { kind: ErrorKind::Conflict, detail: message.head, text: "it does not fit".to_owned() })
            }
            "huge" => Ok(Message { head: Bytes::new(), payload: vec![Bytes::from(vec![0; PAYLOAD_BYTES_MAX + 1])] }),
            _ => Err(Failure::plain(ErrorKind::Invalid, "no such method of the script")),
        };
        self.running.fetch_sub(1, Ordering::SeqCst);
        self.finished.fetch_add(1, Ordering::SeqCst);
        answer
    }
}

/// A node that serves a [`Scripted`].
pub(super) struct Server {
    pub(super) node: SimNode,
    pub(super) address: SocketAddr,
    pub(super) script: Arc<Scripted>,
}

impl Server {
    pub(super) async fn start(world: &SimWorld) -> Self {
        let node = world.add_node("server");
        let address = SocketAddr::new(node.address(), 7_000);
        let server = Self { node, address, script: Arc::default() };
        server.serve().await;
        server
    }

    /// Serves on the node's present process.
    pub(super) async fn serve(&self) {
        let context = self.node.context();
        let listener = context.net.listen(self.address).await.expect("the port is free");
        self.node.spawn("serve", serve_http(context, listener, self.router()));
    }

    pub(super) fn router(&self) -> Router {
        Router::default().with("script", Arc::clone(&self.script) as Arc<dyn Handler>)
    }
}

/// A transport of the node that the test runs on.
pub(super) fn transport() -> Arc<HttpTransport> {
    Arc::new(HttpTransport::new(Context::current()))
}

/// Calls with ten seconds of patience.
pub(super) async fn call(
    transport: &HttpTransport,
    peer: SocketAddr,
    method: &'static str,
    message: Message,
) -> Result<Message, CallError> {
    let deadline = Context::current().clock.now() + Duration::from_secs(10);
    transport.call(peer, method, message, deadline).await
}

/// `count` bytes that differ from their neighbours.
pub(super) fn bytes(count: usize) -> Bytes {
    (0..count).map(|i| (i % 251) as u8).collect()
}

pub(super) fn message(head: usize, payload: &[usize]) -> Message {
    Message { head: bytes(head), payload: payload.iter().map(|count| bytes(*count)).collect() }
}
