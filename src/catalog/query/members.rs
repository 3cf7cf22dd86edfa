//! The cluster's members in the root shard.

use cairn_types::record::record;
use cairn_types::{DiskId, NodeId, SessionId};

use crate::rows::{ClusterRow, DiskRow, LeaseRow, MapRow, NodeRow};

record! {
    /// The cluster's row, if there is one.
    #[derive(Eq)]
    pub struct ClusterState {
        /// The row.
        1 => pub cluster: Option<ClusterRow>,
    }
}

record! {
    /// Both maps.
    #[derive(Eq)]
    pub struct MapsFound {
        /// Placement groups to disks.
        1 => pub groups: Option<MapRow>,
        /// Shards to ranges and members.
        2 => pub shards: Option<MapRow>,
    }
}

record! {
    /// A node.
    #[derive(Eq)]
    pub struct MemberNode {
        /// Its id.
        1 => pub node: NodeId,
        /// Its row.
        2 => pub row: NodeRow,
    }
}

record! {
    /// A disk.
    #[derive(Eq)]
    pub struct MemberDisk {
        /// Its id.
        1 => pub disk: DiskId,
        /// Its row.
        2 => pub row: DiskRow,
    }
}

record! {
    /// Every node and disk, removed ones too.
    #[derive(Eq)]
    pub struct Members {
        /// Nodes by id.
        1 => pub nodes: Vec<MemberNode>,
        /// Disks by id.
        2 => pub disks: Vec<MemberDisk>,
    }
}

record! {
    /// A registered session.
    #[derive(Eq)]
    pub struct RegisteredSession {
        /// Its id.
        1 => pub session: SessionId,
        /// Its row.
        2 => pub row: LeaseRow,
    }
}

record! {
    /// The registry.
    #[derive(Eq)]
    pub struct OpenSessions {
        /// Sessions below it are listed or fenced.
        1 => pub horizon: SessionId,
        /// By id.
        2 => pub sessions: Vec<RegisteredSession>,
    }
}
