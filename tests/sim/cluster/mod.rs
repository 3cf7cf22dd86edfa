//! A cluster of simulated processes, put together as `cmd/cairn` puts real ones together.

mod calls;
mod founding;
mod gateway;
mod growth;
mod metadata;
mod registration;
mod storage;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::query::{Answer, Query};
use cairn_catalog::rows::Nothing;
use cairn_metadata::{Directory, MetadataClient, MetadataNode, Route};
use cairn_repair::{Collector, CollectorSettings};
use cairn_rpc::{HttpTransport, Transport};
use cairn_runtime::sim::{SimNode, SimWorld, log};
use cairn_runtime::{Context, Instant};
use cairn_storage::StorageDirectory;
use cairn_types::{NodeId, SessionId, ShardId};
use parking_lot::Mutex;

use self::calls::Stops;
pub(crate) use self::calls::{Moment, Stop, Wanted};
use self::founding::Secrets;
pub(crate) use self::founding::{ACCESS_KEY, REGION, SECRET_KEY};

const METADATA_PORT: u16 = 9_100;
const STORAGE_PORT: u16 = 9_200;
const S3_PORT: u16 = 9_000;

/// Longest wait for anything that a healthy cluster does.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// How many nodes of each kind.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) metadata: usize,
    pub(crate) storage: usize,
    pub(crate) gateways: usize,
}

impl Shape {
    /// The smallest cluster with every redundancy: 4+2 on nodes of their own, three voters, two gateways.
    pub(crate) const WHOLE: Self = Self { metadata: 3, storage: 6, gateways: 2 };
}

/// Whether nodes reach each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Link {
    Cut,
    Whole,
}

/// The processes of a cluster.
pub(crate) struct SimCluster {
    pub(crate) world: SimWorld,
    pub(crate) metadata: Vec<SimNode>,
    pub(crate) storage: Vec<SimNode>,
    pub(crate) gateways: Vec<SimNode>,
    /// A client of the catalog on the test's own node.
    pub(crate) catalog: MetadataClient,
    /// Metadata nodes by place, as long as their processes run.
    members: Arc<Mutex<Vec<Option<MetadataNode>>>>,
    collector: Collector,
    stops: Stops,
    secrets: Arc<Secrets>,
}

impl SimCluster {
    /// A new cluster that serves.
    pub(crate) async fn start(world: &SimWorld, shape: Shape) -> Self {
        let hosts = |kind: &str, count: usize| -> Vec<SimNode> {
            (0..count).map(|place| world.add_node(&format!("{kind}-{place}"))).collect()
        };
        let metadata = hosts("metadata", shape.metadata);
        let context = Context::current();
        let catalog = MetadataClient::new(context.clone(), directory(&context, &metadata));
        let collector = collector(&context, &catalog);
        let cluster = Self {
            world: world.clone(),
            collector,
            members: Arc::new(Mutex::new(metadata.iter().map(|_| None).collect())),
            storage: hosts("storage", shape.storage),
            gateways: hosts("gateway", shape.gateways),
            metadata,
            catalog,
            stops: Stops::default(),
            secrets: Arc::new(Secrets::generate(&context.entropy)),
        };
        cluster.start_all().await;
        cluster
    }

    async fn start_all(&self) {
        for place in 0..self.metadata.len() {
            self.start_metadata(place).await;
        }
        founding::found(&self.catalog, &self.metadata, &self.secrets, deadline()).await;
        for place in 0..self.storage.len() {
            self.start_storage(place).await;
        }
        growth::grow(&self.catalog, deadline()).await;
        for place in 0..self.gateways.len() {
            self.start_gateway(place).await;
        }
    }

    /// Starts the process of a metadata node, if it does not run.
    pub(crate) async fn start_metadata(&self, place: usize) {
        let host = self.metadata[place].clone();
        host.restart();
        let (members, metadata, stops) = (Arc::clone(&self.members), self.metadata.clone(), self.stops.clone());
        let starting = host.clone();
        // Noted by the task itself: whoever waits for it may be dropped.
        let start = async move {
            let node = metadata::start(starting, metadata, stops).await;
            members.lock()[place] = Some(node);
        };
        host.spawn("start", start).await.expect("a metadata node starts");
    }

    /// Starts the process of a storage node, if it does not run.
    pub(crate) async fn start_storage(&self, place: usize) {
        let host = self.storage[place].clone();
        host.restart();
        let start = storage::start(host.clone(), self.metadata.clone());
        host.spawn("start", start).await.expect("a storage node starts");
    }

    /// Starts the process of a gateway, if it does not run.
    pub(crate) async fn start_gateway(&self, place: usize) {
        let host = self.gateways[place].clone();
        host.restart();
        let start = gateway::start(host.clone(), self.metadata.clone(), Arc::clone(&self.secrets));
        host.spawn("start", start).await.expect("a gateway starts");
    }

    /// Cuts the power of a metadata node.
    pub(crate) async fn crash_metadata(&self, place: usize) {
        self.members.lock()[place] = None;
        self.metadata[place].crash().await;
    }

    /// Where fragments are served.
    pub(crate) fn storage_addresses(&self) -> Vec<SocketAddr> {
        self.storage.iter().map(|storage| SocketAddr::new(storage.address(), STORAGE_PORT)).collect()
    }

    /// Collects once what nothing references, from the test's own node.
    pub(crate) async fn collect(&self) {
        let collected = self.collector.collect_once(deadline()).await;
        log(format!("collected: {collected:?}"));
        assert!(collected.is_complete(), "a whole cluster can be looked at: {collected:?}");
    }

    /// Ids of the sessions that are open.
    pub(crate) async fn sessions(&self) -> Vec<SessionId> {
        let query = Query::OpenSessions(Nothing::default());
        match self.catalog.query(Route::ROOT, query, deadline()).await.expect("the root shard answers") {
            Answer::OpenSessions(open) => open.sessions.into_iter().map(|open| open.session).collect(),
            other => panic!("not the sessions: {other:?}"),
        }
    }

    /// Cuts a gateway from the metadata, or connects it again.
    pub(crate) fn part_gateway(&self, place: usize, link: Link) {
        let (gateway, net) = (self.gateways[place].address(), self.world.net());
        for metadata in &self.metadata {
            match link {
                Link::Cut => net.cut(gateway, metadata.address()),
                Link::Whole => net.heal(gateway, metadata.address()),
            }
        }
    }

    /// Where S3 is spoken.
    pub(crate) fn endpoints(&self) -> Vec<SocketAddr> {
        self.gateways.iter().map(|gateway| SocketAddr::new(gateway.address(), S3_PORT)).collect()
    }

    /// Place of the node that leads `shard`, once one does.
    pub(crate) async fn leader(&self, shard: ShardId) -> usize {
        let clock = Context::current().clock;
        let give_up = clock.now() + PATIENCE;
        loop {
            if let Some(place) = self.leader_now(shard).await {
                return place;
            }
            assert!(clock.now() < give_up, "{shard} has no leader");
            clock.sleep(Duration::from_millis(100)).await;
        }
    }

    async fn leader_now(&self, shard: ShardId) -> Option<usize> {
        let until = Context::current().clock.now() + Duration::from_secs(1);
        let members = self.members.lock().clone();
        for (place, member) in members.into_iter().enumerate() {
            let Some(member) = member else { continue };
            let Ok(status) = member.service().status(until).await else { continue };
            let leads = |shown: &cairn_metadata::ShardStatus| shown.shard == shard && shown.leader == Some(status.node);
            if status.shards.iter().any(leads) {
                return Some(place);
            }
        }
        None
    }

    /// Place of the metadata node of that name.
    pub(crate) fn metadata_place(&self, name: &str) -> usize {
        self.metadata.iter().position(|host| host.name() == name).expect("it is a metadata node")
    }

    /// Holds the next command that is wanted when it reaches its leader.
    pub(crate) fn stop_next(&self, moment: Moment, wanted: impl Into<Wanted>) -> Stop {
        self.stops.add(moment, wanted.into(), 1)
    }

    /// Holds every command that is wanted, until released.
    pub(crate) fn stop_every(&self, moment: Moment, wanted: impl Into<Wanted>) -> Stop {
        self.stops.add(moment, wanted.into(), usize::MAX)
    }
}

/// Until when a healthy cluster has answered.
pub(crate) fn deadline() -> Instant {
    Context::current().clock.now() + PATIENCE
}

fn collector(context: &Context, catalog: &MetadataClient) -> Collector {
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(context.clone()));
    let services = Arc::new(StorageDirectory::new(context.clone(), transport, BTreeMap::new()));
    Collector::new(context.clone(), catalog.clone(), services, CollectorSettings::default())
}

/// The id of the metadata node at a place.
fn metadata_id(place: usize) -> NodeId {
    NodeId(place as u64 + 1)
}

/// Every metadata node, reached from `context`'s node.
fn directory(context: &Context, metadata: &[SimNode]) -> Directory {
    let directory = Directory::new();
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(context.clone()));
    for (place, host) in metadata.iter().enumerate() {
        directory.put_remote(metadata_id(place), &transport, SocketAddr::new(host.address(), METADATA_PORT));
    }
    directory
}
