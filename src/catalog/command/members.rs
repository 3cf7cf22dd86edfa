//! The cluster, its nodes, disks and maps.

use bytes::Bytes;
use cairn_types::record::record;
use cairn_types::{CanonicalId, ClusterId, DiskId, Epoch, Generation, NodeId, RegionNumber};

use crate::rows::{AccessKeyRow, AccountRow, DiskState, MapKind, NodeProfile, NodeState};

record! {
    /// Root: makes the cluster, with its first account and key. Only on an empty state; a repeat with the same cluster
    /// id does nothing.
    #[derive(Eq)]
    pub struct InitCluster {
        /// The cluster's id.
        1 => pub cluster: ClusterId,
        /// Number of the region.
        2 => pub region: RegionNumber,
        /// Name of the region.
        3 => pub region_name: String,
        /// Canonical id of the root account.
        4 => pub root_account: CanonicalId,
        /// The root account.
        5 => pub account: AccountRow,
        /// Its access key's id.
        6 => pub access_key_id: String,
        /// Its access key.
        7 => pub access_key: AccessKeyRow,
    }
}

record! {
    /// Root: registers a node, or records what it says about itself now. The same claim is the same node and gets the
    /// same id.
    #[derive(Eq)]
    pub struct RegisterNode {
        /// Cluster that the node takes itself to belong to.
        1 => pub cluster: ClusterId,
        /// Random bytes of its identity file.
        2 => pub claim: Bytes,
        /// The id it has; 0 asks for one.
        3 => pub node: NodeId,
        /// What it says about itself.
        4 => pub profile: NodeProfile,
        /// Its present start.
        5 => pub generation: Generation,
    }
}

record! {
    /// Root: sets the state of a node.
    #[derive(Copy, Eq)]
    pub struct SetNodeState without unknown {
        /// The node.
        1 => pub node: NodeId,
        /// The state. Removed is for good.
        2 => pub state: NodeState,
    }
}

record! {
    /// Root: registers a disk, or records where it is mounted now. The same claim is the same disk and gets the same id.
    #[derive(Eq)]
    pub struct RegisterDisk {
        /// Cluster that the disk takes itself to belong to.
        1 => pub cluster: ClusterId,
        /// Random bytes of its identity file.
        2 => pub claim: Bytes,
        /// The id it has; 0 asks for one.
        3 => pub disk: DiskId,
        /// Node that it is mounted on.
        4 => pub node: NodeId,
        /// Bytes it can hold.
        5 => pub capacity: u64,
        /// Name of the physical device.
        6 => pub device: String,
    }
}

record! {
    /// Root: sets the state of a disk.
    #[derive(Eq)]
    pub struct SetDiskState {
        /// The disk.
        1 => pub disk: DiskId,
        /// The state. Removed is for good.
        2 => pub state: DiskState,
        /// Why, for people.
        3 => pub reason: String,
    }
}

record! {
    /// A new map.
    #[derive(Eq)]
    pub struct MapChange {
        /// Which map.
        1 => pub kind: MapKind,
        /// Epoch of the map that it was made from; 0 where there is none.
        2 => pub expected: Epoch,
        /// The new map; its epoch is the next one.
        3 => pub document: Bytes,
    }
}

record! {
    /// Root: replaces maps, all or none.
    #[derive(Eq)]
    pub struct SetMaps {
        /// The new maps, each kind at most once.
        1 => pub maps: Vec<MapChange>,
    }
}

record! {
    /// Any shard: records a start of a member. A generation that is not above the recorded one is refused, the very same
    /// start excepted: it is an old copy of a directory.
    #[derive(Eq)]
    pub struct RecordGeneration {
        /// The member.
        1 => pub node: NodeId,
        /// Its generation.
        2 => pub generation: Generation,
        /// Random bytes of this start.
        3 => pub start: Bytes,
    }
}
