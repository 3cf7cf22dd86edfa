//! Fragments of known content, and a store on simulated devices.
#![allow(dead_code, unreachable_pub, reason = "shared by test binaries, each of which uses its part")]

use bytes::Bytes;
use cairn_erasure::{BlobLayout, cell_digest};
use cairn_fragments::{Fragment, FragmentStore, OpenError, StoreOptions, StoreRecovered};
use cairn_runtime::Context;
use cairn_runtime::sim::{SimDisk, SimKv, SimWorld};
use cairn_types::{
    BlobId, BlobSequence, BucketId, DiskId, Epoch, FragmentIndex, Geometry, GroupId, Label, ObjectKey, RunId, SessionId,
};

pub fn geometry() -> Geometry {
    Geometry::new(1, 1).expect("valid")
}

pub fn index() -> FragmentIndex {
    geometry().index(1).expect("in the geometry")
}

pub fn blob(session: u64, sequence: u64) -> BlobId {
    BlobId::new(SessionId(session), BlobSequence(sequence))
}

/// A fragment of `bytes` payload bytes that depend on the blob.
pub fn fragment(blob: BlobId, bytes: u64) -> Fragment {
    let layout = BlobLayout::new(geometry(), bytes).expect("a good length");
    let seed = blob.sequence.0 * 7 + blob.session.0;
    let payload: Bytes = (0..bytes).map(|i| (i * 31 + seed) as u8).collect::<Vec<_>>().into();
    let digest = |stripe| cell_digest(blob, stripe, index(), &payload[layout.cell_in_payload(stripe)]);
    let digests = layout.stripes().map(digest).collect();
    Fragment {
        label: Label {
            bucket: BucketId(9),
            key: ObjectKey::parse(format!("key-{}", blob.sequence.0)).expect("a good key"),
            run: RunId(blob),
        },
        blob,
        index: index(),
        geometry: geometry(),
        group: GroupId(1 + (blob.sequence.0 % 2) as u32),
        epoch: Epoch(3),
        blob_bytes: bytes,
        payload: vec![payload.slice(..payload.len() / 2), payload.slice(payload.len() / 2..)],
        digests,
    }
}

pub fn options() -> StoreOptions {
    StoreOptions { segment_bytes: 192 * 1_024, index_reserve_bytes: 0, spares_max: 1, ..StoreOptions::new(DiskId(5)) }
}

pub async fn try_open(disk: &SimDisk, kv: &SimKv) -> Result<(FragmentStore, StoreRecovered), OpenError> {
    open_with(disk, kv, options()).await
}

pub async fn open_with(
    disk: &SimDisk,
    kv: &SimKv,
    options: StoreOptions,
) -> Result<(FragmentStore, StoreRecovered), OpenError> {
    let context = Context::current();
    FragmentStore::open(disk.mount(), kv.mount(), context.entropy.clone(), &context.tasks, options).await
}

pub async fn open(disk: &SimDisk, kv: &SimKv) -> FragmentStore {
    try_open(disk, kv).await.expect("opens").0
}

pub fn sim<T, F: Future<Output = T>>(seed: u64, main: impl FnOnce() -> F) -> T {
    SimWorld::run(seed, |_| async move { main().await }).value
}

/// Panics unless the store has all of `expected`, byte by byte.
pub async fn assert_reads(store: &FragmentStore, expected: &Fragment) {
    let layout = expected.layout().expect("sound");
    let cells = store.get_cells(expected.blob, expected.index, cairn_erasure::StripeNumber(0), layout.stripe_count());
    let cells = cells.await.unwrap_or_else(|error| panic!("blob {}: {error:?}", expected.blob));
    assert!(cells.payload == expected.payload.concat(), "other bytes of blob {}", expected.blob);
    assert_eq!(cells.digests, expected.digests);
}
