//! The status page: everybody is asked, within a bounded time.

mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cairn_catalog::query::{Answer, ListDegraded, ListGarbage, Members, Query};
use cairn_catalog::rows::{self, Nothing};
use cairn_metadata::{MetadataClient, NodeStatus, Route};
use cairn_rpc::{HttpTransport, Transport};
use cairn_runtime::{Context, Instant};
use cairn_storage::{DiskStatus, FragmentService, RemoteStorage};
use cairn_types::{NodeId, ShardId};

use self::lines::Heard;
use crate::admin::{StatusPage, StatusSource};

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
    pub(crate) fn new(context: Context, client: MetadataClient, local: Option<(NodeId, Arc<dyn LocalDisks>)>) -> Self {
        Self { transport: Arc::new(HttpTransport::new(context.clone())), context, client, local }
    }

    /// Who belongs to the cluster, and who of them is heard of.
    async fn members(&self, deadline: Instant) -> (Members, Heard) {
        let members = async {
            let members = self.registered(deadline).await;
            let storage = self.storage(&members, deadline).await;
            (members, storage)
        };
        let (metadata, (members, storage), in_session) =
            futures::join!(self.metadata(deadline), members, self.in_session(deadline));
        (members, Heard { metadata, storage, in_session })
    }

    async fn registered(&self, deadline: Instant) -> Members {
        match self.client.query(Route::ROOT, Query::Members(Nothing::default()), deadline).await {
            Ok(Answer::Members(members)) => members,
            _ => Members::default(),
        }
    }

    async fn cluster(&self, deadline: Instant) -> Option<rows::ClusterRow> {
        match self.client.query(Route::ROOT, Query::Cluster(Nothing::default()), deadline).await {
            Ok(Answer::Cluster(state)) => state.cluster,
            _ => None,
        }
    }

    async fn metadata(&self, deadline: Instant) -> BTreeMap<NodeId, NodeStatus> {
        let asked = self.client.status(deadline).await.into_iter();
        asked.filter_map(|(node, status)| Some((node, status.ok()?))).collect()
    }

    /// Nodes that hold a registered session, as every gateway does while it runs.
    async fn in_session(&self, deadline: Instant) -> BTreeSet<NodeId> {
        match self.client.query(Route::ROOT, Query::OpenSessions(Nothing::default()), deadline).await {
            Ok(Answer::OpenSessions(open)) => open.sessions.into_iter().map(|session| session.row.node).collect(),
            _ => BTreeSet::new(),
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

    /// What the data shards count: degraded runs and blobs, and garbage. Nothing is counted while their map is not known.
    async fn counts(&self, deadline: Instant) -> (Option<(u64, u64)>, Option<u64>) {
        let Ok(map) = self.client.shard_map(deadline).await else { return (None, None) };
        let shards: Vec<ShardId> = map.shards.iter().map(|shard| shard.id).collect();
        futures::join!(self.degraded(&shards, deadline), self.garbage(&shards, deadline))
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
            let mut query = ListGarbage { max: 1_000, ..ListGarbage::default() };
            loop {
                let asked = Query::ListGarbage(query.clone());
                let Ok(Answer::Garbage(page)) = self.client.query(Route::Shard(*shard), asked, deadline).await else {
                    return None;
                };
                rows += page.entries.len() as u64;
                match page.entries.last() {
                    Some(last) if page.more => query.after = last.id,
                    _ => break,
                }
            }
        }
        Some(rows)
    }
}

#[async_trait]
impl StatusSource for ClusterStatus {
    async fn status(&self) -> StatusPage {
        let deadline = self.context.clock.now() + PAGE_WAIT_MAX;
        // All at once: a node that hangs takes its time out of nobody else's.
        let ((members, heard), cluster, map, (degraded, garbage)) = futures::join!(
            self.members(deadline),
            self.cluster(deadline),
            self.client.cluster_map(deadline),
            self.counts(deadline)
        );
        let disks = lines::disks(&members, &heard);
        StatusPage {
            cluster: cluster.as_ref().map(|row| row.cluster.to_string()),
            region: cluster.map(|row| row.region_name),
            nodes: lines::nodes(&members, &heard),
            groups: map.ok().flatten().map(|(_, map)| lines::groups(&map, &disks)),
            disks,
            shards: lines::shards(&heard),
            degraded_versions: degraded.map(|(versions, _)| versions),
            degraded_blobs: degraded.map(|(_, blobs)| blobs),
            garbage_rows: garbage,
        }
    }
}
