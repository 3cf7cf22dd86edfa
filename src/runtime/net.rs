//! Sockets.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};

/// A connected byte stream. Implementations forward vectored writes, or hyper would flatten bodies (one more copy).
pub trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static> Stream for T {}

/// A stream of whatever network the node is on.
pub type BoxStream = Box<dyn Stream>;

/// Takes connections.
#[async_trait]
pub trait Listener: Send + Sync + 'static {
    /// The next connection and its peer's address.
    ///
    /// # Cancel safety
    /// Cancel-safe.
    async fn accept(&self) -> io::Result<(BoxStream, SocketAddr)>;

    /// The address that was bound, with its real port.
    fn local_address(&self) -> io::Result<SocketAddr>;
}

/// A node's view of the network.
#[async_trait]
pub trait Network: Send + Sync + 'static {
    /// Connects, without Nagle's delay. The caller bounds the time.
    ///
    /// # Cancel safety
    /// Cancel-safe.
    async fn connect(&self, address: SocketAddr) -> io::Result<BoxStream>;

    /// Listens; port 0 takes a free one.
    async fn listen(&self, address: SocketAddr) -> io::Result<Arc<dyn Listener>>;
}

/// A node's network; cheap to clone.
pub type Net = Arc<dyn Network>;
