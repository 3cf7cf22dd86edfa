//! A node and its disks make themselves known to the cluster.

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use cairn_catalog::command::{COMMAND_FORMAT, CommandBody, RegisterDisk, RegisterNode};
use cairn_catalog::query::{Answer, Query};
use cairn_catalog::reply::Reply;
use cairn_catalog::rows::{ClusterRow, NodeProfile, Nothing};
use cairn_metadata::{MetadataClient, Route};
use cairn_runtime::{Context, Instant};
use cairn_types::{ClusterId, DiskId, NodeId};

/// Waits until the cluster answers, and says which it is.
pub(crate) async fn cluster(context: &Context, client: &MetadataClient, deadline: Instant) -> Result<ClusterRow> {
    loop {
        let until = (context.clock.now() + std::time::Duration::from_secs(2)).min(deadline);
        match client.query(Route::ROOT, Query::Cluster(Nothing::default()), until).await {
            Ok(Answer::Cluster(state)) => {
                if let Some(row) = state.cluster {
                    return Ok(row);
                }
            }
            Ok(_) => bail!("the root shard gave an answer of another kind"),
            Err(error) if context.clock.now() >= deadline => return Err(error).context("find the cluster"),
            Err(_) => {}
        }
        if context.clock.now() >= deadline {
            bail!("the cluster was not made in time");
        }
        context.clock.sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Registers a node that plays `roles`, or says what it says about itself now.
pub(crate) async fn node(
    client: &MetadataClient,
    cluster: ClusterId,
    claim: Bytes,
    known: NodeId,
    profile: NodeProfile,
    deadline: Instant,
) -> Result<NodeId> {
    let register = RegisterNode { cluster, claim, node: known, profile, ..RegisterNode::default() };
    let body = CommandBody::RegisterNode(Box::new(register));
    match client.submit(Route::ROOT, body, deadline).await.context("register the node")? {
        Reply::NodeRegistered(node) => Ok(node),
        _ => bail!("the root shard gave a reply of another kind"),
    }
}

/// What a node says about itself.
pub(crate) fn profile(name: &str, address: String, roles: &[&str], zone: &str) -> NodeProfile {
    NodeProfile {
        name: name.to_owned(),
        address,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        zone: zone.to_owned(),
        command_format: COMMAND_FORMAT,
        ..NodeProfile::default()
    }
}

/// A disk to be registered.
pub(crate) struct NewDisk {
    /// The cluster that it takes itself to belong to.
    pub(crate) cluster: ClusterId,
    /// Random bytes of its directory.
    pub(crate) claim: Bytes,
    /// The id it has; 0 asks for one.
    pub(crate) known: DiskId,
    /// The node that it is mounted on.
    pub(crate) node: NodeId,
    /// Bytes it can hold.
    pub(crate) capacity: u64,
    /// The device under it.
    pub(crate) device: u64,
}

/// Registers a disk, or says where it is mounted now.
pub(crate) async fn disk(client: &MetadataClient, disk: NewDisk, deadline: Instant) -> Result<DiskId> {
    let register = RegisterDisk {
        cluster: disk.cluster,
        claim: disk.claim,
        disk: disk.known,
        node: disk.node,
        capacity: disk.capacity,
        device: disk.device.to_string(),
        ..RegisterDisk::default()
    };
    let body = CommandBody::RegisterDisk(Box::new(register));
    match client.submit(Route::ROOT, body, deadline).await.context("register the disk")? {
        Reply::DiskRegistered(disk) => Ok(disk),
        _ => bail!("the root shard gave a reply of another kind"),
    }
}
