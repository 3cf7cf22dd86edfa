//! Whole crashes of a journal: every step, every subset of what was not synced.
//!
//! S1: the recovered records are a prefix of the appended ones, of whole appends, with all that were acknowledged.
//! S3: recovery is crashed too, then repeated. S6: a crash alone is never reported as damage.

use std::sync::Arc;

use bytes::Bytes;
use cairn_journal::{Journal, OpenError, Options, Payload, Place, Record, Recovered, ReplayDepth, Replayed, Reserve};
use cairn_runtime::sim::{CrashPolicy, Fate, Random, SimDisk, SimWorld};
use cairn_runtime::{Context, OnExit};

const SUBSETS_EXACT_MAX: usize = 10;
const SUBSETS_SAMPLED: u64 = 300;

#[derive(Clone, Debug)]
enum Op {
    /// One append of records with these payload sizes (0: all head).
    Append(Vec<usize>),
    /// Several appends at once: one flush.
    Together(Vec<usize>),
    /// Gives back all files but the newest.
    Release,
}

/// What a run saw before the power went.
#[derive(Default)]
struct Seen {
    /// Number of records of each append, in order.
    appends: Vec<usize>,
    /// How many of them were acknowledged.
    acknowledged: usize,
    /// Records up to this one may be gone.
    released: u64,
    places: Vec<Place>,
}

fn options() -> Options {
    Options {
        folder: "log".into(),
        purpose: 9,
        file_bytes: 256 * 1_024,
        spares_max: 1,
        reserve_bytes: 0,
        ..Options::for_segments(Arc::new(|_, head, payload| head[8..16] == digest(payload)))
    }
}

fn digest(bytes: &[u8]) -> [u8; 8] {
    bytes.iter().fold(7u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte))).to_le_bytes()
}

fn record(number: u64, size: usize) -> Record {
    let payload: Bytes = (0..size).map(|i| (i as u64 * 31 + number) as u8).collect::<Vec<_>>().into();
    let mut head = number.to_le_bytes().to_vec();
    head.extend_from_slice(&digest(&payload));
    let payload = match size {
        0 => Payload::None,
        _ if number.is_multiple_of(2) => Payload::Plain(vec![payload]),
        _ => Payload::Covered(vec![payload.slice(..size / 2), payload.slice(size / 2..)]),
    };
    Record { kind: 1, head: head.into(), payload }
}

async fn open(disk: &SimDisk, context: &Context) -> Result<(Journal, Recovered), OpenError> {
    Journal::open(disk.mount(), context.entropy.clone(), &context.tasks, options()).await
}

/// Runs the script until it ends or the power goes.
async fn play(disk: &SimDisk, context: &Context, script: &[Op]) -> Seen {
    let mut seen = Seen::default();
    let Ok((journal, _)) = open(disk, context).await else { return seen };
    let mut number = 0;
    for op in script {
        let appends: Vec<Vec<usize>> = match op {
            Op::Append(sizes) => vec![sizes.clone()],
            Op::Together(sizes) => sizes.iter().map(|size| vec![*size]).collect(),
            Op::Release => {
                if let Some(newest) = journal.files().last().copied() {
                    let before = seen.places.iter().filter(|place| place.position.file < newest).count();
                    seen.released = before as u64;
                    let position = cairn_journal::Position { file: newest, offset: 0 };
                    if journal.release_below(position).await.is_err() {
                        return seen;
                    }
                }
                continue;
            }
        };
        let mut pending = Vec::new();
        for sizes in appends {
            seen.appends.push(sizes.len());
            let records = sizes.iter().map(|size| {
                number += 1;
                record(number, *size)
            });
            pending.push(journal.append(records.collect(), Reserve::Use));
        }
        for append in pending {
            match append.await {
                Ok(places) => {
                    seen.acknowledged += 1;
                    seen.places.extend(places);
                }
                Err(_) => return seen,
            }
        }
    }
    seen
}

/// Numbers of the records found; panics on damage or wrong bytes.
async fn numbers(journal: &Journal) -> Vec<u64> {
    let mut replay = journal.replay(ReplayDepth::Whole);
    let mut found = Vec::new();
    while let Some(step) = replay.next().await.expect("the disk reads") {
        match step {
            Replayed::Record(replayed) => {
                let number = u64::from_le_bytes(replayed.head[..8].try_into().expect("eight bytes"));
                let payload = replayed.payload.expect("no damage");
                assert_eq!(replayed.head[8..16], digest(&payload));
                found.push(number);
            }
            Replayed::FlushEnd(_) | Replayed::FileEnd(_) => {}
            Replayed::Damage(damage) => panic!("a crash alone is no damage: {damage}"),
        }
    }
    found
}

fn check(seen: &Seen, found: &[u64]) {
    let first = found.first().copied().unwrap_or(1);
    assert!(first == 1 || first <= seen.released + 1, "records from {first} on, released {}", seen.released);
    assert!(found.windows(2).all(|pair| pair[0] + 1 == pair[1]), "a hole in {found:?}");
    let last = found.last().copied().unwrap_or(seen.released);
    let mut ends = vec![0];
    for count in &seen.appends {
        ends.push(ends[ends.len() - 1] + *count as u64);
    }
    let whole = ends.iter().position(|end| *end == last);
    let whole = whole.unwrap_or_else(|| panic!("half an append: {last} of {ends:?}"));
    assert!(whole >= seen.acknowledged, "{whole} appends of {} acknowledged", seen.acknowledged);
}

/// Recovers a crashed disk, twice, with a crash within the first recovery, and goes on.
async fn recover(disk: &SimDisk, context: &Context, seen: &Seen, random: &mut Random) {
    let cut = disk.steps() + 1 + random.below(5);
    disk.cut_power_at_step(cut);
    drop(open(disk, context).await);
    disk.crash(CrashPolicy::Random(random.u64()));
    let (journal, recovered) = open(disk, context).await.expect("recovery succeeds");
    assert_eq!(recovered.damage, [], "a crash alone is no damage");
    let found = numbers(&journal).await;
    check(seen, &found);
    let next = found.last().copied().unwrap_or(seen.released) + 1;
    journal.append(vec![record(next, 100)], Reserve::Use).await.expect("goes on");
    drop(journal);
    disk.crash(CrashPolicy::LoseUnsynced);
    let (journal, _) = open(disk, context).await.expect("opens again");
    let again = numbers(&journal).await;
    assert_eq!(again.split_last().expect("not empty"), (&next, &found[..]), "recovery is idempotent");
}

/// Crashes at every step, with every subset.
async fn crash_everywhere(context: &Context, script: &[Op], seed: u64) -> u64 {
    let mut random = Random::new(seed);
    let whole = SimDisk::new("disk", seed);
    let seen = play(&whole, context, script).await;
    assert_eq!(seen.acknowledged, seen.appends.len());
    let mut crashes = 0;
    for step in 1..=whole.steps() {
        let disk = SimDisk::new("disk", seed);
        disk.cut_power_at_step(step);
        let seen = play(&disk, context, script).await;
        let unsynced = disk.unsynced().len();
        let exact = unsynced <= SUBSETS_EXACT_MAX;
        let subsets = if exact { 1 << unsynced } else { SUBSETS_SAMPLED };
        for subset in 0..subsets {
            let crashed = disk.fork();
            if exact {
                let mut bits = subset;
                crashed.crash(CrashPolicy::Choose(&mut |_| {
                    let keep = bits & 1 == 1;
                    bits >>= 1;
                    if keep { Fate::New(usize::MAX) } else { Fate::Old }
                }));
            } else {
                crashed.crash(CrashPolicy::Random(random.u64()));
            }
            recover(&crashed, context, &seen, &mut random).await;
            crashes += 1;
        }
    }
    crashes
}

/// Kills the process after every step (nothing is lost), recovers, then cuts the power: what recovery showed is durable.
async fn kill_everywhere(context: &Context, script: &[Op], seed: u64) {
    let whole = SimDisk::new("disk", seed);
    play(&whole, context, script).await;
    for step in 1..=whole.steps() {
        let disk = SimDisk::new("disk", seed);
        let player = {
            let (disk, context, script) = (disk.clone(), context.clone(), script.to_vec());
            async move { play(&disk, &context, &script).await }
        };
        let player = context.tasks.spawn("player", OnExit::Ignore, player);
        while disk.steps() < step {
            tokio::task::yield_now().await;
        }
        disk.unmount();
        let seen = player.await.expect("the script ends with the mount");
        for cut in 1..=5 {
            for seed in 0..4 {
                cut_recovery(&disk.fork(), context, &seen, cut, seed).await;
            }
        }
        let (journal, recovered) = open(&disk, context).await.expect("recovery succeeds");
        assert_eq!(recovered.damage, []);
        let found = numbers(&journal).await;
        check(&seen, &found);
        drop(journal);
        disk.crash(CrashPolicy::LoseUnsynced);
        let (journal, recovered) = open(&disk, context).await.expect("recovery succeeds");
        assert_eq!(recovered.damage, []);
        assert_eq!(numbers(&journal).await, found, "recovery showed what was not durable");
    }
}

/// Cuts the power in the middle of the recovery after a kill: what was not synced before it may still go.
async fn cut_recovery(disk: &SimDisk, context: &Context, seen: &Seen, cut: u64, seed: u64) {
    disk.cut_power_at_step(disk.steps() + cut);
    drop(open(disk, context).await);
    disk.crash(CrashPolicy::Random(seed));
    let (journal, recovered) = open(disk, context).await.expect("recovery succeeds");
    assert_eq!(recovered.damage, [], "a crash alone is no damage");
    check(seen, &numbers(&journal).await);
}

#[test]
fn what_recovery_shows_after_a_kill_is_durable() {
    for seed in 300..316 {
        let script = random_script(&mut Random::new(seed));
        SimWorld::run(seed, |_| async move { kill_everywhere(&Context::current(), &script, seed).await });
    }
}

fn random_script(random: &mut Random) -> Vec<Op> {
    let size = |random: &mut Random| match random.below(8) {
        0 => 65_536 + random.below(20_000) as usize,
        1..=2 => 0,
        3 => 4_000 + random.below(300) as usize,
        _ => random.below(9_000) as usize,
    };
    (0..1 + random.below(8))
        .map(|_| match random.below(10) {
            0 => Op::Release,
            1..=3 => Op::Together((0..1 + random.below(3)).map(|_| size(random)).collect()),
            _ => Op::Append((0..1 + random.below(2)).map(|_| size(random)).collect()),
        })
        .collect()
}

#[test]
fn every_crash_of_a_chosen_script_recovers() {
    let script = [
        Op::Append(vec![0, 10]),
        Op::Together(vec![3_000, 0, 4_096]),
        Op::Append(vec![70_000]),
        Op::Append(vec![100_001]),
        Op::Append(vec![90_000, 5]),
        Op::Release,
        Op::Append(vec![200_000]),
        Op::Append(vec![7]),
    ];
    let run = SimWorld::run(1, |_| async move { crash_everywhere(&Context::current(), &script, 1).await });
    let crashes = run.value;
    assert!(crashes > 1_000, "{crashes} crashes are few");
}

#[test]
fn every_crash_of_random_scripts_recovers() {
    for seed in 100..116 {
        let script = random_script(&mut Random::new(seed));
        eprintln!("seed {seed}: {script:?}");
        SimWorld::run(seed, |_| async move { crash_everywhere(&Context::current(), &script, seed).await });
    }
}
