//! One bounded pool of connections per peer.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use cairn_runtime::{Context, Instant, OnExit};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::codec::Pieces;
use crate::limits::{CONNECT_WAIT_MAX, CONNECTIONS_PER_PEER_MAX, IDLE_CLOSE};
use crate::transport::CallError;

/// Connections to all peers.
pub(super) struct Pool {
    context: Context,
    peers: Mutex<BTreeMap<SocketAddr, Arc<Peer>>>,
}

struct Peer {
    address: SocketAddr,
    turns: Arc<Semaphore>,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    sender: SendRequest<Pieces>,
    since: Instant,
}

/// A connection for one call. Dropped without [`Pool::give_back`], it is closed.
pub(super) struct Connection {
    pub(super) sender: SendRequest<Pieces>,
    /// Whether it carried calls before: the peer may have closed it meanwhile.
    pub(super) reused: bool,
    peer: Arc<Peer>,
    _turn: OwnedSemaphorePermit,
}

impl Pool {
    pub(super) fn new(context: Context) -> Self {
        Self { context, peers: Mutex::new(BTreeMap::new()) }
    }

    /// A connection to `address`: an idle one, else a new one. Waits for a turn.
    ///
    /// # Cancel safety
    /// Cancel-safe; the place in the line is lost.
    pub(super) async fn take(&self, address: SocketAddr) -> Result<Connection, CallError> {
        let peer = self.peer(address);
        let turn = Arc::clone(&peer.turns).acquire_owned().await.expect("the semaphore of a peer is never closed");
        while let Some(mut sender) = self.take_idle(&peer) {
            // The last answer was read; the connection may still have to notice, or may be gone.
            if sender.ready().await.is_ok() {
                return Ok(Connection { sender, reused: true, peer, _turn: turn });
            }
        }
        let sender = self.connect(address).await?;
        Ok(Connection { sender, reused: false, peer, _turn: turn })
    }

    /// A new connection in the place of one that turned out to be gone.
    pub(super) async fn replace(&self, gone: Connection) -> Result<Connection, CallError> {
        let sender = self.connect(gone.peer.address).await?;
        Ok(Connection { sender, reused: false, ..gone })
    }

    /// Puts a connection whose call is over back for the next.
    pub(super) fn give_back(&self, connection: Connection) {
        let idle = Idle { sender: connection.sender, since: self.context.clock.now() };
        connection.peer.idle.lock().push(idle);
    }

    fn peer(&self, address: SocketAddr) -> Arc<Peer> {
        let make = || {
            Arc::new(Peer {
                address,
                turns: Arc::new(Semaphore::new(CONNECTIONS_PER_PEER_MAX)),
                idle: Mutex::new(Vec::new()),
            })
        };
        Arc::clone(self.peers.lock().entry(address).or_insert_with(make))
    }

    fn take_idle(&self, peer: &Peer) -> Option<SendRequest<Pieces>> {
        let oldest = self.context.clock.now().checked_sub(IDLE_CLOSE);
        let mut idle = peer.idle.lock();
        if let Some(oldest) = oldest {
            idle.retain(|connection| connection.since > oldest);
        }
        // The last one in is the first one out, so that a quiet peer's surplus grows old and is closed.
        idle.pop().map(|connection| connection.sender)
    }

    async fn connect(&self, address: SocketAddr) -> Result<SendRequest<Pieces>, CallError> {
        let unreachable = |reason: String| CallError::Unreachable { peer: address, reason };
        let stream = self.context.clock.within(CONNECT_WAIT_MAX, self.context.net.connect(address)).await;
        let stream = match stream {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(unreachable(error.to_string())),
            Err(elapsed) => return Err(unreachable(elapsed.to_string())),
        };
        let (sender, connection) =
            handshake(TokioIo::new(stream)).await.map_err(|error| unreachable(error.to_string()))?;
        self.context.tasks.spawn("rpc connection", OnExit::Ignore, async move {
            if let Err(error) = connection.await {
                tracing::debug!(peer = %address, %error, "connection ended");
            }
        });
        Ok(sender)
    }
}
