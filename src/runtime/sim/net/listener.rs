//! A simulated listener.

use std::io;
use std::net::SocketAddr;

use async_trait::async_trait;
use tokio::sync::{Mutex, mpsc};

use super::fabric::Incoming;
use crate::net::{BoxStream, Listener};

/// Dropping it closes the port.
pub(super) struct SimListener {
    address: SocketAddr,
    incoming: Mutex<mpsc::Receiver<Incoming>>,
}

impl SimListener {
    pub(super) fn new(address: SocketAddr, incoming: mpsc::Receiver<Incoming>) -> Self {
        Self { address, incoming: Mutex::new(incoming) }
    }
}

#[async_trait]
impl Listener for SimListener {
    async fn accept(&self) -> io::Result<(BoxStream, SocketAddr)> {
        let (stream, peer) = self.incoming.lock().await.recv().await.ok_or(io::ErrorKind::NotConnected)?;
        Ok((Box::new(stream), peer))
    }

    fn local_address(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
