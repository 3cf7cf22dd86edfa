//! The run of versions: clients write, delete, lock and rename versions while nodes crash, links part, clocks differ and
//! somebody switches versioning; then every promise about versions is checked.

use cairn_runtime::sim::{Outcome, Random, SimWorld, log};
use cairn_types::ShardId;
use futures::future::{join, join_all};

use crate::checks;
use crate::checks::versions::{broken, counters_equal_the_versions, retained_versions_are_left_when_all_is_deleted};
use crate::client::S3Client;
use crate::cluster::{Shape, SimCluster, deadline};
use crate::faults::Faults;
use crate::log_watch::LogWatch;
use crate::same_log::logs_are_equal;
use crate::workload::Bodies;
use crate::workload::versions::{
    BUCKETS, Condition, FAMILIES, KEPT, ListedVersion, Name, SWITCHED, Shared, Told, VersionAct, VersionActor,
    VersionHistory, list_family, read_latest, read_version, set_versioning, switch,
};

/// Clients of a run, and what each of them does.
const CLIENTS: usize = 4;
const OPERATIONS: usize = 40;

/// How often versioning is switched meanwhile.
const SWITCHES: usize = 5;

/// Client number of what reads after the run.
const READER: usize = CLIENTS;

/// Clocks of metadata nodes are off by at most so much: by more than it takes to elect another leader.
const SKEW_MAX_MS: u64 = 30_000;

/// Seeds that every test run tries; `CAIRN_SIM_SEED` names another.
const SEEDS: &[u64] = &[1, 2, 3, 4, 5];

fn seeds() -> Vec<u64> {
    match std::env::var("CAIRN_SIM_SEED") {
        Ok(seed) => vec![seed.parse().expect("CAIRN_SIM_SEED is a number")],
        Err(_) => SEEDS.to_vec(),
    }
}

/// One run of a seed.
fn run(seed: u64) -> Outcome<()> {
    watched_run(&LogWatch::install(), seed)
}

/// One run of a seed, under the eyes of all checks and of `watch`.
pub(crate) fn watched_run(watch: &LogWatch, seed: u64) -> Outcome<()> {
    let outcome = SimWorld::run(seed, |world| async move { scenario(&world).await });
    watch.no_unexpected_errors(seed);
    println!("seed {seed}: {} events, digest {:016x}", outcome.events.len(), outcome.digest);
    outcome
}

async fn scenario(world: &SimWorld) {
    let cluster = SimCluster::start(world, Shape::WHOLE).await;
    let mut random = world.random();
    for metadata in &cluster.metadata {
        let skew = random.below(2 * SKEW_MAX_MS + 1);
        metadata.set_clock_skew_ms(i64::try_from(skew).expect("it is small") - SKEW_MAX_MS as i64);
    }
    let history = VersionHistory::new(world);
    let shared = Shared { bodies: Bodies::default(), history };
    let s3 = S3Client::new(cluster.endpoints());
    make_buckets(&s3, &shared, &mut random).await;
    let leads = shard_of(&cluster, SWITCHED).await;
    log("clients begin");
    let clients = (0..CLIENTS).map(|id| {
        let node = world.add_node(&format!("client-{id}"));
        let (endpoints, random, shared) = (cluster.endpoints(), world.random(), shared.clone());
        node.spawn("client", async move {
            VersionActor::new(id, S3Client::new(endpoints), random, shared).run(OPERATIONS).await;
        })
    });
    let switching = switch(&s3, world.random(), &shared.history, SWITCHES);
    let working = join(join_all(clients.collect::<Vec<_>>()), switching);
    for client in Faults::new(&cluster, world.random(), leads).during(working).await.0 {
        client.expect("clients do not stop early");
    }
    check(&cluster, &s3, &shared).await;
}

/// The buckets, and in the one with locks a version from before versioning.
async fn make_buckets(s3: &S3Client, shared: &Shared, random: &mut Random) {
    for bucket in BUCKETS {
        let created = s3.create_bucket(0, bucket).await.expect("a whole cluster answers");
        assert_eq!(created.status(), 200, "{:?}", created.code());
    }
    let (etag, body) = shared.bodies.draw(random, 1_000);
    let family = FAMILIES.iter().position(|family| family.bucket == KEPT).expect("it has families");
    let began = shared.history.now();
    let put = s3.put(0, KEPT, FAMILIES[family].keys[0], body).await.expect("a whole cluster answers");
    assert_eq!(put.status(), 200, "{:?}", put.code());
    let act = VersionAct::Write { body: etag, condition: Condition::Unconditional, name: Some(Name::Null) };
    shared.history.note(READER, (family, 0), act, Told::Done, began);
    let enabled = s3.put_versioning(0, KEPT, "Enabled").await.expect("a whole cluster answers");
    assert_eq!(enabled.status(), 200, "{:?}", enabled.code());
    let locks = s3.enable_locks(0, KEPT).await.expect("a whole cluster answers");
    assert_eq!(locks.status(), 200, "{:?}", locks.code());
    assert_eq!(set_versioning(s3, &shared.history, 0, true).await, Told::Done);
}

/// The shard that has the keys of a bucket.
async fn shard_of(cluster: &SimCluster, bucket: &str) -> ShardId {
    let bucket = checks::bucket_id(cluster, bucket).await;
    let map = cluster.catalog.shard_map(deadline()).await.expect("there is a map");
    map.shard_for(bucket, b"").expect("every key has a shard").id
}

async fn check(cluster: &SimCluster, s3: &S3Client, shared: &Shared) {
    let mut listed = Vec::new();
    for bucket in BUCKETS {
        let mut ends = Vec::new();
        for gateway in 0..s3.gateways() {
            let end = list_family(s3, &shared.history, (READER, gateway), bucket).await;
            ends.push(end.expect("a whole cluster answers"));
            read_all(s3, shared, gateway, (bucket, &ends[gateway])).await;
        }
        assert_eq!(ends[0], ends[1], "two gateways list the same");
        listed.push((bucket, ends.swap_remove(0)));
    }
    let mut broken = broken(&shared.history.entries(), &shared.history.switches());
    for (bucket, listed) in &listed {
        let counted = counters_equal_the_versions(cluster, &shared.bodies, (bucket, listed)).await;
        broken.extend(counted.err().map(|how| ("E8", how)));
    }
    broken.extend(checks::runs_have_one_holder(&cluster.metadata[0]).err().map(|how| ("E2", how)));
    let broken: Vec<String> = broken.iter().map(|(promise, how)| format!("{promise} is broken: {how}")).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    if let Err(error) = retained_versions_are_left_when_all_is_deleted(s3, shared).await {
        panic!("locks is broken: {error}");
    }
    if let Err(error) = checks::nothing_is_left(cluster).await {
        panic!("D8 is broken: {error}");
    }
}

/// Reads everything that was listed, and the latest of each key.
async fn read_all(s3: &S3Client, shared: &Shared, gateway: usize, (bucket, listed): (&str, &[ListedVersion])) {
    for (place, family) in FAMILIES.iter().enumerate().filter(|(_, family)| family.bucket == bucket) {
        for (key, text) in family.keys.iter().enumerate() {
            read_latest(s3, shared, (READER, gateway), (place, key)).await.expect("a whole cluster answers");
            for entry in listed.iter().filter(|entry| entry.key == *text) {
                let name = entry.seen.name().expect("it is a version");
                let read = read_version(s3, shared, (READER, gateway), ((place, key), name)).await;
                read.expect("a whole cluster answers");
            }
        }
    }
}

#[test]
fn one_seed_keeps_every_promise_of_versions() {
    for seed in seeds() {
        println!("seed {seed}");
        run(seed);
    }
}

#[test]
fn one_seed_gives_one_log_of_versions() {
    for seed in seeds() {
        println!("seed {seed}, twice");
        let (first, second) = (run(seed), run(seed));
        assert!(first.events.len() > 100, "there is something to compare");
        if let Err(parting) = logs_are_equal(&first, &second) {
            panic!("seed {seed}: two runs gave two logs: {parting}");
        }
    }
}
