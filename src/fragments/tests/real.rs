//! The same store on a real directory and a real engine.

mod support;

use std::sync::Arc;

use cairn_fragments::{DiskIdentity, FragmentStore, IdentityError, Scrubbed, StoreOptions};
use cairn_journal::Position;
use cairn_runtime::disk::Disk;
use cairn_runtime::production::{KvBudget, KvProfile, ProductionRuntime, RealDisk, RocksKv};
use cairn_runtime::{Context, OnExit};
use cairn_types::{ClusterId, DiskId, NodeId, SessionId};
use support::{assert_reads, blob, fragment, index, options};

fn on_a_real_machine<F: Future<Output = ()>>(main: impl FnOnce(tempfile::TempDir) -> F) {
    let runtime = ProductionRuntime::new(2).expect("threads");
    let directory = tempfile::tempdir().expect("a directory");
    runtime.block_on(main(directory));
    runtime.shutdown(std::time::Duration::from_secs(5));
}

async fn open(root: &std::path::Path) -> (FragmentStore, RocksKv) {
    let context = Context::current();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk::open(root).expect("opens"));
    let kv = RocksKv::open(&root.join("index"), KvProfile::Index, &KvBudget::new(1 << 22, 1 << 22)).expect("opens");
    let options = StoreOptions { segment_bytes: 1 << 20, ..options() };
    let engine = Arc::new(kv.clone());
    let (store, recovered) =
        FragmentStore::open(disk, engine, context.entropy.clone(), &context.tasks, options).await.expect("opens");
    assert_eq!(recovered.damage, []);
    (store, kv)
}

#[test]
fn fragments_survive_restarts_and_compaction_on_a_real_disk() {
    on_a_real_machine(|root| async move {
        let bytes = |sequence: u64| 1 + sequence * 7_919 % 140_000;
        for round in 0..3 {
            let (store, kv) = open(root.path()).await;
            let store = Arc::new(store);
            let tasks = Context::current().tasks;
            let puts = (0..40).map(|i| {
                let (store, sequence) = (Arc::clone(&store), round * 40 + i + 1);
                let put = async move { store.put(fragment(blob(1, sequence), bytes(sequence))).await };
                tasks.spawn("put", OnExit::Ignore, put)
            });
            for put in puts.collect::<Vec<_>>() {
                put.await.expect("runs").expect("stored");
            }
            let dead: Vec<_> =
                (round * 40 + 1..=round * 40 + 30).map(|sequence| (blob(1, sequence), index())).collect();
            store.delete(&dead).await.expect("durable");
            while let Some(segment) = store.compaction_candidate() {
                store.compact(segment).await.expect("compacts");
            }
            for sequence in (1..=(round + 1) * 40).filter(|sequence| (sequence - 1) % 40 >= 30) {
                assert_reads(&store, &fragment(blob(1, sequence), bytes(sequence))).await;
            }
            assert_eq!(store.list(None, 1_000).await.expect("lists").len() as u64, (round + 1) * 10);
            for segment in store.scrub_segments() {
                let mut scrub = store.scrub(Position { file: segment, offset: 0 }).expect("there");
                while let Some(step) = scrub.next().await.expect("reads") {
                    assert!(matches!(step, Scrubbed::Good { .. }), "{step:?}");
                }
            }
            store.close().await.expect("closes");
            cairn_runtime::kv::Kv::close(&kv).await;
        }
        let (store, _) = open(root.path()).await;
        assert_eq!(store.usage().fragments, 30);
        assert_eq!(store.swept_floor(SessionId(1)), 0);
        store.close().await.expect("closes");
    });
}

#[test]
fn a_real_directory_keeps_its_identity() {
    on_a_real_machine(|root| async move {
        let disk = RealDisk::open(root.path()).expect("opens");
        let cluster = ClusterId([7; 16]);
        let identity = DiskIdentity { cluster, node: NodeId(1), disk: DiskId(2), ..DiskIdentity::default() };
        identity.write(&disk).await.expect("writes");
        identity.check(&disk).await.expect("the same");
        let other = DiskIdentity { cluster: ClusterId([8; 16]), ..identity };
        assert!(matches!(other.check(&disk).await, Err(IdentityError::Foreign { .. })));
    });
}
