//! A small cluster in one process: one metadata node, three storage nodes of one disk each, one group of three copies.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_catalog::command::{
    Body, BucketScope, CommandBody, DeleteObject, DeleteTarget, InitCluster, KeyScope, MapChange, PublishVersion,
    SetMaps,
};
use cairn_catalog::query::{Answer, DegradedCount, ListGarbage, LookupVersion, Query};
use cairn_catalog::rows::{
    AccessKeyRow, AccountRow, BlobPlace, BodyFacts, BucketSettings, FragmentSet, GarbageId, MapKind, NodeProfile,
    Nothing, ObjectMeta, StagedRun, VersioningMode,
};
use cairn_erasure::{BlobLayout, StripeNumber, cell_digest};
use cairn_fragments::{FragmentStore, StoreOptions};
use cairn_metadata::{
    BlobTicket, Directory, Founder, MetadataClient, MetadataNode, NewBucket, NewCluster, NodeParts, NodeSettings,
    Route, SessionOwner, WriterSession, create_bucket, create_cluster,
};
use cairn_placement::{
    ClusterMap, Disk, DiskState, FailureDomain, GroupState, Node, NodeState, PlacementGroup, Target,
};
use cairn_runtime::sim::{SimDisk, SimKv, SimWorld};
use cairn_runtime::{Context, Instant};
use cairn_storage::{FragmentService, FragmentServices, MountedDisk, PutFragment, StorageNode};
use cairn_types::record::Record;
use cairn_types::{
    BlobId, BucketName, CanonicalId, ClusterId, Digest128, DiskId, Epoch, Geometry, GroupId, Label, LogIndex, MIB,
    NodeId, ObjectKey, RegionNumber, RunId, ShardId, VersionOrder,
};

use super::faulty::{Faulty, Mood};
use crate::{Collected, Collector, CollectorSettings};

const BLOB_BYTES: u64 = 100;

/// See the module.
pub(super) struct Cluster {
    pub(super) context: Context,
    pub(super) client: MetadataClient,
    pub(super) session: WriterSession,
    pub(super) bucket: BucketScope,
    pub(super) disks: Arc<Disks>,
    pub(super) collector: Collector,
}

/// The disks by their ids; all are thought to be up.
pub(super) struct Disks(pub(super) BTreeMap<DiskId, Arc<Faulty>>);

impl FragmentServices for Disks {
    fn of(&self, disk: DiskId) -> Option<Arc<dyn FragmentService>> {
        self.0.get(&disk).map(|service| Arc::clone(service) as Arc<dyn FragmentService>)
    }

    fn is_up(&self, _: DiskId) -> bool {
        true
    }

    fn note(&self, _: DiskId, _: bool) {}

    fn follow(&self, _: &ClusterMap) {}
}

/// A run whose fragments are durable, and what keeps its blobs in use.
pub(super) struct Staged {
    pub(super) run: StagedRun,
    pub(super) tickets: Vec<BlobTicket>,
}

pub(super) fn on_cluster<F: Future<Output = ()>>(seed: u64, test: impl FnOnce(Cluster) -> F) {
    SimWorld::run(seed, |_| async move { test(Cluster::start().await).await });
}

pub(super) fn three_copies() -> Geometry {
    Geometry::new(1, 2).unwrap()
}

pub(super) fn key(name: &str) -> ObjectKey {
    ObjectKey::parse(name.as_bytes().to_vec()).unwrap()
}

impl Cluster {
    async fn start() -> Self {
        let context = Context::current();
        let deadline = context.clock.now() + Duration::from_secs(60);
        let client = metadata(&context, deadline).await;
        let mut disks = BTreeMap::new();
        for number in 1..=3 {
            disks.insert(DiskId(number), storage(&context, DiskId(number)).await);
        }
        let disks = Arc::new(Disks(disks));
        let session = open_session(&client, deadline).await;
        let bucket = create_bucket(&session, new_bucket(), deadline).await.unwrap();
        let services = Arc::clone(&disks) as Arc<dyn FragmentServices>;
        let collector = Collector::new(context.clone(), client.clone(), services, CollectorSettings::default());
        let cluster = Self { context, client, session, bucket, disks, collector };
        cluster.set_map(Epoch(0), cluster_map()).await;
        cluster
    }

    pub(super) fn deadline(&self, seconds: u64) -> Instant {
        self.context.clock.now() + Duration::from_secs(seconds)
    }

    pub(super) async fn sleep(&self, seconds: u64) {
        self.context.clock.sleep(Duration::from_secs(seconds)).await;
    }

    pub(super) async fn set_map(&self, expected: Epoch, map: ClusterMap) {
        let change = MapChange { kind: MapKind::Groups, expected, document: map.encode(), ..MapChange::default() };
        let body = CommandBody::SetMaps(SetMaps { maps: vec![change], ..SetMaps::default() });
        self.client.submit(Route::ROOT, body, self.deadline(60)).await.unwrap();
    }

    pub(super) async fn another_session(&self) -> WriterSession {
        open_session(&self.client, self.deadline(60)).await
    }

    /// A whole round with time for everything.
    pub(super) async fn collect(&self) -> Collected {
        self.collector.collect_once(self.deadline(300)).await
    }

    pub(super) fn set_mood(&self, disk: u64, mood: Mood) {
        *self.disks.0[&DiskId(disk)].mood.lock() = mood;
    }

    pub(super) fn scope(&self, name: &str) -> KeyScope {
        KeyScope { bucket: self.bucket.bucket, key: key(name), config_version: self.bucket.config_version }
    }

    pub(super) fn label(&self, name: &str, run: BlobId) -> Label {
        Label { bucket: self.bucket.bucket, key: key(name), run: RunId(run) }
    }

    /// Stages a run of `blobs` blobs on all disks.
    pub(super) async fn stage(&self, session: &WriterSession, name: &str, blobs: usize) -> Staged {
        self.stage_but(session, name, blobs, None).await
    }

    /// Stages a run on all disks but one.
    pub(super) async fn stage_but(
        &self,
        session: &WriterSession,
        name: &str,
        blobs: usize,
        missing: Option<u64>,
    ) -> Staged {
        let tickets: Vec<BlobTicket> = (0..blobs).map(|_| session.next_blob()).collect();
        let run = tickets[0].blob();
        let mut places = Vec::new();
        for ticket in &tickets {
            let mut place = BlobPlace {
                blob: ticket.blob(),
                group: GroupId(1),
                group_epoch: Epoch(1),
                geometry: three_copies(),
                length: BLOB_BYTES,
                digest: Digest128::default(),
                ..BlobPlace::default()
            };
            let mut set = FragmentSet::EMPTY;
            for (disk, index) in (1..).zip(three_copies().indexes()) {
                if missing == Some(disk) {
                    set.insert(index);
                } else {
                    self.put_fragment(&self.label(name, run), ticket.blob(), disk).await;
                }
            }
            place.missing = set;
            places.push(place);
        }
        Staged { run: StagedRun { run: RunId(run), blobs: places, ..StagedRun::default() }, tickets }
    }

    /// Puts the fragment of `blob` that belongs on `disk`.
    pub(super) async fn put_fragment(&self, label: &Label, blob: BlobId, disk: u64) {
        let index = three_copies().index(u8::try_from(disk - 1).unwrap()).unwrap();
        let payload = Bytes::from(vec![disk as u8; BLOB_BYTES as usize]);
        assert_eq!(BlobLayout::new(three_copies(), BLOB_BYTES).unwrap().stripe_count(), 1);
        let fragment = PutFragment {
            label: label.clone(),
            blob,
            index,
            geometry: three_copies(),
            group: (GroupId(1), Epoch(1)),
            blob_bytes: BLOB_BYTES,
            digests: vec![cell_digest(blob, StripeNumber(0), index, &payload)],
            payload: vec![payload],
        };
        let (disk, service) = (DiskId(disk), &self.disks.0[&DiskId(disk)]);
        let room = service.reserve(disk, BLOB_BYTES, self.deadline(10)).await.unwrap();
        service.put(room, fragment, self.deadline(10)).await.unwrap();
    }

    pub(super) async fn publish(&self, name: &str, staged: &StagedRun) {
        let body = CommandBody::PublishVersion(Box::new(PublishVersion {
            scope: self.scope(name),
            versioning: VersioningMode::Off,
            facts: facts(staged),
            meta: ObjectMeta { owner: owner(), ..ObjectMeta::default() },
            body: Body::Run(staged.clone()),
            ..PublishVersion::default()
        }));
        self.submit(name, body).await;
    }

    /// Stages and publishes; whether or not it replaces something.
    pub(super) async fn put(&self, name: &str, blobs: usize) {
        let staged = self.stage(&self.session, name, blobs).await;
        self.publish(name, &staged.run).await;
    }

    pub(super) async fn delete(&self, name: &str) {
        let body = CommandBody::DeleteObject(Box::new(DeleteObject {
            scope: self.scope(name),
            versioning: VersioningMode::Off,
            target: DeleteTarget::Latest(Nothing::default()),
            owner: owner(),
            ..DeleteObject::default()
        }));
        self.submit(name, body).await;
    }

    pub(super) async fn submit(&self, name: &str, body: CommandBody) {
        let route = Route::Key(self.bucket.bucket, name.as_bytes());
        self.session.submit(route, body, self.deadline(30)).await.unwrap();
    }

    /// The latest version of a key.
    pub(super) async fn latest(&self, name: &str) -> VersionOrder {
        let query = LookupVersion { scope: self.scope(name), ..LookupVersion::default() };
        let route = Route::Key(self.bucket.bucket, name.as_bytes());
        match self.client.query(route, Query::LookupVersion(query), self.deadline(10)).await.unwrap() {
            Answer::Version(found) => found.version.order,
            other => panic!("not a version: {other:?}"),
        }
    }

    /// Blobs with a fragment on a disk.
    pub(super) async fn blobs_on(&self, disk: u64) -> Vec<BlobId> {
        let disk = DiskId(disk);
        let found = self.disks.0[&disk].list(disk, None, 10_000, self.deadline(10)).await.unwrap();
        found.into_iter().map(|fragment| fragment.blob).collect()
    }

    /// Fragments on all disks.
    pub(super) async fn fragments(&self) -> usize {
        let mut count = 0;
        for disk in 1..=3 {
            count += self.blobs_on(disk).await.len();
        }
        count
    }

    /// The shard of the bucket.
    pub(super) async fn shard(&self) -> ShardId {
        let map = self.client.shard_map(self.deadline(10)).await.unwrap();
        map.shard_for(self.bucket.bucket, b"a").unwrap().id
    }

    /// Garbage rows of the bucket's shard, and the last command applied there.
    pub(super) async fn garbage(&self) -> (usize, LogIndex) {
        let query = ListGarbage { after: GarbageId::default(), max: 1_000, ..ListGarbage::default() };
        let route = Route::Shard(self.shard().await);
        let answered = self.client.query_at(route, Query::ListGarbage(query), self.deadline(10)).await.unwrap();
        match answered.answer {
            Answer::Garbage(page) => (page.entries.len(), answered.at),
            other => panic!("not garbage: {other:?}"),
        }
    }

    /// Degraded blobs of the bucket's shard.
    pub(super) async fn degraded(&self) -> u64 {
        let query = Query::DegradedCount(DegradedCount::default());
        match self.client.query(Route::Shard(self.shard().await), query, self.deadline(10)).await.unwrap() {
            Answer::DegradedCount(row) => row.blobs(),
            other => panic!("not a count: {other:?}"),
        }
    }
}

pub(super) fn facts(staged: &StagedRun) -> BodyFacts {
    BodyFacts { size: staged.length(), ..BodyFacts::default() }
}

pub(super) fn owner() -> CanonicalId {
    CanonicalId { digits: "0123456789abcdef".repeat(4) }
}

/// Every node has one disk of its own number.
pub(super) fn cluster_map() -> ClusterMap {
    let geometry = three_copies();
    let target = Target { geometry, domain: FailureDomain::Node };
    let mut map = ClusterMap { epoch: Epoch(1), target, ..ClusterMap::default() };
    for number in 1..=3 {
        map.put_node(Node { id: NodeId(number), state: NodeState::Active, ..Node::default() });
        let (id, node) = (DiskId(number), NodeId(number));
        map.put_disk(Disk { id, node, capacity_bytes: 1 << 40, state: DiskState::Active, ..Disk::default() });
    }
    map.put_group(PlacementGroup {
        id: GroupId(1),
        epoch: Epoch(1),
        geometry,
        disks: (1..=3).map(DiskId).collect(),
        domain: FailureDomain::Node,
        state: GroupState::Active,
        ..PlacementGroup::default()
    });
    map
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

async fn storage(context: &Context, disk: DiskId) -> Arc<Faulty> {
    let directory = SimDisk::new(format!("disk {disk}"), disk.0).mount();
    let options = StoreOptions { segment_bytes: MIB, index_reserve_bytes: MIB, ..StoreOptions::new(disk) };
    let kv = SimKv::new().mount();
    let opened =
        FragmentStore::open(Arc::clone(&directory), kv, context.entropy.clone(), &context.tasks, options).await;
    let mounted = MountedDisk { id: disk, store: Arc::new(opened.unwrap().0), directory };
    Arc::new(Faulty::new(Arc::new(StorageNode::new(context.clock.clone(), vec![mounted], 32 * MIB))))
}

async fn open_session(client: &MetadataClient, deadline: Instant) -> WriterSession {
    let owner = SessionOwner { node: NodeId(100), purpose: "test".into() };
    WriterSession::open(client.clone(), owner, deadline).await.unwrap()
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
