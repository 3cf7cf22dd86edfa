//! The calling side.

use std::net::SocketAddr;

use async_trait::async_trait;
use cairn_runtime::{Context, Elapsed, Instant};
use cairn_types::ErrorKind;
use http::header::{CONTENT_LENGTH, HOST};
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
        mut connection: Connection,
        peer: SocketAddr,
        method: Method,
        message: Message,
        deadline: Instant,
    ) -> Result<Message, CallError> {
        let mut request = self.request(peer, method, message, deadline);
        loop {
            let mut refused = match connection.sender.try_send_request(request).await {
                Ok(response) => return self.answer(peer, connection, response).await,
                Err(refused) => refused,
            };
            let reason = refused.error().to_string();
            // hyper hands a request back only if not one byte of it was sent.
            let Some(unsent) = refused.take_message() else { return Err(CallError::Lost { peer, reason }) };
            if !connection.reused {
                return Err(CallError::Unreachable { peer, reason });
            }
            connection = self.pool.replace(connection).await?;
            request = unsent;
        }
    }

    fn request(&self, peer: SocketAddr, method: Method, message: Message, deadline: Instant) -> Request<Pieces> {
        let remaining = deadline.saturating_duration_since(self.context.clock.now()).as_millis() as u64;
        Request::post(format!("{PATH_PREFIX}{method}"))
            .header(HOST, peer.to_string())
            .header(HEAD_LENGTH, message.head.len())
            // hyper leaves it out where a body is empty.
            .header(CONTENT_LENGTH, message.head.len() + message.payload_bytes())
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
        let message =
            receive(&head.headers, body).await.map_err(|error| CallError::Lost { peer, reason: error.to_string() })?;
        self.pool.give_back(connection);
        if head.status.is_success() {
            return Ok(message);
        }
        let kind = number(&head.headers, KIND).map_or(ErrorKind::Unknown, ErrorKind::from_wire);
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
        message.check_size().map_err(CallError::Failed)?;
        let clock = &self.context.clock;
        let nothing_sent = |elapsed: Elapsed| CallError::Unreachable { peer, reason: elapsed.to_string() };
        let connection = clock.until(deadline, self.pool.take(peer)).await.map_err(nothing_sent)??;
        let exchange = self.exchange(connection, peer, method, message, deadline);
        clock.until(deadline, exchange).await.unwrap_or(Err(CallError::Deadline { peer }))
    }
}
