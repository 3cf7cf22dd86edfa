//! The answering side.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as PollContext, Poll, ready};
use std::time::Duration;

use cairn_runtime::net::{BoxStream, Listener};
use cairn_runtime::{Clock, Context};
use futures::Stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tonic::transport::Server;
use tonic::transport::server::Connected;
use tonic::{Request, Response, Status};

use super::proto;
use super::proto::call_response::Outcome;
use super::proto::peer_server::{Peer, PeerServer};
use crate::handler::Router;
use crate::limits::{ACCEPT_PAUSE, CALL_WAIT_MAX, CONTROL_BYTES_MAX};
use crate::message::Message;

/// Answers calls on `listener` until shutdown is asked for; calls under way are finished.
pub async fn serve_grpc(context: Context, listener: Arc<dyn Listener>, router: Router) {
    let service =
        PeerServer::new(Service { context: context.clone(), router }).max_decoding_message_size(CONTROL_BYTES_MAX);
    let incoming = Incoming::new(context.clock.clone(), listener);
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
        let deadline = self.context.clock.now() + Duration::from_millis(request.remaining_ms).min(CALL_WAIT_MAX);
        let payload = Some(request.payload).into_iter().filter(|payload| !payload.is_empty()).collect();
        let message = Message { head: request.head, payload };
        let handled = self.router.handle_owned(&self.context.tasks, request.method, message, deadline, ()).await;
        let outcome = match handled {
            Ok(answer) => {
                Outcome::Success(proto::Success { head: answer.head.clone(), payload: answer.into_payload() })
            }
            Err(failure) => Outcome::Failure(proto::Failure {
                kind: u32::from(failure.kind.to_wire()),
                detail: failure.detail,
                text: failure.text,
            }),
        };
        Ok(Response::new(proto::CallResponse { outcome: Some(outcome) }))
    }
}

type Accept = Pin<Box<dyn Future<Output = BoxStream> + Send>>;

/// The listener as a stream of connections.
struct Incoming {
    clock: Clock,
    listener: Arc<dyn Listener>,
    next: Accept,
}

impl Incoming {
    fn new(clock: Clock, listener: Arc<dyn Listener>) -> Self {
        let next = Self::accept(clock.clone(), Arc::clone(&listener));
        Self { clock, listener, next }
    }

    fn accept(clock: Clock, listener: Arc<dyn Listener>) -> Accept {
        Box::pin(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => return stream,
                    Err(error) => tracing::warn!(%error, "a connection could not be accepted"),
                }
                clock.sleep(ACCEPT_PAUSE).await;
            }
        })
    }
}

impl Stream for Incoming {
    type Item = io::Result<Accepted>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<Option<Self::Item>> {
        let accepted = ready!(self.next.as_mut().poll(context));
        self.next = Self::accept(self.clock.clone(), Arc::clone(&self.listener));
        Poll::Ready(Some(Ok(Accepted(accepted))))
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
