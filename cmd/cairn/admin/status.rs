//! How a cluster stands.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// Answers how the cluster stands, as far as this process can tell.
#[async_trait]
pub(crate) trait StatusSource: Send + Sync + 'static {
    /// Asks everybody, within a bounded time; who does not answer is down.
    async fn status(&self) -> StatusPage;
}

/// The whole of it.
#[derive(Serialize, Deserialize, Default, Debug)]
pub(crate) struct StatusPage {
    /// The cluster's id; absent before it is made.
    pub(crate) cluster: Option<String>,
    /// Its region.
    pub(crate) region: Option<String>,
    /// Its nodes.
    pub(crate) nodes: Vec<NodeLine>,
    /// Its disks.
    pub(crate) disks: Vec<DiskLine>,
    /// Its shards.
    pub(crate) shards: Vec<ShardLine>,
    /// Placement groups; absent while the map cannot be read.
    pub(crate) groups: Option<GroupCounts>,
    /// Versions below full redundancy, exact; absent when a shard does not answer.
    pub(crate) degraded_versions: Option<u64>,
    /// Blobs below full redundancy, exact; absent when a shard does not answer.
    pub(crate) degraded_blobs: Option<u64>,
    /// Rows of garbage still to be collected; absent when a shard does not answer.
    pub(crate) garbage_rows: Option<u64>,
}

/// A node.
#[derive(Serialize, Deserialize, Debug)]
pub(crate) struct NodeLine {
    /// Its id.
    pub(crate) node: u64,
    /// What people call it.
    pub(crate) name: String,
    /// What it does.
    pub(crate) role: String,
    /// Where it is reached.
    pub(crate) address: String,
    /// Whether it answers.
    pub(crate) up: bool,
}

/// A disk.
#[derive(Serialize, Deserialize, Debug)]
pub(crate) struct DiskLine {
    /// Its id.
    pub(crate) disk: u64,
    /// Its node.
    pub(crate) node: u64,
    /// `active`, `fenced`, `draining`, `gone`, or `down` when its node does not answer for it.
    pub(crate) state: String,
    /// Bytes of the device.
    pub(crate) capacity_bytes: u64,
    /// Bytes taken.
    pub(crate) used_bytes: u64,
    /// Payload bytes of fragments.
    pub(crate) live_bytes: u64,
    /// Fragments.
    pub(crate) fragments: u64,
}

/// Placement groups.
#[derive(Serialize, Deserialize, Debug, PartialEq, Eq)]
pub(crate) struct GroupCounts {
    /// All of them.
    pub(crate) all: u64,
    /// Those with a disk that is down or gone: what they hold is read, with less redundancy while that lasts.
    pub(crate) impaired: u64,
}

/// A shard.
#[derive(Serialize, Deserialize, Debug)]
pub(crate) struct ShardLine {
    /// Its id; 0 is the root shard.
    pub(crate) shard: u32,
    /// The node that leads it, if any.
    pub(crate) leader: Option<u64>,
    /// Its members.
    pub(crate) members: Vec<MemberLine>,
}

/// A member of a shard.
#[derive(Serialize, Deserialize, Debug)]
pub(crate) struct MemberLine {
    /// The node.
    pub(crate) node: u64,
    /// Entries that it lacks; absent when nobody knows.
    pub(crate) lag_entries: Option<u64>,
}
