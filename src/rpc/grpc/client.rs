//! The calling side.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use async_trait::async_trait;
use cairn_runtime::net::Net;
use cairn_runtime::{Context, Instant};
use cairn_types::ErrorKind;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

use super::proto;
use super::proto::call_response::Outcome;
use super::proto::peer_client::PeerClient;
use crate::limits::{CONNECT_WAIT_MAX, CONTROL_BYTES_MAX};
use crate::message::{Failure, Message, Method};
use crate::transport::{CallError, Transport};

/// The method's name, numbers and lengths around a message.
const ENVELOPE_BYTES_MAX: usize = 1_024;

/// Calls over gRPC: one HTTP/2 connection per peer, made when first needed and again when lost.
pub struct GrpcTransport {
    context: Context,
    peers: Mutex<BTreeMap<SocketAddr, PeerClient<Channel>>>,
}

impl GrpcTransport {
    /// A transport that connects through `context`'s network.
    pub fn new(context: Context) -> Self {
        Self { context, peers: Mutex::new(BTreeMap::new()) }
    }

    fn peer(&self, address: SocketAddr) -> PeerClient<Channel> {
        let mut peers = self.peers.lock();
        peers.entry(address).or_insert_with(|| self.client(address)).clone()
    }

    fn client(&self, address: SocketAddr) -> PeerClient<Channel> {
        let net: Net = self.context.net.clone();
        let connect = move |_| {
            let net = net.clone();
            async move { net.connect(address).await.map(TokioIo::new) }
        };
        let endpoint = Endpoint::from_shared(format!("http://{address}"))
            .expect("a socket address makes a valid URI")
            .connect_timeout(CONNECT_WAIT_MAX)
            .initial_stream_window_size(8 << 20)
            .initial_connection_window_size(16 << 20);
        PeerClient::new(endpoint.connect_with_connector_lazy(tower::service_fn(connect)))
            .max_decoding_message_size(CONTROL_BYTES_MAX)
    }

    async fn exchange(&self, peer: SocketAddr, request: proto::CallRequest) -> Result<Message, CallError> {
        let response = self.peer(peer).call(request).await.map_err(|status| transport_error(peer, &status))?;
        match response.into_inner().outcome {
            Some(Outcome::Success(success)) => {
                Ok(Message { head: success.head, payload: Some(success.payload).into_iter().collect() })
            }
            Some(Outcome::Failure(failure)) => Err(CallError::Failed(Failure {
                kind: u8::try_from(failure.kind).map_or(ErrorKind::Unknown, ErrorKind::from_wire),
                detail: failure.detail,
                text: failure.text,
            })),
            None => Err(CallError::Lost { peer, reason: "an answer without an outcome".to_owned() }),
        }
    }
}

/// Refuses what the peer would refuse after it was sent.
fn check_size(message: &Message) -> Result<(), CallError> {
    let bytes = message.head.len() + message.payload_bytes();
    if bytes + ENVELOPE_BYTES_MAX <= CONTROL_BYTES_MAX {
        return Ok(());
    }
    let text = format!("a control call of {bytes} bytes is too large");
    Err(CallError::Failed(Failure::plain(ErrorKind::Invalid, text)))
}

fn transport_error(peer: SocketAddr, status: &Status) -> CallError {
    // tonic reports a connection that could not be made as Unavailable with a connect error as its source; everything
    // else may have reached the peer.
    let never_sent = status.code() == Code::Unavailable && mentions_connect(status);
    let reason = status.message().to_owned();
    if never_sent { CallError::Unreachable { peer, reason } } else { CallError::Lost { peer, reason } }
}

fn mentions_connect(status: &Status) -> bool {
    let mut source = std::error::Error::source(status);
    while let Some(error) = source {
        if error.to_string().contains("tcp connect error") || error.is::<tonic::ConnectError>() {
            return true;
        }
        source = error.source();
    }
    false
}

#[async_trait]
impl Transport for GrpcTransport {
    async fn call(
        &self,
        peer: SocketAddr,
        method: Method,
        message: Message,
        deadline: Instant,
    ) -> Result<Message, CallError> {
        check_size(&message)?;
        let remaining = deadline.saturating_duration_since(self.context.clock.now());
        let head = message.head.clone();
        let request = proto::CallRequest {
            method: method.to_owned(),
            remaining_ms: remaining.as_millis() as u64,
            head,
            payload: message.into_payload(),
        };
        let exchange = self.exchange(peer, request);
        self.context.clock.until(deadline, exchange).await.unwrap_or(Err(CallError::Deadline { peer }))
    }
}
