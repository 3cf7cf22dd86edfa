//! The cluster, its nodes, disks and maps: rows of the root shard.

use bytes::Bytes;
use cairn_types::record::{record, record_enum};
use cairn_types::{CanonicalId, ClusterId, DiskId, Epoch, Generation, NodeId, RegionNumber, UnixMillis};

record! {
    /// Row of the cluster.
    #[derive(Eq)]
    pub struct ClusterRow {
        /// Its id.
        1 => pub cluster: ClusterId,
        /// Number of the region; part of every version's order.
        2 => pub region: RegionNumber,
        /// Name of the region.
        3 => pub region_name: String,
        /// When it was made.
        4 => pub created: UnixMillis,
        /// Its first account.
        5 => pub root_account: CanonicalId,
        /// Id of the next node that brings none.
        6 => pub next_node: NodeId,
        /// Id of the next disk that brings none.
        7 => pub next_disk: DiskId,
    }
}

record_enum! {
    /// State of a node.
    pub enum NodeState {
        /// Takes part.
        1 => Active,
        /// Takes nothing new.
        2 => Draining,
        /// Gone for good: its id is never used again.
        3 => Removed,
    }
}

record! {
    /// What a node says about itself when it registers.
    #[derive(Eq)]
    pub struct NodeProfile {
        /// A name for people.
        1 => pub name: String,
        /// Where its peers reach it.
        2 => pub address: String,
        /// Roles it plays (`metadata`, `storage`, `gateway`).
        3 => pub roles: Vec<String>,
        /// Its failure domain above the node.
        4 => pub zone: String,
        /// Highest number of the command format that it can apply.
        5 => pub command_format: u32,
    }
}

record! {
    /// Row of a node.
    #[derive(Eq)]
    pub struct NodeRow {
        /// Random bytes of its identity file: the same claim is the same node.
        1 => pub claim: Bytes,
        /// What it says about itself.
        2 => pub profile: NodeProfile,
        /// Its state.
        3 => pub state: NodeState,
        /// Its last known start.
        4 => pub generation: Generation,
        /// When it registered first.
        5 => pub registered: UnixMillis,
    }
}

record_enum! {
    /// State of a disk.
    pub enum DiskState {
        /// Takes writes.
        1 => Active,
        /// A sync failed: serves verified reads only, until an administrator admits it.
        2 => Fenced,
        /// Takes nothing new and is being emptied.
        3 => Draining,
        /// Gone for good: its id is never used again.
        4 => Removed,
    }
}

record! {
    /// Row of a disk.
    #[derive(Eq)]
    pub struct DiskRow {
        /// Random bytes of its identity file: the same claim is the same disk.
        1 => pub claim: Bytes,
        /// Node that it is mounted on.
        2 => pub node: NodeId,
        /// Bytes it can hold.
        3 => pub capacity: u64,
        /// Its state.
        4 => pub state: DiskState,
        /// Why it is in that state, for people.
        5 => pub reason: String,
        /// When it registered first.
        6 => pub registered: UnixMillis,
        /// Name of the physical device, where known: two disks of one device share its failures.
        7 => pub device: String,
    }
}

record_enum! {
    /// Which of the maps.
    pub enum MapKind {
        /// Placement groups to disks.
        1 => Groups,
        /// Shards to ranges and members.
        2 => Shards,
    }
}

record! {
    /// Row of a map. The document belongs to the placement layer.
    #[derive(Eq)]
    pub struct MapRow {
        /// Grows with every change.
        1 => pub epoch: Epoch,
        /// The map.
        2 => pub document: Bytes,
    }
}
