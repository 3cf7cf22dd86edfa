//! What is not a crash: rot, failed syncs, full devices, foreign files.

use std::sync::Arc;

use bytes::Bytes;
use cairn_journal::{
    AppendError, Damage, FileId, Journal, OnFence, OpenError, Options, Payload, Position, ReadError, Record,
    ReleaseError, ReplayDepth, Replayed, Reserve,
};
use cairn_runtime::Context;
use cairn_runtime::disk::ReadMode;
use cairn_runtime::sim::{CrashPolicy, Random, SimDisk, SimWorld};

fn options() -> Options {
    Options { file_bytes: 128 * 1_024, on_fence: OnFence::Keep, ..Options::for_logs() }
}

async fn open(disk: &SimDisk, options: Options) -> (Journal, cairn_journal::Recovered) {
    let context = Context::current();
    Journal::open(disk.mount(), context.entropy, &context.tasks, options).await.expect("opens")
}

fn record(size: usize) -> Record {
    Record { kind: 2, head: Bytes::from_static(b"head"), payload: Payload::Plain(vec![vec![7; size].into()]) }
}

fn sim<T, F: Future<Output = T>>(seed: u64, main: impl FnOnce() -> F) -> T {
    SimWorld::run(seed, |_| async move { main().await }).value
}

/// Damage found by opening and by reading everything, and how many records came whole.
async fn look(disk: &SimDisk) -> (Vec<Damage>, usize) {
    let (journal, recovered) = open(disk, options()).await;
    let mut damage = recovered.damage;
    let mut whole = 0;
    let mut replay = journal.replay(ReplayDepth::Whole);
    while let Some(step) = replay.next().await.expect("reads") {
        match step {
            Replayed::Record(record) if record.payload.is_some() => whole += 1,
            Replayed::Damage(found) => damage.push(found),
            _ => {}
        }
    }
    (damage, whole)
}

#[test]
fn rot_at_or_before_the_last_flush_known_synced_is_reported() {
    for seed in 0..400 {
        sim(seed, || async move {
            let mut random = Random::new(seed);
            let disk = SimDisk::new("disk", seed);
            let (journal, _) = open(&disk, options()).await;
            let sizes: Vec<usize> = (0..6).map(|_| random.below(70_000) as usize).collect();
            let mut places = Vec::new();
            for size in &sizes {
                places.extend(journal.append(vec![record(*size)], Reserve::Use).await.expect("durable"));
            }
            drop(journal);
            disk.crash(CrashPolicy::LoseUnsynced);
            // Any byte of any record but the last: its flush was known synced when the next was written.
            let place = places[random.index(places.len() - 1)];
            let at = place.position.offset + random.below(48 + 4 + u64::from(place.payload_len));
            let in_padding = at >= place.position.offset + 52 && at < place.payload_offset;
            let name = format!("log/{:016x}.journal", place.position.file.0);
            disk.flip_bit(&name, at, random.below(8) as u8).expect("the file is there");
            let (damage, whole) = look(&disk).await;
            assert_eq!(damage.is_empty(), in_padding, "{damage:?} for a flip at {at} of {place:?}");
            assert!(whole >= sizes.len() - 1);
        });
    }
}

#[test]
fn a_rotten_flush_header_is_told_from_a_torn_tail() {
    sim(1, || async {
        let disk = SimDisk::new("disk", 1);
        let (journal, _) = open(&disk, options()).await;
        let mut starts = Vec::new();
        for _ in 0..4 {
            let places = journal.append(vec![record(5_000)], Reserve::Use).await.expect("durable");
            starts.push(places[0].position.offset - 64);
        }
        drop(journal);
        disk.crash(CrashPolicy::LoseUnsynced);
        for (index, start) in starts.iter().enumerate() {
            let disk = disk.fork();
            disk.flip_bit("log/0000000000000001.journal", *start + 9, 0).expect("the file is there");
            let (damage, whole) = look(&disk).await;
            assert_eq!(whole, 3);
            // Rot of the very last header cannot be told from a tear: it is found by those who know what was stored.
            assert_eq!(damage.is_empty(), index == 3, "{damage:?}");
        }
    });
}

#[test]
fn a_rotten_or_foreign_file_header_is_reported() {
    sim(1, || async {
        let disk = SimDisk::new("disk", 1);
        let (journal, _) = open(&disk, options()).await;
        journal.append(vec![record(1)], Reserve::Use).await.expect("durable");
        journal.close().await;
        drop(journal);
        disk.unmount();
        let (_, recovered) = open(&disk, Options { purpose: 77, ..options() }).await;
        assert_eq!(recovered.damage, [Damage::Purpose(FileId(1), 2)]);
        disk.flip_bit("log/0000000000000001.journal", 40, 3).expect("the file is there");
        let (damage, whole) = look(&disk).await;
        assert_eq!((damage, whole), (vec![Damage::FileHeader(FileId(1))], 0));
    });
}

#[test]
fn after_a_failed_sync_nothing_is_acknowledged_until_the_fence_is_lifted() {
    sim(1, || async {
        let disk = SimDisk::new("disk", 1);
        let (journal, _) = open(&disk, options()).await;
        journal.append(vec![record(10)], Reserve::Use).await.expect("durable");
        disk.fail_syncs(1);
        let failed = journal.append(vec![record(20)], Reserve::Use);
        let waiting = journal.append(vec![record(30)], Reserve::Use);
        assert!(matches!(failed.await, Err(AppendError::Failed(_))));
        assert!(waiting.await.is_err());
        assert!(matches!(journal.append(vec![record(40)], Reserve::Use).await, Err(AppendError::Fenced(_))));
        journal.close().await;
        drop(journal);
        for _ in 0..2 {
            disk.unmount();
            let (journal, recovered) = open(&disk, options()).await;
            assert!(recovered.is_fenced);
            assert!(matches!(journal.append(vec![record(1)], Reserve::Use).await, Err(AppendError::Fenced(_))));
        }
        let (_, whole) = look(&disk).await;
        assert_eq!(whole, 1, "a fenced journal still reads what was acknowledged");
        let (journal, recovered) = open(&disk, Options { on_fence: OnFence::Lift, ..options() }).await;
        assert!(!recovered.is_fenced && recovered.damage.is_empty());
        journal.append(vec![record(50)], Reserve::Use).await.expect("admitted again");
        drop(journal);
        // What the failed sync lost is gone from the medium; it was cut, so nobody misses it.
        disk.crash(CrashPolicy::LoseUnsynced);
        assert_eq!(look(&disk).await, (vec![], 2));
    });
}

#[test]
fn a_full_device_refuses_what_may_not_use_the_reserve() {
    sim(1, || async {
        let disk = SimDisk::new("disk", 1);
        disk.set_capacity(3 * 128 * 1_024 + 64 * 1_024);
        let (journal, _) = open(&disk, Options { reserve_bytes: 2 * 128 * 1_024, ..options() }).await;
        journal.append(vec![record(60_000)], Reserve::Keep).await.expect("fits the first file");
        let full = journal.append(vec![record(70_000)], Reserve::Keep).await;
        assert!(matches!(full, Err(AppendError::Full)), "the next file would come from the reserve");
        journal.append(vec![record(100)], Reserve::Keep).await.expect("the first file has room");
        journal.append(vec![record(70_000)], Reserve::Use).await.expect("the reserve is for this");
        let full = journal.append(vec![record(100)], Reserve::Keep).await;
        assert!(matches!(full, Err(AppendError::Full)), "nothing more while the reserve is broken");
        journal.append(vec![record(100_000)], Reserve::Use).await.expect("the last file");
        let full = journal.append(vec![record(100_000)], Reserve::Use).await;
        assert!(matches!(full, Err(AppendError::Full)));
        journal.release(FileId(1)).await.expect("sealed");
        journal.append(vec![record(100_000)], Reserve::Use).await.expect("recycles the released file");
        assert_eq!(journal.files(), [FileId(2), FileId(3), FileId(4)]);
    });
}

#[test]
fn space_used_again_never_shows_what_was_there_before() {
    sim(1, || async {
        let disk = SimDisk::new("disk", 1);
        let (journal, _) = open(&disk, options()).await;
        for _ in 0..2 {
            journal.append(vec![record(40_000); 2], Reserve::Use).await.expect("durable");
        }
        journal.release(FileId(1)).await.expect("sealed");
        journal.append(vec![record(90_000)], Reserve::Use).await.expect("in the old space");
        drop(journal);
        disk.crash(CrashPolicy::LoseUnsynced);
        assert_eq!(look(&disk).await, (vec![], 3));
    });
}

#[test]
fn requests_that_cannot_be_met_say_why() {
    sim(1, || async {
        let disk = SimDisk::new("disk", 1);
        let context = Context::current();
        let small = Options { file_bytes: 8_192, ..options() };
        let opened = Journal::open(disk.mount(), context.entropy.clone(), &context.tasks, small).await;
        assert!(matches!(opened, Err(OpenError::FileBytes { .. })));
        let (journal, _) = open(&disk, options()).await;
        let large = journal.append(vec![record(128 * 1_024)], Reserve::Use).await;
        assert!(matches!(large, Err(AppendError::TooLarge { .. })));
        let place = journal.append(vec![record(10)], Reserve::Use).await.expect("durable")[0];
        let (head, payload) = journal.read_record(place, ReadMode::Cached).await.expect("reads");
        assert_eq!((head.kind, &head.head[..], &payload[..]), (2, &b"head"[..], &[7; 10][..]));
        assert!(matches!(journal.release(FileId(1)).await, Err(ReleaseError::InUse(_))));
        assert!(matches!(journal.release(FileId(9)).await, Err(ReleaseError::NoSuchFile(_))));
        let mut elsewhere = place;
        elsewhere.position = Position { file: FileId(9), offset: 4_096 };
        assert!(matches!(journal.read_head(elsewhere, ReadMode::Cached).await, Err(ReadError::NoSuchFile(_))));
        disk.flip_bit("log/0000000000000001.journal", place.payload_offset, 0).expect("the file is there");
        let read = journal.read_record(place, ReadMode::Cached).await;
        assert!(matches!(read, Err(ReadError::Corrupt(_))));
        disk.fail_reads(1);
        assert!(matches!(journal.read_head(place, ReadMode::Cached).await, Err(ReadError::Io { .. })));
        journal.close().await;
        assert!(matches!(journal.append(vec![record(1)], Reserve::Use).await, Err(AppendError::Closed)));
        disk.mount().create("log/notes.txt", 0).await.expect("made");
        let opened = Journal::open(disk.mount(), context.entropy.clone(), &context.tasks, options()).await;
        assert!(matches!(opened, Err(OpenError::ForeignFile(_))));
    });
}

#[test]
fn appends_that_wait_are_bounded() {
    sim(1, || async {
        let disk = SimDisk::new("disk", 1);
        let (journal, _) = open(&disk, Options { file_bytes: 1 << 28, ..options() }).await;
        let journal = Arc::new(journal);
        let payload = Bytes::from(vec![1; 60 << 20]);
        let large = || Record { kind: 1, head: Bytes::new(), payload: Payload::Covered(vec![payload.clone()]) };
        let pending: Vec<_> = (0..8).map(|_| journal.append(vec![large()], Reserve::Use)).collect();
        assert!(matches!(journal.append(vec![large()], Reserve::Use).await, Err(AppendError::Busy)));
        drop(pending);
    });
}
