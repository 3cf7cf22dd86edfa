//! The run: clients work while nodes crash and links part; then every promise is checked.

use std::time::Duration;

use cairn_runtime::Context;
use cairn_runtime::sim::{Outcome, SimWorld, log};
use cairn_types::ShardId;
use futures::future::join_all;

use crate::checks;
use crate::client::S3Client;
use crate::cluster::{Shape, SimCluster, deadline};
use crate::faults::Faults;
use crate::log_watch::LogWatch;
use crate::same_log::logs_are_equal;
use crate::workload::{Actor, BUCKET, Bodies, CONTESTED, ETag, History, KEYS, list_all, read};

/// Clients of a run, and what each of them does.
const CLIENTS: usize = 4;
const OPERATIONS: usize = 40;

/// L1: writes go on so soon after the last fault.
const RECOVERY_MAX: Duration = Duration::from_secs(30);

/// Seeds that every test run tries; `CAIRN_SIM_SEED` names another.
const SEEDS: &[u64] = &[1, 2, 3, 4, 5];

/// Client number of what reads after the run.
const READER: usize = CLIENTS;

fn seeds() -> Vec<u64> {
    match std::env::var("CAIRN_SIM_SEED") {
        Ok(seed) => vec![seed.parse().expect("CAIRN_SIM_SEED is a number")],
        Err(_) => SEEDS.to_vec(),
    }
}

/// One run of a seed, under the eyes of all checks.
fn run(seed: u64) -> Outcome<()> {
    let watch = LogWatch::install();
    let outcome = SimWorld::run(seed, |world| async move { scenario(&world).await });
    watch.no_unexpected_errors(seed);
    // Two processes that print the same ran the same.
    println!("seed {seed}: {} events, digest {:016x}", outcome.events.len(), outcome.digest);
    outcome
}

async fn scenario(world: &SimWorld) {
    let cluster = SimCluster::start(world, Shape::WHOLE).await;
    let (bodies, history) = (Bodies::default(), History::new(world));
    let s3 = S3Client::new(cluster.endpoints());
    let created = s3.create_bucket(0, BUCKET).await.expect("a whole cluster answers");
    assert_eq!(created.status(), 200, "{:?}", created.code());
    let leads = shard_of_keys(&cluster).await;
    log("clients begin");
    let clients = (0..CLIENTS).map(|id| {
        let node = world.add_node(&format!("client-{id}"));
        let (endpoints, random) = (cluster.endpoints(), world.random());
        let (bodies, history) = (bodies.clone(), history.clone());
        node.spawn("client", async move {
            let s3 = S3Client::new(endpoints);
            Actor::new(id, s3, random, bodies, history).run(OPERATIONS).await;
        })
    });
    let working = join_all(clients.collect::<Vec<_>>());
    for client in Faults::new(&cluster, world.random(), leads).during(working).await {
        client.expect("clients do not stop early");
    }
    recovers(&s3, &history).await;
    check(&cluster, &s3, &bodies, &history).await;
}

/// The shard that has the keys of the run.
async fn shard_of_keys(cluster: &SimCluster) -> ShardId {
    let bucket = checks::bucket_id(cluster, BUCKET).await;
    let map = cluster.catalog.shard_map(deadline()).await.expect("there is a map");
    map.shard_for(bucket, KEYS[0].as_bytes()).expect("every key has a shard").id
}

/// L1: a write through each gateway succeeds soon after the faults end.
async fn recovers(s3: &S3Client, history: &History) {
    let end = history.now() + RECOVERY_MAX;
    for gateway in 0..s3.gateways() {
        loop {
            let answer = s3.put(gateway, BUCKET, "after all", "written".into()).await;
            if matches!(&answer, Ok(answer) if answer.is_success()) {
                break;
            }
            assert!(history.now() < end, "no write {RECOVERY_MAX:?} after the last fault: {answer:?} (L1)");
            Context::current().clock.sleep(Duration::from_millis(200)).await;
        }
        let deleted = s3.delete(gateway, BUCKET, "after all").await.expect("a whole cluster answers");
        assert_eq!(deleted.status(), 204);
    }
}

async fn check(cluster: &SimCluster, s3: &S3Client, bodies: &Bodies, history: &History) {
    let mut ends = Vec::new();
    for gateway in 0..s3.gateways() {
        list_all(s3, history, (READER, gateway), 1_000).await;
        ends.push(read_all(s3, bodies, history, gateway).await);
    }
    assert_eq!(ends[0], ends[1], "two gateways read the same");
    let end = &ends[0];
    let contested: Vec<_> = end.iter().filter(|(key, _)| CONTESTED.contains(key)).cloned().collect();
    let (entries, pages) = (history.entries(), history.pages());
    let results = [
        ("D1 D2", checks::acknowledged_writes_survive(&entries, end)),
        ("C7", checks::clients_read_their_writes(&entries)),
        ("C2", checks::listings_are_complete_and_ordered(&entries, &pages)),
        ("C4", checks::creates_have_one_winner(&entries, &contested)),
        ("C1", checks::keys_are_linearizable(&entries, &pages)),
        ("E2", checks::runs_have_one_holder(&cluster.metadata[0])),
        ("E8", checks::counters_equal_a_recount(cluster, bodies, end).await),
        ("D8", checks::nothing_is_left_when_all_is_deleted(cluster, s3).await),
    ];
    for (promise, result) in results {
        if let Err(broken) = result {
            panic!("{promise} is broken: {broken}");
        }
    }
}

async fn read_all<'a>(
    s3: &S3Client,
    bodies: &Bodies,
    history: &History,
    gateway: usize,
) -> Vec<(&'a str, Option<ETag>)> {
    let mut found = Vec::new();
    for key in KEYS.iter().chain(CONTESTED) {
        found.push((*key, read(s3, bodies, history, (READER, gateway), key).await));
    }
    found
}

#[test]
fn one_seed_keeps_every_promise() {
    for seed in seeds() {
        println!("seed {seed}");
        run(seed);
    }
}

#[test]
fn one_seed_gives_one_log() {
    for seed in seeds() {
        println!("seed {seed}, twice");
        let (first, second) = (run(seed), run(seed));
        assert!(first.events.len() > 100, "there is something to compare");
        if let Err(parting) = logs_are_equal(&first, &second) {
            panic!("seed {seed}: two runs gave two logs: {parting}");
        }
    }
}
