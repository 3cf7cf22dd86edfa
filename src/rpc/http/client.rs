//! The calling side.

use std::net::SocketAddr;

use async_trait::async_trait;
use cairn_runtime::{Context, Instant};
use cairn_types::ErrorKind;
use http::{Request, Response};
use hyper::body::Incoming;

use super::codec::{HEAD_LENGTH, KIND, PATH_PREFIX, Pieces, REMAINING_MS, number, receive};
use super::pool::{Connection, Pool};
use crate::message::{Failure, Message, Method};
use crate::transport::{CallError, Transport};

/// Calls over HTTP/1.1, one at a time on a connection, connections pooled per peer.
pub struct HttpTransport {
    context: Context,
    pool: Pool,
}

impl HttpTransport {
    /// A transport that connects through `context`'s network.
    pub fn new(context: Context) -> Self {
        Self { pool: Pool::new(context.clone()), context }
    }

    async fn exchange(
        &self,
        peer: SocketAddr,
        method: Method,
        message: Message,
        deadline: Instant,
    ) -> Result<Message, CallError> {
        let mut connection = self.pool.take(peer, false).await?;
        let request = self.request(peer, method, message, deadline);
        let response = match connection.sender.try_send_request(request).await {
            Ok(response) => response,
            Err(mut refused) => {
                // A pooled connection may have been closed by the peer: what was not sent goes again on a fresh one.
                let lost = CallError::Lost { peer, reason: refused.error().to_string() };
                let Some(request) = refused.take_message().filter(|_| connection.reused) else { return Err(lost) };
                drop(connection);
                connection = self.pool.take(peer, true).await?;
                connection.sender.send_request(request).await.map_err(|_| lost)?
            }
        };
        self.answer(peer, connection, response).await
    }

    fn request(&self, peer: SocketAddr, method: Method, message: Message, deadline: Instant) -> Request<Pieces> {
        let remaining = deadline.saturating_duration_since(self.context.clock.now()).as_millis() as u64;
        Request::post(format!("{PATH_PREFIX}{method}"))
            .header("host", peer.to_string())
            .header(HEAD_LENGTH, message.head.len())
            .header(REMAINING_MS, remaining)
            .body(Pieces::new(message))
            .expect("method names and numbers are valid in a request head")
    }

    async fn answer(
        &self,
        peer: SocketAddr,
        connection: Connection,
        response: Response<Incoming>,
    ) -> Result<Message, CallError> {
        let (head, body) = response.into_parts();
        let message = receive(&head.headers, body)
            .await
            .map_err(|error| CallError::Lost { peer, reason: error.to_string() })?;
        self.pool.give_back(connection);
        if head.status.is_success() {
            return Ok(message);
        }
        let kind = number(&head.headers, KIND).map_or(ErrorKind::Unknown, |kind| ErrorKind::from_wire(kind as u8));
        let detail = message.head.clone();
        let text = String::from_utf8_lossy(&message.into_payload()).into_owned();
        Err(CallError::Failed(Failure { kind, detail, text }))
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn call(
        &self,
        peer: SocketAddr,
        method: Method,
        message: Message,
        deadline: Instant,
    ) -> Result<Message, CallError> {
        let exchange = self.exchange(peer, method, message, deadline);
        self.context.clock.until(deadline, exchange).await.unwrap_or(Err(CallError::Deadline { peer }))
    }
}
