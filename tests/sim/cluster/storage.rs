//! A storage node's process: one disk.

use std::net::SocketAddr;
use std::sync::Arc;

use cairn_fragments::{DiskIdentity, FragmentStore, StoreOptions};
use cairn_metadata::MetadataClient;
use cairn_repair::DegradedMarks;
use cairn_rpc::{Router, serve_http};
use cairn_runtime::disk::Disk;
use cairn_runtime::sim::SimNode;
use cairn_runtime::{Context, OnExit};
use cairn_storage::{FragmentService, MountedDisk, StorageHandler, StorageNode, maintain};
use cairn_types::{ClusterId, DiskId, MIB, NodeId};

use super::{STORAGE_PORT, deadline, directory, registration};

/// Bytes of a segment: small, so that a run fills some.
const SEGMENT_BYTES: u64 = 8 * MIB;

/// Bytes of fragments that the disk takes at once.
const ROOM_BYTES: u64 = 32 * MIB;

/// Starts it; runs on its node.
pub(super) async fn start(host: SimNode, metadata: Vec<SimNode>) {
    let context = Context::current();
    let listener = context.net.listen(SocketAddr::new(host.address(), STORAGE_PORT)).await.expect("the port is free");
    let client = MetadataClient::new(context.clone(), directory(&context, &metadata));
    let cluster = registration::cluster(&client, deadline()).await.cluster;
    let profile = registration::profile(&host, STORAGE_PORT, "storage");
    let node = registration::node(&client, cluster, profile, deadline()).await;
    let disk = mount(&context, &host, &client, cluster, node).await;
    let lost = Arc::new(DegradedMarks::new(context.clone(), client.clone()));
    maintain(&context, disk.id, Arc::clone(&disk.store), lost);
    let service = StorageNode::new(context.clock.clone(), vec![disk], ROOM_BYTES);
    let service: Arc<dyn FragmentService> = Arc::new(service);
    let router = Router::default().with("storage", Arc::new(StorageHandler::new(service, context.clock.clone())));
    context.tasks.spawn("storage service", OnExit::Report, serve_http(context.clone(), listener, router));
}

async fn mount(
    context: &Context,
    host: &SimNode,
    client: &MetadataClient,
    cluster: ClusterId,
    node: NodeId,
) -> MountedDisk {
    let disk: Arc<dyn Disk> = host.disk("fragments").mount();
    let known = DiskIdentity::read(disk.as_ref()).await.expect("the identity can be read");
    let known_id = known.as_ref().map_or_else(DiskId::default, |known| known.disk);
    let capacity = disk.space().await.expect("the disk has a size").total_bytes;
    let id = registration::disk(client, cluster, node, known_id, capacity, deadline()).await;
    if known.is_none() {
        let identity = DiskIdentity { cluster, node, disk: id, ..DiskIdentity::default() };
        identity.write(disk.as_ref()).await.expect("a new disk can be written");
    }
    let options = StoreOptions { segment_bytes: SEGMENT_BYTES, ..StoreOptions::new(id) };
    let index = host.kv("index").mount();
    let opened = FragmentStore::open(Arc::clone(&disk), index, context.entropy.clone(), &context.tasks, options).await;
    let (store, recovered) = opened.expect("what a crash leaves can be opened");
    assert!(recovered.damage.is_empty(), "a crash damages nothing that was synced: {:?}", recovered.damage);
    MountedDisk { id, store: Arc::new(store), directory: disk }
}
