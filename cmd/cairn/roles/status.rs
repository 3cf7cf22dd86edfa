//! The status page: everybody is asked, within a bounded time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cairn_catalog::query::{Answer, ListDegraded, ListGarbage, Members, Query};
use cairn_catalog::rows::{self, Nothing};
use cairn_metadata::{MetadataClient, NodeStatus, Route};
use cairn_rpc::{HttpTransport, Transport};
use cairn_runtime::{Context, Instant};
use cairn_storage::{DiskStatus, FragmentService, RemoteStorage};
use cairn_types::{DiskId, NodeId, ShardId};

use crate::admin::{DiskLine, MemberLine, NodeLine, ShardLine, StatusPage, StatusSource};

/// Memory for blocks of all engines of a process.
pub(crate) const ENGINE_CACHE_BYTES: usize = 128 << 20;
/// Memory for memtables of all engines of a process.
pub(crate) const WRITE_BUFFER_BYTES: usize = 96 << 20;

/// Longest wait for the whole page.
const PAGE_WAIT_MAX: Duration = Duration::from_secs(4);

/// Bytes of fragments that a disk takes at once: 32 blobs of the default size, each in its largest share (1+m).
pub(crate) fn room_bytes() -> u64 {
    u64::from(cairn_storage::limits::BLOBS_IN_FLIGHT_DEFAULT) * cairn_erasure::limits::BLOB_BYTES_DEFAULT / 4
}

/// Disks of this process.
#[async_trait]
pub(crate) trait LocalDisks: Send + Sync + 'static {
    /// How they stand.
    async fn disks(&self, deadline: Instant) -> Vec<DiskStatus>;
}

/// Asks the cluster behind a client.
pub(crate) struct ClusterStatus {
    context: Context,
    client: MetadataClient,
    transport: Arc<dyn Transport>,
    local: Option<(NodeId, Arc<dyn LocalDisks>)>,
}

impl ClusterStatus {
    /// Asks through `client`; `local` is the storage node of this process, if it has one.
    pub(crate) fn new(
        context: Context,
        client: MetadataClient,
        local: Option<(NodeId, Arc<dyn LocalDisks>)>,
    ) -> Self {
        Self { transport: Arc::new(HttpTransport::new(context.clone())), context, client, local }
    }

    async fn members(&self, deadline: Instant) -> Members {
        match self.client.query(Route::ROOT, Query::Members(Nothing::default()), deadline).await {
            Ok(Answer::Members(members)) => members,
            _ => Members::default(),
        }
    }

    async fn storage(&self, members: &Members, deadline: Instant) -> BTreeMap<NodeId, Vec<DiskStatus>> {
        let nodes = members.nodes.iter().filter(|member| member.row.profile.roles.iter().any(|role| role == "storage"));
        let asked = nodes.map(async |member| {
            let disks = match &self.local {
                Some((local, disks)) if *local == member.node => Some(disks.disks(deadline).await),
                _ => self.remote_disks(&member.row.profile.address, deadline).await,
            };
            Some((member.node, disks?))
        });
        futures::future::join_all(asked).await.into_iter().flatten().collect()
    }

    async fn remote_disks(&self, address: &str, deadline: Instant) -> Option<Vec<DiskStatus>> {
        let remote = RemoteStorage::new(self.context.clone(), Arc::clone(&self.transport), address.parse().ok()?);
        remote.status(deadline).await.ok()
    }

    /// Runs with a blob below full redundancy (a version's or a part's), and such blobs.
    async fn degraded(&self, shards: &[ShardId], deadline: Instant) -> Option<(u64, u64)> {
        let (mut runs, mut blobs) = (0, 0);
        for shard in shards {
            let mut query = ListDegraded { max: 1_000, ..ListDegraded::default() };
            loop {
                let asked = Query::ListDegraded(query.clone());
                let Ok(Answer::Degraded(page)) = self.client.query(Route::Shard(*shard), asked, deadline).await else {
                    return None;
                };
                runs += page.entries.len() as u64;
                blobs += page.entries.iter().map(|entry| entry.blobs.len() as u64).sum::<u64>();
                if page.next.is_empty() {
                    break;
                }
                query.after = page.next;
            }
        }
        Some((runs, blobs))
    }

    async fn garbage(&self, shards: &[ShardId], deadline: Instant) -> Option<u64> {
        let mut rows = 0;
        for shard in shards {
            let query = Query::ListGarbage(ListGarbage { max: 1_000, ..ListGarbage::default() });
            match self.client.query(Route::Shard(*shard), query, deadline).await {
                Ok(Answer::Garbage(page)) => rows += page.entries.len() as u64,
                _ => return None,
            }
        }
        Some(rows)
    }
}

#[async_trait]
impl StatusSource for ClusterStatus {
    async fn status(&self) -> StatusPage {
        let deadline = self.context.clock.now() + PAGE_WAIT_MAX;
        let metadata: BTreeMap<NodeId, NodeStatus> = self
            .client
            .status(deadline)
            .await
            .into_iter()
            .filter_map(|(node, status)| Some((node, status.ok()?)))
            .collect();
        let members = self.members(deadline).await;
        let storage = self.storage(&members, deadline).await;
        let data_shards: Vec<ShardId> = match self.client.shard_map(deadline).await {
            Ok(map) => map.shards.iter().map(|shard| shard.id).collect(),
            Err(_) => Vec::new(),
        };
        let cluster = match self.client.query(Route::ROOT, Query::Cluster(Nothing::default()), deadline).await {
            Ok(Answer::Cluster(state)) => state.cluster,
            _ => None,
        };
        let degraded = self.degraded(&data_shards, deadline).await;
        StatusPage {
            cluster: cluster.as_ref().map(|row| row.cluster.to_string()),
            region: cluster.map(|row| row.region_name),
            nodes: nodes(&members, &metadata, &storage),
            disks: disks(&members, &storage),
            shards: shards(&metadata),
            degraded_versions: degraded.map(|(versions, _)| versions),
            degraded_blobs: degraded.map(|(_, blobs)| blobs),
            garbage_rows: self.garbage(&data_shards, deadline).await,
        }
    }
}

fn nodes(
    members: &Members,
    metadata: &BTreeMap<NodeId, NodeStatus>,
    storage: &BTreeMap<NodeId, Vec<DiskStatus>>,
) -> Vec<NodeLine> {
    let present = members.nodes.iter().filter(|member| member.row.state != rows::NodeState::Removed);
    present
        .map(|member| NodeLine {
            node: member.node.0,
            name: member.row.profile.name.clone(),
            role: member.row.profile.roles.join(" "),
            address: member.row.profile.address.clone(),
            up: metadata.contains_key(&member.node) || storage.contains_key(&member.node),
        })
        .collect()
}

fn disks(members: &Members, storage: &BTreeMap<NodeId, Vec<DiskStatus>>) -> Vec<DiskLine> {
    let known: BTreeMap<DiskId, &DiskStatus> = storage.values().flatten().map(|disk| (disk.disk, disk)).collect();
    let present = members.disks.iter().filter(|member| member.row.state != rows::DiskState::Removed);
    present
        .map(|member| {
            let status = known.get(&member.disk);
            let state = match (member.row.state, status) {
                (_, None) => "down",
                (rows::DiskState::Fenced, _) => "fenced",
                (_, Some(status)) if !status.writable => "fenced",
                (rows::DiskState::Draining, _) => "draining",
                (rows::DiskState::Removed, _) => "gone",
                (rows::DiskState::Active, _) => "active",
            };
            DiskLine {
                disk: member.disk.0,
                node: member.row.node.0,
                state: state.to_owned(),
                capacity_bytes: status.map_or(member.row.capacity, |status| status.capacity_bytes),
                used_bytes: status.map_or(0, |status| status.used_bytes),
                live_bytes: status.map_or(0, |status| status.live_bytes),
                fragments: status.map_or(0, |status| status.fragments),
            }
        })
        .collect()
}

/// Each shard as its leader sees it; one without a leader as some member does.
fn shards(metadata: &BTreeMap<NodeId, NodeStatus>) -> Vec<ShardLine> {
    let mut lines: BTreeMap<ShardId, ShardLine> = BTreeMap::new();
    for (node, status) in metadata {
        for shard in &status.shards {
            let leads = shard.leader == Some(*node);
            if !leads && lines.contains_key(&shard.shard) {
                continue;
            }
            let members = shard.members.iter().map(|member| MemberLine {
                node: member.node.0,
                lag_entries: leads.then_some(member.lag),
            });
            let leader = shard.leader.map(|leader| leader.0);
            let line = ShardLine { shard: shard.shard.0, leader, members: members.collect() };
            lines.insert(shard.shard, line);
        }
    }
    lines.into_values().collect()
}
