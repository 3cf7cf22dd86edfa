//! A cluster of metadata nodes in a simulated world, and what a test asks of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_catalog::command::{Body, BucketScope, CommandBody, InitCluster, KeyScope, Precondition, PublishVersion};
use cairn_catalog::query::{Answer, BodyWish, LookupVersion, Query, VersionTarget};
use cairn_catalog::reply::{Published, Reply};
use cairn_catalog::rows::{
    AccessKeyRow, AccountRow, BodyFacts, BucketSettings, ETag, NodeProfile, Nothing, ObjectMeta, VersioningMode,
};
use cairn_rpc::{HttpTransport, Router, Transport, serve_http};
use cairn_runtime::sim::{SimNode, SimWorld};
use cairn_runtime::{Context, Instant, OnExit};
use cairn_types::{BucketName, CanonicalId, ClusterId, MIB, NodeId, ObjectKey, RegionNumber, ShardId};

use crate::{
    Directory, Founder, MetadataClient, MetadataError, MetadataHandler, MetadataNode, NewBucket, NewCluster, NodeParts,
    NodeSettings, Route, SERVICE_NAME, SessionOwner, WriterSession, create_bucket, create_cluster,
};

pub(super) const PORT: u16 = 7_000;
pub(super) const CLUSTER: ClusterId = ClusterId(*b"a test's cluster");

/// Nodes, the process in each, and a client on the test's own node.
pub(super) struct TestCluster {
    pub(super) world: SimWorld,
    pub(super) hosts: Vec<SimNode>,
    pub(super) nodes: Vec<Option<MetadataNode>>,
    directories: Vec<Option<Directory>>,
    renamed: Vec<(usize, NodeId)>,
    pub(super) client: MetadataClient,
    pub(super) settings: NodeSettings,
}

pub(super) fn small_settings() -> NodeSettings {
    NodeSettings { log_file_bytes: MIB, ..NodeSettings::default() }
}

pub(super) fn id(place: usize) -> NodeId {
    NodeId(place as u64 + 1)
}

pub(super) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A directory that reaches every host from `context`'s node.
fn directory(context: &Context, hosts: &[SimNode]) -> Directory {
    let directory = Directory::new();
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(context.clone()));
    for (place, host) in hosts.iter().enumerate() {
        directory.put_remote(id(place), &transport, SocketAddr::new(host.address(), PORT));
    }
    directory
}

impl TestCluster {
    /// `count` nodes with empty directories, running.
    pub(super) async fn vacant(world: &SimWorld, count: usize) -> Self {
        Self::vacant_with(world, count, small_settings()).await
    }

    pub(super) async fn vacant_with(world: &SimWorld, count: usize, settings: NodeSettings) -> Self {
        let hosts: Vec<SimNode> = (0..count).map(|place| world.add_node(&format!("m{}", place + 1))).collect();
        let context = Context::current();
        let client = MetadataClient::new(context.clone(), directory(&context, &hosts));
        let nodes = hosts.iter().map(|_| None).collect();
        let directories = hosts.iter().map(|_| None).collect();
        let mut cluster =
            Self { world: world.clone(), hosts, nodes, directories, renamed: Vec::new(), client, settings };
        for place in 0..count {
            cluster.boot(place).await;
        }
        cluster
    }

    /// A cluster of `count` nodes.
    pub(super) async fn created(world: &SimWorld, count: usize) -> Self {
        Self::created_with(world, count, small_settings()).await
    }

    pub(super) async fn created_with(world: &SimWorld, count: usize, settings: NodeSettings) -> Self {
        let cluster = Self::vacant_with(world, count, settings).await;
        create_cluster(&cluster.client, new_cluster(count), cluster.deadline(60)).await.unwrap();
        cluster
    }

    /// Starts the process of a host.
    pub(super) async fn boot(&mut self, place: usize) {
        let host = &self.hosts[place];
        let context = host.restart();
        let known = directory(&context, &self.hosts);
        self.directories[place] = Some(known.clone());
        let parts = NodeParts {
            context: context.clone(),
            disk: host.disk("meta").mount(),
            kv: host.kv("meta").mount(),
            directory: known,
        };
        let node = MetadataNode::open(parts, self.settings.clone()).await.unwrap();
        let listener = context.net.listen(SocketAddr::new(host.address(), PORT)).await.unwrap();
        let handler = Arc::new(MetadataHandler::new(node.service()));
        let router = Router::default().with(SERVICE_NAME, handler);
        context.tasks.spawn("rpc", OnExit::Ignore, serve_http(context.clone(), listener, router));
        self.nodes[place] = Some(node);
        self.tell_names(place);
    }

    /// Cuts a host's power.
    pub(super) async fn crash(&mut self, place: usize) {
        self.nodes[place] = None;
        self.hosts[place].crash().await;
    }

    /// Tells every process, also those that start later, that the node on `host` has the id `node`.
    pub(super) fn rename(&mut self, host: usize, node: NodeId) {
        self.renamed.push((host, node));
        (0..self.hosts.len()).for_each(|place| self.tell_names(place));
    }

    fn tell_names(&self, place: usize) {
        let (Some(directory), Some(_)) = (&self.directories[place], &self.nodes[place]) else { return };
        let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(self.hosts[place].context()));
        for (host, node) in &self.renamed {
            directory.put_remote(*node, &transport, SocketAddr::new(self.hosts[*host].address(), PORT));
        }
    }

    pub(super) fn node(&self, place: usize) -> &MetadataNode {
        self.nodes[place].as_ref().expect("the node runs")
    }

    pub(super) fn deadline(&self, after: u64) -> Instant {
        Context::current().clock.now() + seconds(after)
    }

    pub(super) async fn sleep(&self, duration: Duration) {
        Context::current().clock.sleep(duration).await;
    }

    /// The place of the node that leads `shard`, once one does and others may be asked of it.
    pub(super) async fn leader(&self, shard: ShardId) -> usize {
        loop {
            for (place, node) in self.nodes.iter().enumerate() {
                let Some(node) = node else { continue };
                let status = node.service().status(self.deadline(1)).await.unwrap();
                let led = status.shards.iter().find(|status| status.shard == shard);
                if led.is_some_and(|led| led.leader == Some(status.node)) {
                    return place;
                }
            }
            self.sleep(Duration::from_millis(100)).await;
        }
    }

    pub(super) async fn session(&self) -> WriterSession {
        let owner = SessionOwner { node: NodeId(99), purpose: "test".into() };
        WriterSession::open(self.client.clone(), owner, self.deadline(60)).await.unwrap()
    }

    /// A bucket and its configuration.
    pub(super) async fn bucket(&self, session: &WriterSession, name: &str) -> BucketScope {
        create_bucket(session, new_bucket(name), self.deadline(60)).await.unwrap()
    }

    /// Publishes an inline object.
    pub(super) async fn put(
        &self,
        session: &WriterSession,
        bucket: BucketScope,
        key: &str,
        text: &str,
    ) -> Result<Published, MetadataError> {
        self.put_if(session, bucket, key, text, Precondition::default()).await
    }

    pub(super) async fn put_if(
        &self,
        session: &WriterSession,
        bucket: BucketScope,
        key: &str,
        text: &str,
        precondition: Precondition,
    ) -> Result<Published, MetadataError> {
        let body = publish(bucket, key, text, precondition);
        let route = Route::Key(bucket.bucket, key.as_bytes());
        match session.submit(route, body, self.deadline(60)).await? {
            Reply::Published(published) => Ok(published),
            other => panic!("not a reply to a publish: {other:?}"),
        }
    }

    /// The text of a key's latest version.
    pub(super) async fn get(&self, bucket: BucketScope, key: &str) -> Result<Bytes, MetadataError> {
        let query = lookup(bucket, key);
        let route = Route::Key(bucket.bucket, key.as_bytes());
        match self.client.query(route, query, self.deadline(60)).await? {
            Answer::Version(found) => Ok(found.stretches[0].inline.clone().expect("the body is inline")),
            other => panic!("not an answer to a lookup: {other:?}"),
        }
    }

    /// The shard that holds a bucket.
    pub(super) async fn shard_of(&self, bucket: BucketScope) -> ShardId {
        self.client.shard_of(Route::Key(bucket.bucket, b"a"), self.deadline(60)).await.unwrap()
    }
}

pub(super) fn new_cluster(founders: usize) -> NewCluster {
    let init = InitCluster {
        cluster: CLUSTER,
        region: RegionNumber(1),
        region_name: "test".into(),
        root_account: owner(),
        account: AccountRow::default(),
        access_key_id: "AKIDTESTTESTTESTTEST".into(),
        access_key: AccessKeyRow::default(),
        ..InitCluster::default()
    };
    let founder = |place: usize| Founder {
        node: id(place),
        profile: NodeProfile::default(),
        claim: Bytes::from(format!("claim of {place}")),
    };
    NewCluster { init, founders: (0..founders).map(founder).collect(), data_shards: 2 }
}

pub(super) fn owner() -> CanonicalId {
    CanonicalId { digits: "0123456789abcdef".repeat(4) }
}

pub(super) fn new_bucket(name: &str) -> NewBucket {
    NewBucket {
        name: BucketName::parse(name).unwrap(),
        namespace: String::new(),
        owner: owner(),
        region: "test".into(),
        settings: BucketSettings::default(),
        documents: Vec::new(),
    }
}

pub(super) fn scope(bucket: BucketScope, key: &str) -> KeyScope {
    KeyScope {
        bucket: bucket.bucket,
        key: ObjectKey::parse(key.as_bytes().to_vec()).unwrap(),
        config_version: bucket.config_version,
    }
}

pub(super) fn publish(bucket: BucketScope, key: &str, text: &str, precondition: Precondition) -> CommandBody {
    CommandBody::PublishVersion(Box::new(PublishVersion {
        scope: scope(bucket, key),
        versioning: VersioningMode::Off,
        precondition,
        facts: BodyFacts { size: text.len() as u64, etag: ETag::default(), ..BodyFacts::default() },
        meta: ObjectMeta { owner: owner(), ..ObjectMeta::default() },
        body: Body::Inline(Bytes::copy_from_slice(text.as_bytes())),
        ..PublishVersion::default()
    }))
}

pub(super) fn lookup(bucket: BucketScope, key: &str) -> Query {
    Query::LookupVersion(LookupVersion {
        scope: scope(bucket, key),
        target: VersionTarget::Latest(Nothing::default()),
        body: BodyWish::From(0),
        ..LookupVersion::default()
    })
}
