//! Whole crashes of a store: every step, every subset of what was not synced, any prefix of the index.
//!
//! S1: what was acknowledged is there, what was not is absent or whole. S2: the index after a crash is the index that a
//! rebuild from the segments gives. S3: recovery is crashed too, then repeated.

mod support;

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context as PollContext, Poll};

use cairn_fragments::{CompactError, FragmentStore, GroupContent, SweptFloor, Usage};
use cairn_runtime::sim::{CrashPolicy, Fate, KvCrash, Random, SimDisk, SimKv};
use cairn_types::{BlobId, GroupId, SessionId};
use support::{assert_reads, blob, fragment, index, open, sim, try_open};

const SUBSETS_EXACT_MAX: usize = 10;
const SUBSETS_SAMPLED: u64 = 64;

#[derive(Clone, Debug)]
enum Op {
    Put(u64, u64),
    /// Several at once: one flush.
    PutAll(Vec<(u64, u64)>),
    Delete(Vec<u64>),
    /// Compacts the oldest sealed segment, whatever is in it.
    Compact,
    /// The same, while these are deleted.
    CompactAndDelete(Vec<u64>),
    Floor(u64),
    /// Makes the index durable.
    FlushIndex,
}

/// What may be there after a crash.
#[derive(Default)]
struct Model {
    /// Per blob: payload bytes, and what is known of it.
    blobs: BTreeMap<u64, (u64, Presence)>,
    floor: u64,
    floor_unsure: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Presence {
    There,
    Gone,
    /// An operation on it was not acknowledged.
    Unsure,
}

fn id(sequence: u64) -> BlobId {
    blob(4, sequence)
}

/// Runs the script until it ends or the power goes.
async fn play(disk: &SimDisk, kv: &SimKv, script: &[Op]) -> Model {
    let mut model = Model::default();
    let Ok((store, _)) = try_open(disk, kv).await else { return model };
    for op in script {
        if !step(&store, kv, op, &mut model).await {
            break;
        }
    }
    model
}

async fn step(store: &FragmentStore, kv: &SimKv, op: &Op, model: &mut Model) -> bool {
    match op {
        Op::Put(sequence, bytes) => put_all(store, &[(*sequence, *bytes)], model).await,
        Op::PutAll(puts) => put_all(store, puts, model).await,
        Op::Delete(sequences) => delete(store, sequences, model).await,
        Op::Compact => compact(store).await,
        Op::CompactAndDelete(sequences) => {
            let (mut compact, mut delete) = (pin!(compact(store)), pin!(delete(store, sequences, model)));
            let (mut compacted, mut deleted) = (None, None);
            poll_fn(|context| {
                // The delete goes first, so that copies made meanwhile come behind its tombstones.
                poll_into(&mut deleted, delete.as_mut(), context);
                poll_into(&mut compacted, compact.as_mut(), context);
                if compacted.is_some() && deleted.is_some() { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            compacted == Some(true) && deleted == Some(true)
        }
        Op::Floor(floor) => {
            model.floor_unsure = model.floor_unsure.max(*floor);
            let floors = [SweptFloor { session: SessionId(4), floor: *floor }];
            let raised = store.raise_floors(SessionId(2), &floors).await.is_ok();
            if raised {
                model.floor = model.floor_unsure;
            }
            raised
        }
        Op::FlushIndex => {
            use cairn_runtime::kv::Kv;
            let mount: std::sync::Arc<dyn Kv> = kv.mount();
            mount.flush().await.is_ok()
        }
    }
}

fn poll_into<T>(done: &mut Option<T>, future: Pin<&mut impl Future<Output = T>>, context: &mut PollContext<'_>) {
    if done.is_none()
        && let Poll::Ready(value) = future.poll(context)
    {
        *done = Some(value);
    }
}

async fn compact(store: &FragmentStore) -> bool {
    let Some(oldest) = store.segments().into_iter().find(|segment| segment.is_sealed) else { return true };
    match store.compact(oldest.segment).await {
        Ok(_) => true,
        Err(CompactError::Unmoved(bytes)) => panic!("{bytes} bytes unmoved"),
        Err(_) => false,
    }
}

async fn delete(store: &FragmentStore, sequences: &[u64], model: &mut Model) -> bool {
    let known: Vec<u64> = sequences.iter().copied().filter(|s| model.blobs.contains_key(s)).collect();
    set(model, &known, Presence::Unsure);
    let fragments: Vec<_> = known.iter().map(|sequence| (id(*sequence), index())).collect();
    let deleted = store.delete(&fragments).await.is_ok();
    if deleted {
        set(model, &known, Presence::Gone);
    }
    deleted
}

fn set(model: &mut Model, sequences: &[u64], presence: Presence) {
    for sequence in sequences {
        if let Some((_, known)) = model.blobs.get_mut(sequence)
            && *known != Presence::Gone
        {
            *known = presence;
        }
    }
}

async fn put_all(store: &FragmentStore, puts: &[(u64, u64)], model: &mut Model) -> bool {
    let mut pending = Vec::new();
    for (sequence, bytes) in puts {
        if model.blobs.contains_key(sequence) || *sequence < model.floor_unsure {
            continue;
        }
        model.blobs.insert(*sequence, (*bytes, Presence::Unsure));
        pending.push((*sequence, Box::pin(store.put(fragment(id(*sequence), *bytes)))));
    }
    // Polled once each before any is awaited, so that they meet in one flush.
    for (_, put) in &mut pending {
        let mut put = std::pin::pin!(put);
        std::future::poll_fn(|context| {
            let _ = put.as_mut().poll(context);
            std::task::Poll::Ready(())
        })
        .await;
    }
    let mut all = true;
    for (sequence, put) in pending {
        if put.await.is_ok() {
            set(model, &[sequence], Presence::There);
        } else {
            all = false;
        }
    }
    all
}

/// Everything that a store shows.
#[derive(PartialEq, Debug)]
struct Shown {
    fragments: Vec<cairn_fragments::ListedFragment>,
    usage: Usage,
    groups: Vec<(GroupId, GroupContent)>,
    floor: u64,
}

async fn show(store: &FragmentStore) -> Shown {
    Shown {
        fragments: store.list(None, usize::MAX).await.expect("lists"),
        usage: store.usage(),
        groups: store.groups(),
        floor: store.swept_floor(SessionId(4)),
    }
}

async fn check(store: &FragmentStore, model: &Model) {
    let shown = show(store).await;
    let mut listed = Vec::new();
    for found in &shown.fragments {
        let sequence = found.blob.sequence.0;
        listed.push(sequence);
        let (bytes, presence) = model.blobs.get(&sequence).expect("only what was put is listed");
        assert_ne!(*presence, Presence::Gone, "blob {sequence} was deleted");
        assert_reads(store, &fragment(id(sequence), *bytes)).await;
    }
    for (sequence, (_, presence)) in &model.blobs {
        assert!(*presence != Presence::There || listed.contains(sequence), "blob {sequence} is lost");
    }
    assert!(shown.floor == model.floor || shown.floor == model.floor_unsure);
    let payload: u64 = shown.fragments.iter().map(|found| found.bytes).sum();
    assert_eq!((shown.usage.fragments, shown.usage.payload_bytes), (listed.len() as u64, payload));
}

/// Recovers a crashed device, twice, with a crash within the first recovery, and goes on.
async fn recover(disk: &SimDisk, kv: &SimKv, model: &Model, random: &mut Random) {
    disk.cut_power_at_step(disk.steps() + 1 + random.below(5));
    drop(try_open(disk, kv).await);
    disk.crash(CrashPolicy::Random(random.u64()));
    kv.crash(KvCrash::Random(random.u64()));
    let (store, recovered) = try_open(disk, kv).await.expect("recovery succeeds");
    assert_eq!(recovered.damage, [], "a crash alone is no damage");
    check(&store, model).await;
    let shown = show(&store).await;
    drop(store);
    // The index is derived: one made anew shows the same.
    disk.crash(CrashPolicy::LoseUnsynced);
    kv.crash(KvCrash::LoseUnflushed);
    let rebuilt = SimKv::new();
    let (store, _) = try_open(disk, &rebuilt).await.expect("rebuilds");
    let again = show(&store).await;
    assert_eq!(again.fragments, shown.fragments);
    assert_eq!((&again.groups, again.floor), (&shown.groups, shown.floor));
    drop(store);
    disk.crash(CrashPolicy::LoseUnsynced);
    let store = open(disk, kv).await;
    assert_eq!(show(&store).await, shown, "recovery is idempotent");
    let last = fragment(id(1_000), 5_000);
    store.put(last.clone()).await.expect("goes on");
    while let Some(candidate) = store.compaction_candidate() {
        store.compact(candidate).await.expect("compacts");
    }
    check_after_compaction(&store, &shown).await;
    assert_reads(&store, &last).await;
}

async fn check_after_compaction(store: &FragmentStore, before: &Shown) {
    let after = show(store).await;
    assert_eq!(after.fragments.len(), before.fragments.len() + 1);
    assert_eq!(after.floor, before.floor);
    for found in &before.fragments {
        assert_reads(store, &fragment(found.blob, found.bytes)).await;
    }
}

async fn crash_everywhere(script: &[Op], seed: u64) -> u64 {
    let mut random = Random::new(seed);
    let (whole, kv) = (SimDisk::new("disk", seed), SimKv::new());
    let model = play(&whole, &kv, script).await;
    assert!(model.blobs.values().all(|(_, presence)| *presence != Presence::Unsure), "the script runs through");
    let mut crashes = 0;
    for step in 1..=whole.steps() {
        let (disk, kv) = (SimDisk::new("disk", seed), SimKv::new());
        disk.cut_power_at_step(step);
        let model = play(&disk, &kv, script).await;
        let unsynced = disk.unsynced().len();
        let exact = unsynced <= SUBSETS_EXACT_MAX;
        for subset in 0..if exact { 1 << unsynced } else { SUBSETS_SAMPLED } {
            let (disk, kv) = (disk.fork(), kv.fork());
            if exact {
                let mut bits = subset;
                disk.crash(CrashPolicy::Choose(&mut |_| {
                    let keep = bits & 1 == 1;
                    bits >>= 1;
                    if keep { Fate::New(usize::MAX) } else { Fate::Old }
                }));
            } else {
                disk.crash(CrashPolicy::Random(random.u64()));
            }
            kv.crash(KvCrash::Random(random.u64()));
            recover(&disk, &kv, &model, &mut random).await;
            crashes += 1;
        }
    }
    crashes
}

fn random_script(random: &mut Random) -> Vec<Op> {
    let put = |random: &mut Random| {
        let bytes = match random.below(5) {
            0..=1 => 65_536 + random.below(30_000),
            2 => 1 + random.below(100),
            _ => 1 + random.below(9_000),
        };
        (1 + random.below(12), bytes)
    };
    (0..2 + random.below(7))
        .map(|_| match random.below(12) {
            0..=1 => Op::Compact,
            2 => Op::Floor(random.below(6)),
            5 => Op::CompactAndDelete((0..1 + random.below(6)).map(|_| 1 + random.below(12)).collect()),
            3 => Op::FlushIndex,
            4 => Op::Delete((0..1 + random.below(4)).map(|_| 1 + random.below(12)).collect()),
            6..=8 => Op::PutAll((0..1 + random.below(4)).map(|_| put(random)).collect()),
            _ => {
                let (sequence, bytes) = put(random);
                Op::Put(sequence, bytes)
            }
        })
        .collect()
}

#[test]
fn every_crash_of_a_chosen_script_recovers() {
    let script = [
        Op::PutAll(vec![(1, 100), (2, 70_000), (3, 5_000)]),
        Op::Put(4, 66_000),
        Op::Delete(vec![1, 4]),
        Op::Put(5, 90_000),
        Op::CompactAndDelete(vec![3]),
        Op::Delete(vec![2, 5]),
        Op::Put(6, 120_000),
        Op::Compact,
    ];
    let crashes = sim(1, || async move { crash_everywhere(&script, 1).await });
    assert!(crashes > 500, "{crashes} crashes are few");
}

#[test]
fn every_crash_of_random_scripts_recovers() {
    for seed in 200..248 {
        let script = random_script(&mut Random::new(seed));
        eprintln!("seed {seed}: {script:?}");
        sim(seed, || async move { crash_everywhere(&script, seed).await });
    }
}
