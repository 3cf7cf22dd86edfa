//! Where the metadata nodes are.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use cairn_rpc::Transport;
use cairn_types::NodeId;
use parking_lot::RwLock;

use super::{MetadataService, RemoteMetadata};

/// The metadata nodes that can be asked, by id; cheap to clone, clones are the same directory.
#[derive(Clone, Default)]
pub struct Directory(Arc<RwLock<BTreeMap<NodeId, Entry>>>);

struct Entry {
    service: Arc<dyn MetadataService>,
    address: Option<SocketAddr>,
}

impl Directory {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A node of this process, or of a test.
    pub fn put(&self, node: NodeId, service: Arc<dyn MetadataService>) {
        self.0.write().insert(node, Entry { service, address: None });
    }

    /// A node behind a transport. Nothing changes if it is known at that address, or lives in this process.
    pub fn put_remote(&self, node: NodeId, transport: &Arc<dyn Transport>, address: SocketAddr) {
        let mut entries = self.0.write();
        if entries.get(&node).is_some_and(|entry| entry.address.is_none_or(|known| known == address)) {
            return;
        }
        let service = Arc::new(RemoteMetadata::new(Arc::clone(transport), address));
        entries.insert(node, Entry { service, address: Some(address) });
    }

    /// Takes a node out.
    pub fn remove(&self, node: NodeId) {
        self.0.write().remove(&node);
    }

    /// The service of a node.
    pub fn get(&self, node: NodeId) -> Option<Arc<dyn MetadataService>> {
        self.0.read().get(&node).map(|entry| Arc::clone(&entry.service))
    }

    /// All nodes, by id.
    pub fn nodes(&self) -> Vec<NodeId> {
        self.0.read().keys().copied().collect()
    }
}
