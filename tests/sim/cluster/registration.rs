//! Nodes and disks make themselves known to the cluster.

use bytes::Bytes;
use cairn_catalog::command::{CommandBody, RegisterDisk, RegisterNode};
use cairn_catalog::query::{Answer, Query};
use cairn_catalog::reply::Reply;
use cairn_catalog::rows::{ClusterRow, NodeProfile, Nothing};
use cairn_metadata::{MetadataClient, Route};
use cairn_runtime::Instant;
use cairn_runtime::sim::SimNode;
use cairn_types::{ClusterId, DiskId, NodeId};

/// The cluster's row.
pub(super) async fn cluster(client: &MetadataClient, deadline: Instant) -> ClusterRow {
    let query = Query::Cluster(Nothing::default());
    match client.query(Route::ROOT, query, deadline).await.expect("the cluster answers") {
        Answer::Cluster(state) => state.cluster.expect("the cluster was made before its other nodes are started"),
        other => panic!("not an answer about the cluster: {other:?}"),
    }
}

/// What a node says about itself.
pub(super) fn profile(host: &SimNode, port: u16, role: &str) -> NodeProfile {
    NodeProfile {
        name: host.name().to_owned(),
        address: format!("{}:{port}", host.address()),
        roles: vec![role.to_owned()],
        command_format: 1,
        ..NodeProfile::default()
    }
}

/// Registers a node, the same one each time.
pub(super) async fn node(
    client: &MetadataClient,
    cluster: ClusterId,
    profile: NodeProfile,
    deadline: Instant,
) -> NodeId {
    let claim = Bytes::from(profile.name.clone());
    let register = RegisterNode { cluster, claim, profile, ..RegisterNode::default() };
    let body = CommandBody::RegisterNode(Box::new(register));
    match client.submit(Route::ROOT, body, deadline).await.expect("the cluster takes its nodes") {
        Reply::NodeRegistered(node) => node,
        other => panic!("not a reply to a registration: {other:?}"),
    }
}

/// Registers a node's disk, the same one each time.
pub(super) async fn disk(
    client: &MetadataClient,
    cluster: ClusterId,
    node: NodeId,
    known: DiskId,
    capacity: u64,
    deadline: Instant,
) -> DiskId {
    let register = RegisterDisk {
        cluster,
        claim: Bytes::from(format!("disk of {node}")),
        disk: known,
        node,
        capacity,
        device: node.to_string(),
        ..RegisterDisk::default()
    };
    let body = CommandBody::RegisterDisk(Box::new(register));
    match client.submit(Route::ROOT, body, deadline).await.expect("the cluster takes its disks") {
        Reply::DiskRegistered(disk) => disk,
        other => panic!("not a reply to a registration: {other:?}"),
    }
}
