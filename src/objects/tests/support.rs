//! A small cluster in one process: one metadata node, and storage nodes of one disk each.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_catalog::command::{CommandBody, InitCluster, MapChange, Precondition, SetMaps};
use cairn_catalog::query::{BodyWish, VersionTarget};
use cairn_catalog::reply::Published;
use cairn_catalog::rows::{
    AccessKeyRow, AccountRow, BucketSettings, MapKind, NodeProfile, Nothing, ObjectMeta, VersioningMode,
};
use cairn_fragments::{FragmentStore, StoreOptions};
use cairn_metadata::{
    Directory, Founder, MetadataClient, MetadataNode, NewBucket, NewCluster, NodeParts, NodeSettings, Route,
    SessionOwner, WriterSession, create_bucket, create_cluster,
};
use cairn_placement::{ClusterMap, Disk, DiskState, Node, NodeState, growth};
use cairn_rpc::{CallError, Message, Method, Transport};
use cairn_runtime::sim::{SimDisk, SimKv, SimWorld};
use cairn_runtime::{Context, Instant};
use cairn_storage::{FragmentService, FragmentServices, MountedDisk, StorageDirectory, StorageNode};
use cairn_types::record::Record;
use cairn_types::{BucketName, CanonicalId, ClusterId, DiskId, Epoch, KIB, MIB, NodeId, ObjectKey, RegionNumber};
use futures::{StreamExt, TryStreamExt, stream};

use super::faulty::Faulty;
use crate::{
    BucketView, ObjectRead, Objects, PutObject, ReadError, ReadRequest, Settings, StageError, StageTarget, Staged,
};

/// Inline limit of the tests.
pub(super) const INLINE: usize = 1_000;
/// Blob size of the tests: one stripe of 4+2.
pub(super) const BLOB: usize = 256 * KIB as usize;

/// See the module.
pub(super) struct Cluster {
    pub(super) context: Context,
    pub(super) objects: Objects,
    pub(super) bucket: BucketView,
    pub(super) nodes: Vec<Arc<Faulty>>,
    pub(super) directory: Arc<StorageDirectory>,
}

/// How a cluster is made.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) nodes: u64,
    pub(super) room_bytes: u64,
    pub(super) stage_bytes: u64,
    pub(super) blob_bytes: u64,
}

impl Plan {
    pub(super) fn of(nodes: u64) -> Self {
        Self { nodes, room_bytes: 32 * MIB, stage_bytes: 64 * MIB, blob_bytes: BLOB as u64 }
    }
}

/// Nobody is remote here.
struct NoTransport;

#[async_trait::async_trait]
impl Transport for NoTransport {
    async fn call(&self, peer: std::net::SocketAddr, _: Method, _: Message, _: Instant) -> Result<Message, CallError> {
        Err(CallError::Unreachable { peer, reason: "a test has no network".into() })
    }
}

/// Runs a test on a cluster of `nodes` storage nodes.
pub(super) fn on_cluster<F: Future<Output = ()>>(nodes: u64, test: impl FnOnce(Cluster) -> F) {
    on_planned(Plan::of(nodes), test);
}

pub(super) fn on_planned<F: Future<Output = ()>>(plan: Plan, test: impl FnOnce(Cluster) -> F) {
    SimWorld::run(7, |_| async move { test(Cluster::start(plan).await).await });
}

impl Cluster {
    async fn start(plan: Plan) -> Self {
        let context = Context::current();
        let deadline = context.clock.now() + Duration::from_secs(60);
        let client = metadata(&context, deadline).await;
        let mut nodes = Vec::new();
        for number in 1..=plan.nodes {
            nodes.push(storage(&context, DiskId(number), plan.room_bytes).await);
        }
        set_groups(&client, cluster_map(plan.nodes), deadline).await;
        let owner = SessionOwner { node: NodeId(100), purpose: "test".into() };
        let session = WriterSession::open(client.clone(), owner, deadline).await.unwrap();
        let local =
            (1..).zip(&nodes).map(|(number, node)| (NodeId(number), Arc::clone(node) as Arc<dyn FragmentService>));
        let local: BTreeMap<_, _> = local.collect();
        let directory = Arc::new(StorageDirectory::new(context.clone(), Arc::new(NoTransport), local));
        let settings = Settings::small_for_tests(INLINE as u64, plan.blob_bytes, plan.stage_bytes);
        let services = Arc::clone(&directory) as Arc<dyn FragmentServices>;
        let objects = Objects::new(context.clone(), session.clone(), services, settings);
        let scope = create_bucket(&session, new_bucket(), deadline).await.unwrap();
        let bucket = BucketView {
            id: scope.bucket,
            config_version: scope.config_version,
            versioning: VersioningMode::Off,
            object_lock: false,
        };
        Self { context, objects, bucket, nodes, directory }
    }

    pub(super) fn target(&self, name: &str, length: Option<usize>) -> StageTarget {
        let length = length.map(|length| length as u64);
        StageTarget { bucket: self.bucket.id, key: key(name), length, checksum: None, seal: None }
    }

    /// Stages `body` as one of a known length, in pieces that fit nothing.
    pub(super) async fn stage(&self, name: &str, body: &[u8]) -> Result<Staged, StageError<Infallible>> {
        self.objects.stage(self.target(name, Some(body.len())), pieces(body)).await
    }

    pub(super) async fn put(&self, name: &str, body: &[u8]) -> Published {
        let staged = self.stage(name, body).await.unwrap();
        self.objects.put(&self.bucket, put(name), &staged).await.unwrap()
    }

    pub(super) async fn open(&self, name: &str) -> ObjectRead {
        self.open_from(name, BodyWish::From(0)).await
    }

    pub(super) async fn open_from(&self, name: &str, body: BodyWish) -> ObjectRead {
        let request = ReadRequest { key: key(name), target: VersionTarget::Latest(Nothing::default()), body };
        self.objects.open(&self.bucket, request).await.unwrap()
    }

    pub(super) async fn get(&self, name: &str) -> Result<Vec<u8>, ReadError> {
        let read = self.open(name).await;
        let size = read.size();
        collect(read.stream(0..size)).await
    }

    /// Whether each node is down.
    pub(super) fn set_down(&self, down: impl Fn(usize) -> bool) {
        for (place, node) in self.nodes.iter().enumerate() {
            node.faults.lock().down = down(place);
        }
    }

    /// Every disk is thought to be up again.
    pub(super) fn forget_failures(&self) {
        for number in 1..=self.nodes.len() as u64 {
            self.directory.note(DiskId(number), true);
        }
    }

    /// Fragments on all disks that are up.
    pub(super) async fn fragments(&self) -> Vec<(DiskId, cairn_storage::FoundFragment)> {
        let mut found = Vec::new();
        for (number, node) in (1..).zip(&self.nodes) {
            let deadline = self.context.clock.now() + Duration::from_secs(10);
            if let Ok(listed) = node.list(DiskId(number), None, 100_000, deadline).await {
                found.extend(listed.into_iter().map(|fragment| (DiskId(number), fragment)));
            }
        }
        found
    }

    pub(super) async fn sleep(&self, millis: u64) {
        self.context.clock.sleep(Duration::from_millis(millis)).await;
    }
}

async fn metadata(context: &Context, deadline: Instant) -> MetadataClient {
    let directory = Directory::new();
    let client = MetadataClient::new(context.clone(), directory.clone());
    let parts = NodeParts {
        context: context.clone(),
        disk: SimDisk::new("meta", 1).mount(),
        kv: SimKv::new().mount(),
        directory: directory.clone(),
    };
    let settings = NodeSettings { log_file_bytes: 4 * MIB, ..NodeSettings::default() };
    let node = MetadataNode::open(parts, settings).await.unwrap();
    directory.put(NodeId(1), node.service());
    let init = InitCluster {
        cluster: ClusterId(*b"a test's cluster"),
        region: RegionNumber(1),
        region_name: "test".into(),
        root_account: owner(),
        account: AccountRow::default(),
        access_key_id: "AKIDTESTTESTTESTTEST".into(),
        access_key: AccessKeyRow::default(),
        ..InitCluster::default()
    };
    let founder = Founder { node: NodeId(1), profile: NodeProfile::default(), claim: Bytes::from_static(b"the first") };
    let new = NewCluster { init, founders: vec![founder], data_shards: 2 };
    create_cluster(&client, new, deadline).await.unwrap();
    client
}

async fn storage(context: &Context, disk: DiskId, room_bytes: u64) -> Arc<Faulty> {
    let directory = SimDisk::new(format!("disk {disk}"), disk.0).mount();
    let options = StoreOptions { segment_bytes: 8 * MIB, index_reserve_bytes: MIB, ..StoreOptions::new(disk) };
    let kv = SimKv::new().mount();
    let opened =
        FragmentStore::open(Arc::clone(&directory), kv, context.entropy.clone(), &context.tasks, options).await;
    let (store, _) = opened.unwrap();
    let mounted = MountedDisk { id: disk, store: Arc::new(store), directory };
    let node = StorageNode::new(context.clock.clone(), vec![mounted], room_bytes);
    Arc::new(Faulty::new(Arc::new(node), context.clock.clone()))
}

/// Every node has one disk of its own number.
fn cluster_map(nodes: u64) -> ClusterMap {
    let mut map = ClusterMap { epoch: Epoch(0), ..ClusterMap::default() };
    for number in 1..=nodes {
        map.put_node(Node {
            id: NodeId(number),
            state: NodeState::Active,
            storage_address: format!("10.0.0.{number}:1"),
            ..Node::default()
        });
        map.put_disk(Disk {
            id: DiskId(number),
            node: NodeId(number),
            capacity_bytes: 1 << 40,
            state: DiskState::Active,
            ..Disk::default()
        });
    }
    let growth = growth(&map).expect("there are disks");
    map.grow(growth);
    map
}

async fn set_groups(client: &MetadataClient, map: ClusterMap, deadline: Instant) {
    let change = MapChange { kind: MapKind::Groups, document: map.encode(), ..MapChange::default() };
    let body = CommandBody::SetMaps(SetMaps { maps: vec![change], ..SetMaps::default() });
    client.submit(Route::ROOT, body, deadline).await.unwrap();
}

fn new_bucket() -> NewBucket {
    NewBucket {
        name: BucketName::parse("bucket").unwrap(),
        namespace: String::new(),
        owner: owner(),
        region: "test".into(),
        settings: BucketSettings::default(),
        documents: Vec::new(),
    }
}

pub(super) fn owner() -> CanonicalId {
    CanonicalId { digits: "0123456789abcdef".repeat(4) }
}

pub(super) fn key(name: &str) -> ObjectKey {
    ObjectKey::parse(name.as_bytes().to_vec()).unwrap()
}

pub(super) fn meta() -> ObjectMeta {
    ObjectMeta { owner: owner(), ..ObjectMeta::default() }
}

pub(super) fn put(name: &str) -> PutObject {
    PutObject { key: key(name), precondition: Precondition::default(), meta: meta(), checksum: None }
}

/// Bytes that differ from place to place and from seed to seed.
pub(super) fn body(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// A body in pieces of odd lengths.
pub(super) fn pieces(body: &[u8]) -> stream::BoxStream<'static, Result<Bytes, Infallible>> {
    let body = Bytes::copy_from_slice(body);
    let starts = (0..body.len()).step_by(10_007);
    let pieces: Vec<Bytes> = starts.map(|start| body.slice(start..body.len().min(start + 10_007))).collect();
    stream::iter(pieces).map(Ok).boxed()
}

pub(super) async fn collect(stream: crate::BodyStream) -> Result<Vec<u8>, ReadError> {
    stream
        .try_fold(Vec::new(), |mut all, piece| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        })
        .await
}
