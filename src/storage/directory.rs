//! Which service has which disk, and which of them are thought to be up.
//!
//! # Concurrency
//! Readers take a snapshot of the routes (one atomic load under a short lock); a new map replaces it whole.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use cairn_placement::ClusterMap;
use cairn_rpc::Transport;
use cairn_runtime::{Context, Instant};
use cairn_types::{DiskId, Epoch, NodeId};
use parking_lot::RwLock;

use crate::limits::DOWN_RETRY;
use crate::remote::RemoteStorage;
use crate::service::{DiskStatus, FragmentService, FragmentServices};

/// See the module.
pub struct StorageDirectory {
    context: Context,
    transport: Arc<dyn Transport>,
    local: BTreeMap<NodeId, Arc<dyn FragmentService>>,
    routes: RwLock<Routes>,
}

#[derive(Default)]
struct Routes {
    epoch: Epoch,
    nodes: BTreeMap<NodeId, (SocketAddr, Arc<dyn FragmentService>)>,
    disks: BTreeMap<DiskId, Route>,
}

struct Route {
    node: NodeId,
    service: Arc<dyn FragmentService>,
    takes_writes: bool,
    /// Thought to be down until then; a later call tries again.
    down_until: Option<Instant>,
}

impl StorageDirectory {
    /// A directory without disks; `local` are the storage nodes of this process.
    pub fn new(
        context: Context,
        transport: Arc<dyn Transport>,
        local: BTreeMap<NodeId, Arc<dyn FragmentService>>,
    ) -> Self {
        Self { context, transport, local, routes: RwLock::new(Routes::default()) }
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// A whole node does not answer.
    pub(crate) fn note_node_down(&self, node: NodeId) {
        let down_until = self.down_until(false);
        let mut routes = self.routes.write();
        routes.disks.values_mut().filter(|route| route.node == node).for_each(|route| route.down_until = down_until);
    }

    /// A node answered: a disk of it that takes no writes, or that it does not have, is down.
    pub(crate) fn note_disks(&self, node: NodeId, found: &[DiskStatus]) {
        let takes_writes = |disk: DiskId| found.iter().any(|status| status.disk == disk && status.writable);
        let of_node: Vec<DiskId> = {
            let routes = self.routes.read();
            routes.disks.iter().filter(|(_, route)| route.node == node).map(|(disk, _)| *disk).collect()
        };
        of_node.into_iter().for_each(|disk| self.note(disk, takes_writes(disk)));
    }

    /// The services of all nodes on the map.
    pub(crate) fn nodes(&self) -> Vec<(NodeId, Arc<dyn FragmentService>)> {
        let routes = self.routes.read();
        let mut nodes: BTreeMap<NodeId, Arc<dyn FragmentService>> = BTreeMap::new();
        routes.disks.values().for_each(|route| {
            nodes.insert(route.node, Arc::clone(&route.service));
        });
        nodes.into_iter().collect()
    }

    fn service(
        &self,
        map: &ClusterMap,
        node: NodeId,
        known: &mut BTreeMap<NodeId, (SocketAddr, Arc<dyn FragmentService>)>,
    ) -> Option<Arc<dyn FragmentService>> {
        if let Some(local) = self.local.get(&node) {
            return Some(Arc::clone(local));
        }
        let address = resolve(&map.node(node)?.storage_address)?;
        match known.get(&node) {
            Some((same, service)) if *same == address => Some(Arc::clone(service)),
            _ => {
                let remote = RemoteStorage::new(self.context.clone(), Arc::clone(&self.transport), address);
                let service: Arc<dyn FragmentService> = Arc::new(remote);
                known.insert(node, (address, Arc::clone(&service)));
                Some(service)
            }
        }
    }

    fn down_until(&self, worked: bool) -> Option<Instant> {
        (!worked).then(|| self.context.clock.now() + DOWN_RETRY)
    }
}

/// Addresses on the map are literal: names are looked up where a node registers itself.
fn resolve(address: &str) -> Option<SocketAddr> {
    address.parse().ok()
}

impl FragmentServices for StorageDirectory {
    fn of(&self, disk: DiskId) -> Option<Arc<dyn FragmentService>> {
        self.routes.read().disks.get(&disk).map(|route| Arc::clone(&route.service))
    }

    fn is_up(&self, disk: DiskId) -> bool {
        let routes = self.routes.read();
        let Some(route) = routes.disks.get(&disk) else { return false };
        route.takes_writes && route.down_until.is_none_or(|until| until <= self.context.clock.now())
    }

    fn note(&self, disk: DiskId, worked: bool) {
        // The common case changes nothing and takes only the shared lock.
        let known_up = self.routes.read().disks.get(&disk).is_none_or(|route| route.down_until.is_none());
        if worked && known_up {
            return;
        }
        let down_until = self.down_until(worked);
        if let Some(route) = self.routes.write().disks.get_mut(&disk) {
            route.down_until = down_until;
        }
    }

    fn follow(&self, map: &ClusterMap) {
        let mut routes = self.routes.write();
        if map.epoch < routes.epoch {
            return;
        }
        let mut nodes = std::mem::take(&mut routes.nodes);
        let mut disks = BTreeMap::new();
        for disk in &map.disks {
            let Some(service) = self.service(map, disk.node, &mut nodes) else { continue };
            let down_until = routes.disks.get(&disk.id).and_then(|route| route.down_until);
            let takes_writes = map.takes_writes(disk.id);
            disks.insert(disk.id, Route { node: disk.node, service, takes_writes, down_until });
        }
        *routes = Routes { epoch: map.epoch, nodes, disks };
    }
}
