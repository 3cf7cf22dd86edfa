//! Adding and removing metadata nodes.

use cairn_catalog::command::{CommandBody, MapChange, SetMaps};
use cairn_catalog::query::{Answer, Query};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::{ClusterRow, MapKind, Nothing};
use cairn_placement::ShardMap;
use cairn_runtime::Instant;
use cairn_types::record::Record;
use cairn_types::{ErrorKind, HasKind, NodeId, ShardId};

use super::create::hosted_shards;
use crate::client::{MetadataClient, Route};
use crate::error::MetadataError;
use crate::limits::RETRY_PAUSE_MAX;
use crate::service::{JoinCall, MemberChange, ServiceError};

/// The members could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// The new node did not join.
    #[error("metadata node {node} did not join")]
    Join {
        /// Which.
        node: NodeId,
        /// Why.
        #[source]
        source: ServiceError,
    },
    /// There is no cluster.
    #[error("there is no cluster yet")]
    NoCluster,
    /// A shard did not change its members, or the map.
    #[error("a shard did not change its members")]
    Change(#[from] MetadataError),
}

impl HasKind for MemberError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Join { source, .. } => source.kind(),
            Self::NoCluster => ErrorKind::NotFound,
            Self::Change(source) => source.kind(),
        }
    }
}

/// Makes a node with an empty directory a member of every shard. The client's directory knows it under the id that the
/// root gave it (`RegisterNode`). May be repeated.
pub async fn add_member(client: &MetadataClient, node: NodeId, deadline: Instant) -> Result<(), MemberError> {
    let cluster = cluster_row(client, deadline).await?;
    let map = client.refresh_shard_map(deadline).await?;
    let failed = |source| MemberError::Join { node, source };
    let service = client.directory().get(node).ok_or(ServiceError::Unreachable).map_err(failed)?;
    let call = JoinCall {
        cluster: cluster.cluster,
        node,
        region: cluster.region,
        shards: hosted_shards(&map),
        ..JoinCall::default()
    };
    service.join(call, deadline).await.map_err(failed)?;
    for hosted in hosted_shards(&map) {
        change_members(client, hosted.shard, MemberChange::Add(node), deadline).await?;
    }
    change_map(client, deadline, |members| {
        if !members.contains(&node) {
            members.push(node);
            members.sort_unstable();
        }
    })
    .await
}

/// Takes a node out of every shard, for good: its id is never used again. May be repeated.
pub async fn remove_member(client: &MetadataClient, node: NodeId, deadline: Instant) -> Result<(), MemberError> {
    let map = client.refresh_shard_map(deadline).await?;
    for hosted in hosted_shards(&map) {
        change_members(client, hosted.shard, MemberChange::Remove(node), deadline).await?;
    }
    change_map(client, deadline, |members| members.retain(|member| *member != node)).await
}

/// Has the leader of a shard change its members; waits its turn behind another change.
pub(super) async fn change_members(
    client: &MetadataClient,
    shard: ShardId,
    change: MemberChange,
    deadline: Instant,
) -> Result<(), MetadataError> {
    client.change_members(shard, change, deadline).await
}

async fn cluster_row(client: &MetadataClient, deadline: Instant) -> Result<ClusterRow, MemberError> {
    match client.query(Route::ROOT, Query::Cluster(Nothing::default()), deadline).await? {
        Answer::Cluster(state) => state.cluster.ok_or(MemberError::NoCluster),
        _ => Err(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT }.into()),
    }
}

/// Changes the members that the shard map names, until nobody else changed it meanwhile.
async fn change_map(
    client: &MetadataClient,
    deadline: Instant,
    change: impl Fn(&mut Vec<NodeId>),
) -> Result<(), MemberError> {
    loop {
        let before = client.refresh_shard_map(deadline).await?;
        let mut map = ShardMap::clone(&before);
        change(&mut map.root_members);
        map.shards.iter_mut().for_each(|shard| change(&mut shard.members));
        if map == *before {
            return Ok(());
        }
        map.epoch = before.epoch.next();
        let document = map.encode();
        let change = MapChange { kind: MapKind::Shards, expected: before.epoch, document, ..MapChange::default() };
        let body = CommandBody::SetMaps(SetMaps { maps: vec![change], ..SetMaps::default() });
        match client.submit(Route::ROOT, body, deadline).await {
            Err(MetadataError::Refused(Refusal::EpochChanged(_))) => {
                client.context().clock.sleep(RETRY_PAUSE_MAX).await;
            }
            Ok(_) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}
