//! One node's view of the simulated network.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;

use super::fabric::{Connecting, Fabric};
use super::listener::SimListener;
use crate::net::{BoxStream, Listener, Network};

/// The network as `host` sees it.
pub(in crate::sim) struct NodeNetwork {
    fabric: Arc<Fabric>,
    host: IpAddr,
}

impl NodeNetwork {
    pub(in crate::sim) fn new(fabric: Arc<Fabric>, host: IpAddr) -> Self {
        Self { fabric, host }
    }

    async fn wait(&self, from: IpAddr, to: IpAddr) {
        tokio::time::sleep(self.fabric.draw_latency(from, to)).await;
    }
}

#[async_trait]
impl Network for NodeNetwork {
    async fn connect(&self, address: SocketAddr) -> io::Result<BoxStream> {
        let to = if address.ip().is_loopback() { self.host } else { address.ip() };
        let address = SocketAddr::new(to, address.port());
        let mut changes = self.fabric.changes();
        loop {
            self.wait(self.host, to).await;
            changes.mark_unchanged();
            match self.fabric.connect(self.host, address)? {
                Connecting::Done(stream) => {
                    self.wait(to, self.host).await;
                    return Ok(Box::new(stream));
                }
                // The network lives as long as the world: an error means that the run is over.
                Connecting::Lost => changes.changed().await.map_err(|_| io::ErrorKind::NetworkDown)?,
            }
        }
    }

    async fn listen(&self, address: SocketAddr) -> io::Result<Arc<dyn Listener>> {
        let asked = if address.ip().is_loopback() { SocketAddr::new(self.host, address.port()) } else { address };
        let (address, incoming) = self.fabric.listen(self.host, asked)?;
        Ok(Arc::new(SimListener::new(address, incoming)))
    }
}
