//! A storage node in simulation, called directly and over the simulated network.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_erasure::{BlobEncoder, StripeNumber, cell_digest};
use cairn_fragments::{FragmentStore, StoreOptions};
use cairn_placement::{ClusterMap, Disk, DiskState, Node, NodeState};
use cairn_rpc::{HttpTransport, Router, Transport, serve_http};
use cairn_runtime::sim::{SimNode, SimWorld};
use cairn_runtime::{Context, Instant, OnExit};
use cairn_types::{
    BlobId, BlobSequence, BucketId, DiskId, Epoch, Geometry, GroupId, KIB, Label, MIB, NodeId, ObjectKey, PerFragment,
    RunId, SessionId,
};

use crate::{
    FragmentService, FragmentServices, MountedDisk, PutFragment, ReadCells, RemoteStorage, StorageDirectory,
    StorageError, StorageHandler, StorageNode,
};

const DISK: DiskId = DiskId(4);
const PORT: u16 = 7_100;
const ROOM: u64 = 512 * KIB;

fn geometry() -> Geometry {
    Geometry::new(2, 1).unwrap()
}

/// Fragment `index` of a blob of `len` bytes.
pub(crate) fn fragment(sequence: u64, index: u8, len: u64) -> PutFragment {
    let blob = BlobId::new(SessionId(5), BlobSequence(sequence));
    let bytes = BlobEncoder::<Vec<u8>>::buffer_bytes(geometry(), len).unwrap();
    let buffers = PerFragment::from_fn(geometry(), |_| vec![0; bytes]);
    let mut encoder = BlobEncoder::new(blob, geometry(), len, buffers).unwrap();
    let body: Vec<u8> = (0..len).map(|place| (place * 7 % 253) as u8).collect();
    assert_eq!(encoder.push(&body) as u64, len);
    let index = geometry().index(index).unwrap();
    let encoded = encoder.finish().unwrap();
    let payload = Bytes::copy_from_slice(&encoded.fragments[index].buffer[..encoded.layout.payload_len()]);
    PutFragment {
        label: Label { bucket: BucketId(1), key: ObjectKey::parse("key").unwrap(), run: RunId(blob) },
        blob,
        index,
        geometry: geometry(),
        group: (GroupId(1), Epoch(1)),
        blob_bytes: len,
        payload: vec![payload.slice(..payload.len() / 3), payload.slice(payload.len() / 3..)],
        digests: encoded.fragments[index].digests.clone(),
    }
}

async fn storage_node(host: &SimNode) -> Arc<StorageNode> {
    let (context, directory) = (host.context(), host.disk("fragments").mount());
    let options = StoreOptions { segment_bytes: 4 * MIB, index_reserve_bytes: MIB, ..StoreOptions::new(DISK) };
    let kv = host.kv("index").mount();
    let opened =
        FragmentStore::open(Arc::clone(&directory), kv, context.entropy.clone(), &context.tasks, options).await;
    let mounted = MountedDisk { id: DISK, store: Arc::new(opened.unwrap().0), directory };
    Arc::new(StorageNode::new(context.clock.clone(), vec![mounted], ROOM))
}

/// A node on a host of its own, and a client of it on the test's.
async fn remote(world: &SimWorld) -> (SimNode, Arc<dyn FragmentService>, Arc<dyn FragmentService>) {
    let host = world.add_node("storage");
    let node = storage_node(&host).await;
    let context = host.context();
    let listener = context.net.listen(SocketAddr::new(host.address(), PORT)).await.unwrap();
    let service: Arc<dyn FragmentService> = node;
    let handler = StorageHandler::new(Arc::clone(&service), context.clock.clone());
    let router = Router::default().with("storage", Arc::new(handler));
    context.tasks.spawn("rpc", OnExit::Ignore, serve_http(context.clone(), listener, router));
    let here = Context::current();
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(here.clone()));
    let client = RemoteStorage::new(here, transport, SocketAddr::new(host.address(), PORT));
    (host, service, Arc::new(client))
}

fn after(millis: u64) -> Instant {
    Context::current().clock.now() + Duration::from_millis(millis)
}

async fn put(service: &Arc<dyn FragmentService>, fragment: PutFragment) -> Result<(), StorageError> {
    let bytes = fragment.payload.iter().map(Bytes::len).sum::<usize>() as u64;
    let room = service.reserve(DISK, bytes, after(1_000)).await?;
    service.put(room, fragment, after(5_000)).await
}

async fn stores_reads_and_deletes(service: &Arc<dyn FragmentService>) {
    let (first, second) = (fragment(1, 0, 500_000), fragment(2, 2, 1_000));
    put(service, first.clone()).await.unwrap();
    put(service, first.clone()).await.unwrap();
    put(service, second.clone()).await.unwrap();
    let names = vec![(first.blob, first.index), (first.blob, second.index), (second.blob, second.index)];
    assert_eq!(service.contains(DISK, names, after(1_000)).await.unwrap(), [true, false, true]);

    let wanted = ReadCells { blob: first.blob, index: first.index, first_stripe: 1, stripes: 2 };
    let cells = service.read_cells(DISK, wanted, after(1_000)).await.unwrap();
    assert_eq!(cells.payload[..], first.payload.concat()[65_536..3 * 65_536]);
    let digest = cell_digest(first.blob, StripeNumber(1), first.index, &cells.payload[..65_536]);
    assert_eq!((cells.digests.len(), cells.digests[0]), (2, digest));

    let listed = service.list(DISK, None, 1, after(1_000)).await.unwrap();
    assert_eq!((listed[0].blob, listed[0].label.clone()), (first.blob, first.label.clone()));
    let rest = service.list(DISK, Some((first.blob, first.index)), 10, after(1_000)).await.unwrap();
    assert_eq!(rest.iter().map(|found| found.blob).collect::<Vec<_>>(), [second.blob]);

    service.delete(DISK, vec![(first.blob, first.index)], after(1_000)).await.unwrap();
    service.delete(DISK, vec![(first.blob, first.index)], after(1_000)).await.unwrap();
    let gone = service.read_cells(DISK, wanted, after(1_000)).await;
    assert_eq!(gone.unwrap_err(), StorageError::NoSuchFragment);

    service.note_swept(DISK, vec![(SessionId(5), 10)], after(1_000)).await.unwrap();
    assert_eq!(put(service, fragment(9, 0, 10)).await, Err(StorageError::BelowSweptFloor));
    put(service, fragment(10, 0, 10)).await.unwrap();
    let status = service.status(after(1_000)).await.unwrap();
    assert_eq!((status[0].disk, status[0].writable, status[0].fragments), (DISK, true, 2));
    assert_eq!(service.reserve(DiskId(5), 1, after(100)).await.err(), Some(StorageError::NoSuchDisk(DiskId(5))));
}

#[test]
fn a_node_does_the_same_for_its_process_and_for_others() {
    SimWorld::run(1, |world| async move {
        let host = world.add_node("local");
        let local: Arc<dyn FragmentService> = storage_node(&host).await;
        stores_reads_and_deletes(&local).await;
        let (_host, _, client) = remote(&world).await;
        stores_reads_and_deletes(&client).await;
    });
}

#[test]
fn a_fragment_that_was_changed_on_its_way_is_not_stored() {
    SimWorld::run(2, |world| async move {
        let (_host, service, client) = remote(&world).await;
        let mut changed = fragment(1, 0, 100_000);
        let mut bytes = changed.payload.concat();
        bytes[7] ^= 1;
        changed.payload = vec![bytes.into()];
        let name = vec![(changed.blob, changed.index)];
        assert!(matches!(put(&client, changed).await, Err(StorageError::Invalid(_))));
        assert_eq!(service.contains(DISK, name, after(1_000)).await.unwrap(), [false]);
    });
}

#[test]
fn room_is_bounded_and_comes_back() {
    SimWorld::run(3, |world| async move {
        let (_host, service, client) = remote(&world).await;
        let first = client.reserve(DISK, ROOM - 1_024, after(60_000)).await.unwrap();
        assert_eq!(service.reserve(DISK, 2_048, after(500)).await.err(), Some(StorageError::Busy));
        assert_eq!(client.reserve(DISK, 2_048, after(500)).await.err(), Some(StorageError::Busy));
        // Given back unused.
        drop(first);
        let second = client.reserve(DISK, ROOM, after(1_000)).await.unwrap();
        let long = fragment(1, 0, 4 * ROOM);
        assert!(service.put(service_room(&service).await, long, after(1_000)).await.is_err());
        // Given back by a put.
        client.put(second, fragment(2, 0, 1_000), after(1_000)).await.unwrap();
        drop(service.reserve(DISK, ROOM, after(1_000)).await.unwrap());
    });
}

/// The smallest room, which always fits.
async fn service_room(service: &Arc<dyn FragmentService>) -> crate::Reservation {
    crate::Reservation { disk: DISK, bytes: 1, hold: Box::new(NoHold(Arc::clone(service))) }
}

struct NoHold(#[allow(dead_code, reason = "a hold holds something")] Arc<dyn FragmentService>);

impl crate::Hold for NoHold {
    fn into_any(self: Box<Self>) -> Box<dyn std::any::Any> {
        self
    }
}

#[test]
fn room_of_a_caller_that_died_comes_back_when_its_time_is_over() {
    SimWorld::run(4, |world| async move {
        let (_host, service, client) = remote(&world).await;
        let caller = world.add_node("caller");
        let held = client.reserve(DISK, ROOM, after(3_000)).await.unwrap();
        // Never dropped: its process is gone and tells nobody.
        std::mem::forget(held);
        drop(caller);
        assert_eq!(client.reserve(DISK, ROOM, after(1_000)).await.err(), Some(StorageError::Busy));
        Context::current().clock.sleep(Duration::from_secs(3)).await;
        drop(client.reserve(DISK, ROOM, after(1_000)).await.unwrap());
        drop(service.reserve(DISK, ROOM, after(1_000)).await.unwrap());
    });
}

fn map(address: SocketAddr) -> ClusterMap {
    let mut map = ClusterMap { epoch: Epoch(1), ..ClusterMap::default() };
    map.put_node(Node {
        id: NodeId(1),
        state: NodeState::Active,
        storage_address: address.to_string(),
        ..Node::default()
    });
    map.put_disk(Disk { id: DISK, node: NodeId(1), state: DiskState::Active, ..Disk::default() });
    map
}

#[test]
fn a_node_that_went_away_is_noticed_and_so_is_its_return() {
    SimWorld::run(5, |world| async move {
        let (host, ..) = remote(&world).await;
        let context = Context::current();
        let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(context.clone()));
        let directory = Arc::new(StorageDirectory::new(context.clone(), transport, BTreeMap::new()));
        assert!(!directory.is_up(DISK), "nothing is known yet");
        directory.follow(&map(SocketAddr::new(host.address(), PORT)));
        assert!(directory.is_up(DISK));
        assert!(directory.of(DiskId(9)).is_none());
        directory.watch();
        host.crash().await;
        context.clock.sleep(Duration::from_secs(8)).await;
        assert!(!directory.is_up(DISK));
        let mut drained = map(SocketAddr::new(host.address(), PORT));
        drained.epoch = Epoch(2);
        drained.disks[0].state = DiskState::Draining;
        directory.follow(&drained);
        directory.follow(&map(SocketAddr::new(host.address(), PORT)));
        directory.note(DISK, true);
        assert!(!directory.is_up(DISK), "the older map changed nothing, and a draining disk takes no writes");
    });
}

#[test]
fn a_node_that_is_late_once_is_not_taken_for_down() {
    SimWorld::run(7, |world| async move {
        let (host, ..) = remote(&world).await;
        let gateway = world.add_node("gateway");
        let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(gateway.context()));
        let directory = StorageDirectory::new(gateway.context(), transport, BTreeMap::new());
        directory.follow(&map(SocketAddr::new(host.address(), PORT)));
        let mut late = BTreeSet::new();
        directory.ping(&mut late).await;
        world.net().cut(gateway.address(), host.address());
        directory.ping(&mut late).await;
        assert!(directory.is_up(DISK), "it may be busy");
        directory.ping(&mut late).await;
        assert!(!directory.is_up(DISK), "it is gone, or might as well be");
        world.net().heal(gateway.address(), host.address());
        directory.ping(&mut late).await;
        assert!(directory.is_up(DISK));
    });
}

#[test]
fn a_disk_that_its_node_does_not_have_is_down() {
    SimWorld::run(8, |world| async move {
        let (host, ..) = remote(&world).await;
        let context = Context::current();
        let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(context.clone()));
        let directory = StorageDirectory::new(context.clone(), transport, BTreeMap::new());
        let mut map = map(SocketAddr::new(host.address(), PORT));
        map.put_disk(Disk { id: DiskId(9), node: NodeId(1), state: DiskState::Active, ..Disk::default() });
        directory.follow(&map);
        directory.ping(&mut BTreeSet::new()).await;
        assert!(directory.is_up(DISK));
        assert!(!directory.is_up(DiskId(9)), "its directory was emptied");
    });
}

#[test]
fn a_disk_that_failed_a_call_is_tried_again_after_a_while() {
    SimWorld::run(6, |world| async move {
        let host = world.add_node("local");
        let node: Arc<dyn FragmentService> = storage_node(&host).await;
        let context = Context::current();
        let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(context.clone()));
        let local = BTreeMap::from([(NodeId(1), node)]);
        let directory = StorageDirectory::new(context.clone(), transport, local);
        directory.follow(&map(SocketAddr::new(host.address(), PORT)));
        directory.note(DISK, false);
        assert!(!directory.is_up(DISK));
        context.clock.sleep(crate::limits::DOWN_RETRY).await;
        assert!(directory.is_up(DISK));
        directory.note(DISK, false);
        directory.ping(&mut BTreeSet::new()).await;
        assert!(directory.is_up(DISK));
    });
}
