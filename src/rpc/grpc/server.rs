//! The answering side.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as PollContext, Poll};
use std::time::Duration;

use cairn_runtime::Context;
use cairn_runtime::net::{BoxStream, Listener};
use futures::Stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tonic::transport::Server;
use tonic::transport::server::Connected;
use tonic::{Request, Response, Status};

use super::proto;
use super::proto::call_response::Outcome;
use super::proto::peer_server::{Peer, PeerServer};
use crate::handler::Router;
use crate::limits::HEAD_BYTES_MAX;
use crate::message::Message;

/// Answers calls on `listener` until shutdown is asked for; calls under way are finished.
pub async fn serve_grpc(context: Context, listener: Arc<dyn Listener>, router: Router) {
    let service = PeerServer::new(Service { context: context.clone(), router })
        .max_decoding_message_size(2 * HEAD_BYTES_MAX);
    let incoming = Incoming::new(listener);
    let shutdown = {
        let tasks = context.tasks.clone();
        async move { tasks.shutdown_requested().await }
    };
    let served = Server::builder()
        .initial_stream_window_size(8 << 20)
        .initial_connection_window_size(16 << 20)
        .tcp_nodelay(true)
        .add_service(service)
        .serve_with_incoming_shutdown(incoming, shutdown)
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "the control server stopped");
    }
}

struct Service {
    context: Context,
    router: Router,
}

#[tonic::async_trait]
impl Peer for Service {
    async fn call(&self, request: Request<proto::CallRequest>) -> Result<Response<proto::CallResponse>, Status> {
        let request = request.into_inner();
        let deadline = self.context.clock.now() + Duration::from_millis(request.remaining_ms.min(3_600_000));
        let payload = Some(request.payload).into_iter().filter(|payload| !payload.is_empty()).collect();
        let message = Message { head: request.head, payload };
        // Handlers belong to this node whichever thread of the server runs them.
        let handled = self.context.clone().scope(self.router.handle(&request.method, message, deadline)).await;
        let outcome = match handled {
            Ok(answer) => Outcome::Success(proto::Success { head: answer.head.clone(), payload: answer.into_payload() }),
            Err(failure) => Outcome::Failure(proto::Failure {
                kind: u32::from(failure.kind.to_wire()),
                detail: failure.detail,
                text: failure.text,
            }),
        };
        Ok(Response::new(proto::CallResponse { outcome: Some(outcome) }))
    }
}

type Accept = Pin<Box<dyn Future<Output = io::Result<BoxStream>> + Send>>;

/// The listener as a stream of connections.
struct Incoming {
    listener: Arc<dyn Listener>,
    next: Accept,
}

impl Incoming {
    fn new(listener: Arc<dyn Listener>) -> Self {
        let next = Self::accept(Arc::clone(&listener));
        Self { listener, next }
    }

    fn accept(listener: Arc<dyn Listener>) -> Accept {
        Box::pin(async move { listener.accept().await.map(|(stream, _)| stream) })
    }
}

impl Stream for Incoming {
    type Item = io::Result<Accepted>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<Option<Self::Item>> {
        let Poll::Ready(accepted) = self.next.as_mut().poll(context) else { return Poll::Pending };
        self.next = Self::accept(Arc::clone(&self.listener));
        Poll::Ready(Some(accepted.map(Accepted)))
    }
}

/// A connection as tonic wants it.
struct Accepted(BoxStream);

impl Connected for Accepted {
    type ConnectInfo = ();

    fn connect_info(&self) -> Self::ConnectInfo {}
}

impl AsyncRead for Accepted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut PollContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Accepted {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut PollContext<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut PollContext<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }
}
