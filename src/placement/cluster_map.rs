//! Nodes, disks and placement groups, as the root shard stores them and gateways hold them.
//!
//! Lists are ordered by id; [`ClusterMap::put_node`] and its like keep them so.

use cairn_types::record::{record, record_enum};
use cairn_types::{DiskId, Epoch, Geometry, GroupId, NodeId};

record_enum! {
    /// What the cluster wants of a node; whether it answers just now is not in the map.
    pub enum NodeState {
        /// Takes part.
        1 => Active,
        /// Gives its work to others; takes nothing new.
        2 => Draining,
        /// Will not come back; its id is never used again.
        3 => Gone,
    }
}

record! {
    /// A process that takes part in the cluster.
    #[derive(Eq)]
    pub struct Node {
        /// Its id.
        1 => pub id: NodeId,
        /// The zone it is in; nodes of equal (also empty) zones may fail together.
        2 => pub zone: String,
        /// Its state.
        3 => pub state: NodeState,
        /// Name given by the operator; in its certificate.
        4 => pub name: String,
        /// Where its storage service listens (`host:port`); empty when it plays no such role.
        5 => pub storage_address: String,
        /// Where its metadata service listens; empty when it plays no such role.
        6 => pub metadata_address: String,
    }
}

record_enum! {
    /// What the cluster wants of a disk.
    pub enum DiskState {
        /// Takes fragments.
        1 => Active,
        /// Gives its fragments to others; takes nothing new.
        2 => Draining,
        /// A sync failed: takes nothing until the root admits it again, still serves verified reads.
        3 => Fenced,
        /// Will not come back; its id is never used again.
        4 => Gone,
    }
}

record! {
    /// One mounted device of a storage node.
    #[derive(Eq)]
    pub struct Disk {
        /// Its id.
        1 => pub id: DiskId,
        /// The node it is mounted on.
        2 => pub node: NodeId,
        /// Bytes it may hold; only weighs it against others.
        3 => pub capacity_bytes: u64,
        /// Its state.
        4 => pub state: DiskState,
    }
}

record_enum! {
    /// What fails as one. Greater is safer.
    pub enum FailureDomain {
        /// Disks of one node: the node's failure takes all. A group like this is flagged: P1 says nothing about it.
        1 => Disk,
        /// Nodes.
        2 => Node,
        /// Zones.
        3 => Zone,
    }
}

record_enum! {
    /// Whether a group takes new blobs.
    pub enum GroupState {
        /// It does.
        1 => Active,
        /// It does not: it is being moved or rebuilt.
        2 => Sealed,
    }
}

record! {
    /// An ordered tuple of `k + m` disks in distinct failure domains.
    #[derive(Eq)]
    pub struct PlacementGroup {
        /// Its id.
        1 => pub id: GroupId,
        /// Version of the tuple; only grows.
        2 => pub epoch: Epoch,
        /// Geometry of the blobs in it.
        3 => pub geometry: Geometry,
        /// Disk of fragment 0, 1, …
        4 => pub disks: Vec<DiskId>,
        /// In what the disks differ.
        5 => pub domain: FailureDomain,
        /// Whether it takes new blobs.
        6 => pub state: GroupState,
    }
}

impl PlacementGroup {
    /// Whether losing one node may lose more than one fragment of a blob.
    pub fn is_flagged(&self) -> bool {
        self.domain == FailureDomain::Disk && self.disks.len() > 1
    }
}

record! {
    /// How new blobs are best placed.
    #[derive(Copy, Eq)]
    pub struct Target without unknown {
        /// The geometry.
        1 => pub geometry: Geometry,
        /// What the fragments' failure domain is.
        2 => pub domain: FailureDomain,
    }
}

record! {
    /// All that placement depends on.
    #[derive(Eq)]
    pub struct ClusterMap {
        /// Version of the map; only grows.
        1 => pub epoch: Epoch,
        /// Nodes, by id.
        2 => pub nodes: Vec<Node>,
        /// Disks, by id.
        3 => pub disks: Vec<Disk>,
        /// Placement groups, by id.
        4 => pub groups: Vec<PlacementGroup>,
        /// How new blobs are best placed.
        5 => pub target: Target,
    }
}

impl ClusterMap {
    /// The node `id`.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        find(&self.nodes, id, |node| node.id)
    }

    /// The disk `id`.
    pub fn disk(&self, id: DiskId) -> Option<&Disk> {
        find(&self.disks, id, |disk| disk.id)
    }

    /// The group `id`.
    pub fn group(&self, id: GroupId) -> Option<&PlacementGroup> {
        find(&self.groups, id, |group| group.id)
    }

    /// The node that `disk` is mounted on.
    pub fn node_of(&self, disk: DiskId) -> Option<&Node> {
        self.node(self.disk(disk)?.node)
    }

    /// Whether `disk` may take new fragments, as far as the map knows.
    pub fn takes_writes(&self, disk: DiskId) -> bool {
        let Some(disk) = self.disk(disk) else { return false };
        let node = self.node(disk.node);
        disk.state == DiskState::Active && node.is_some_and(|node| node.state == NodeState::Active)
    }

    /// Adds the node or replaces the one with its id.
    pub fn put_node(&mut self, node: Node) {
        put(&mut self.nodes, node, |node| node.id);
    }

    /// Adds the disk or replaces the one with its id.
    pub fn put_disk(&mut self, disk: Disk) {
        put(&mut self.disks, disk, |disk| disk.id);
    }

    /// Adds the group or replaces the one with its id.
    pub fn put_group(&mut self, group: PlacementGroup) {
        put(&mut self.groups, group, |group| group.id);
    }
}

fn find<T, K: Ord>(list: &[T], key: K, key_of: impl Fn(&T) -> K) -> Option<&T> {
    list.binary_search_by_key(&key, key_of).ok().map(|place| &list[place])
}

fn put<T, K: Ord>(list: &mut Vec<T>, item: T, key_of: impl Fn(&T) -> K) {
    match list.binary_search_by_key(&key_of(&item), key_of) {
        Ok(place) => list[place] = item,
        Err(place) => list.insert(place, item),
    }
}
