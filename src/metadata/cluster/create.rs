//! Making a cluster: never by itself, only when told to.
//!
//! # Crash
//! Repeated with the same [`NewCluster`] it goes on where it was; a node of another cluster refuses.

use std::collections::BTreeSet;

use bytes::Bytes;
use cairn_catalog::command::{CommandBody, InitCluster, MapChange, RegisterNode, SetMaps};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::{MapKind, NodeProfile};
use cairn_placement::{ShardMap, ShardRange};
use cairn_runtime::Instant;
use cairn_types::record::Record;
use cairn_types::{Epoch, ErrorKind, HasKind, NodeId, ShardId};

use super::members::change_members;
use crate::client::{MetadataClient, Route};
use crate::error::MetadataError;
use crate::limits::VOTERS_MAX;
use crate::service::{HostedShard, JoinCall, MemberChange, ServiceError};

/// A metadata node that is to be one of the first.
#[derive(Clone, Debug)]
pub struct Founder {
    /// The id that it gets.
    pub node: NodeId,
    /// What is registered of it.
    pub profile: NodeProfile,
    /// Random bytes by which it is known again; of its process's identity file.
    pub claim: Bytes,
}

/// A cluster to be made.
#[derive(Clone, Debug)]
pub struct NewCluster {
    /// Cluster id, region, and the first account with its key.
    pub init: InitCluster,
    /// Its first metadata nodes; the first three, by id, vote.
    pub founders: Vec<Founder>,
    /// How many data shards it begins with; see [`crate::limits::DATA_SHARDS`].
    pub data_shards: u32,
}

/// A cluster could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateClusterError {
    /// There is no founder, or one twice.
    #[error("a cluster needs founders, each once")]
    Founders,
    /// A founder did not join.
    #[error("metadata node {node} did not join")]
    Join {
        /// Which.
        node: NodeId,
        /// Why.
        #[source]
        source: ServiceError,
    },
    /// The members do not serve.
    #[error("the first commands of the cluster failed")]
    Commands(#[from] MetadataError),
}

impl HasKind for CreateClusterError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Founders => ErrorKind::Invalid,
            Self::Join { source, .. } => source.kind(),
            Self::Commands(source) => source.kind(),
        }
    }
}

/// Makes a cluster. The client's directory knows every founder under the id that it gets.
pub async fn create_cluster(
    client: &MetadataClient,
    new: NewCluster,
    deadline: Instant,
) -> Result<(), CreateClusterError> {
    let nodes: BTreeSet<NodeId> = new.founders.iter().map(|founder| founder.node).collect();
    if nodes.is_empty() || nodes.len() != new.founders.len() {
        return Err(CreateClusterError::Founders);
    }
    let nodes: Vec<NodeId> = nodes.into_iter().collect();
    let map = ShardMap::initial(new.data_shards.max(1), &nodes);
    for node in &nodes {
        join(client, &new, &map, &nodes, *node, deadline).await?;
    }
    client.submit(Route::ROOT, CommandBody::InitCluster(Box::new(new.init.clone())), deadline).await?;
    for founder in &new.founders {
        register(client, &new, founder, deadline).await?;
    }
    for node in nodes.iter().skip(VOTERS_MAX) {
        stand_by(client, &map, *node, deadline).await?;
    }
    set_map(client, &map, deadline).await
}

async fn join(
    client: &MetadataClient,
    new: &NewCluster,
    map: &ShardMap,
    founders: &[NodeId],
    node: NodeId,
    deadline: Instant,
) -> Result<(), CreateClusterError> {
    let failed = |source| CreateClusterError::Join { node, source };
    let service = client.directory().get(node).ok_or(ServiceError::Unreachable).map_err(failed)?;
    let call = JoinCall {
        cluster: new.init.cluster,
        node,
        region: new.init.region,
        shards: hosted_shards(map),
        founders: founders.to_vec(),
        ..JoinCall::default()
    };
    service.join(call, deadline).await.map_err(failed)?;
    Ok(())
}

/// Every shard of a map, the root shard first.
pub(super) fn hosted_shards(map: &ShardMap) -> Vec<HostedShard> {
    let root = HostedShard { shard: ShardId::ROOT, range: ShardRange::default(), ..HostedShard::default() };
    let hosted = |shard: &cairn_placement::ShardInfo| HostedShard {
        shard: shard.id,
        range: shard.range.clone(),
        ..HostedShard::default()
    };
    std::iter::once(root).chain(map.shards.iter().map(hosted)).collect()
}

async fn register(
    client: &MetadataClient,
    new: &NewCluster,
    founder: &Founder,
    deadline: Instant,
) -> Result<(), CreateClusterError> {
    let command = RegisterNode {
        cluster: new.init.cluster,
        claim: founder.claim.clone(),
        node: founder.node,
        profile: founder.profile.clone(),
        ..RegisterNode::default()
    };
    client.submit(Route::ROOT, CommandBody::RegisterNode(Box::new(command)), deadline).await?;
    Ok(())
}

async fn stand_by(
    client: &MetadataClient,
    map: &ShardMap,
    node: NodeId,
    deadline: Instant,
) -> Result<(), CreateClusterError> {
    for hosted in hosted_shards(map) {
        change_members(client, hosted.shard, MemberChange::Add(node), deadline).await?;
    }
    Ok(())
}

async fn set_map(client: &MetadataClient, map: &ShardMap, deadline: Instant) -> Result<(), CreateClusterError> {
    let change =
        MapChange { kind: MapKind::Shards, expected: Epoch(0), document: map.encode(), ..MapChange::default() };
    let body = CommandBody::SetMaps(SetMaps { maps: vec![change], ..SetMaps::default() });
    match client.submit(Route::ROOT, body, deadline).await {
        // An earlier attempt set it.
        Ok(_) | Err(MetadataError::Refused(Refusal::EpochChanged(_))) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
