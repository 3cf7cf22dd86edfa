//! The answering side.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_runtime::net::{BoxStream, Listener};
use cairn_runtime::permits::ByteBudget;
use cairn_runtime::select::{Either, select};
use cairn_runtime::{Context, OnExit};
use cairn_types::ErrorKind;
use http::header::CONTENT_LENGTH;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use super::codec::{HEAD_LENGTH, KIND, PATH_PREFIX, Pieces, REMAINING_MS, declared_bytes, number, receive};
use crate::handler::Router;
use crate::limits::{ACCEPT_PAUSE, CALL_WAIT_MAX, RECEIVE_WAIT_MAX, RECEIVING_BYTES_MAX};
use crate::message::{Failure, Message};

/// Answers calls on `listener` until shutdown is asked for; calls under way are finished.
pub async fn serve_http(context: Context, listener: Arc<dyn Listener>, router: Router) {
    serve_within(context, listener, router, ByteBudget::new(RECEIVING_BYTES_MAX)).await;
}

/// As [`serve_http`], receiving at most the bytes of a budget at once.
pub(super) async fn serve_within(context: Context, listener: Arc<dyn Listener>, router: Router, receiving: ByteBudget) {
    let server = Arc::new(Server { context: context.clone(), router, receiving });
    loop {
        match select(context.tasks.shutdown_requested(), listener.accept()).await {
            Either::Left(()) => return,
            Either::Right(Ok((stream, _))) => {
                let server = Arc::clone(&server);
                context.tasks.spawn("rpc serve", OnExit::Ignore, async move { server.connection(stream).await });
            }
            Either::Right(Err(error)) => {
                tracing::warn!(%error, "a connection could not be accepted");
                context.clock.sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

struct Server {
    context: Context,
    router: Router,
    receiving: ByteBudget,
}

impl Server {
    async fn connection(self: Arc<Self>, stream: BoxStream) {
        let server = Arc::clone(&self);
        let service = service_fn(move |request| {
            let server = Arc::clone(&server);
            async move { Ok::<_, Infallible>(server.answer(request).await) }
        });
        let mut connection = std::pin::pin!(
            http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service)
        );
        if let Either::Left(()) = select(self.context.tasks.shutdown_requested(), connection.as_mut()).await {
            connection.as_mut().graceful_shutdown();
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Pieces> {
        match self.call(request).await {
            Ok(message) => response(StatusCode::OK, ErrorKind::Unknown, message),
            Err(failure) => {
                let message = Message { head: failure.detail, payload: vec![Bytes::from(failure.text)] };
                response(StatusCode::INTERNAL_SERVER_ERROR, failure.kind, message)
            }
        }
    }

    async fn call(&self, request: Request<Incoming>) -> Result<Message, Failure> {
        let invalid = |text: String| Failure::plain(ErrorKind::Invalid, text);
        let (head, body) = request.into_parts();
        let path = head.uri.path().strip_prefix(PATH_PREFIX).ok_or_else(|| invalid("not a call".to_owned()))?;
        let remaining = Duration::from_millis(number(&head.headers, REMAINING_MS).unwrap_or(0));
        let clock = &self.context.clock;
        let deadline = clock.now() + remaining.min(CALL_WAIT_MAX);
        let bytes = declared_bytes(&head.headers).map_err(|error| invalid(error.to_string()))?;
        let no_room = |_| Failure::plain(ErrorKind::Busy, "too many bytes are being received");
        let room = clock.until(deadline, self.receiving.take(bytes)).await.map_err(no_room)?;
        let message = match clock.within(RECEIVE_WAIT_MAX, receive(&head.headers, body)).await {
            Ok(received) => received.map_err(|error| invalid(error.to_string()))?,
            Err(elapsed) => return Err(invalid(elapsed.to_string())),
        };
        self.router.handle_owned(&self.context.tasks, path.to_owned(), message, deadline, room).await
    }
}

fn response(status: StatusCode, kind: ErrorKind, message: Message) -> Response<Pieces> {
    Response::builder()
        .status(status)
        .header(HEAD_LENGTH, message.head.len())
        .header(CONTENT_LENGTH, message.head.len() + message.payload_bytes())
        .header(KIND, u16::from(kind.to_wire()))
        .body(Pieces::new(message))
        .expect("numbers are valid header values")
}
