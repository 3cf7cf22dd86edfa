use std::sync::Arc;

use async_trait::async_trait;
use cairn_fragments::{FragmentStore, StoreOptions};
use cairn_runtime::sim::{SimDisk, SimKv, SimWorld};
use cairn_runtime::{Context, OnExit};
use cairn_types::{BlobId, DiskId, GIB, MIB};
use parking_lot::Mutex;

use super::{
    DiskScrub, Duration, LostFragment, LostFragments, Noted, SCRUB_BURST_BYTES, SCRUB_INTERVAL, SCRUB_ROUND,
    ScrubProgress, UnixMillis, pause_for, until_due,
};
use crate::maintain;
use crate::node::fragment_of;
use crate::tests::fragment;

const DISK: DiskId = DiskId(4);

#[test]
fn a_round_takes_no_longer_than_it_may_on_a_disk_of_any_size() {
    for held in [0, GIB, 16 << 40, 100 << 40] {
        let pauses = u32::try_from(held / SCRUB_BURST_BYTES).unwrap();
        assert!(pause_for(SCRUB_BURST_BYTES, held) * pauses <= SCRUB_ROUND, "{held}");
    }
}

#[test]
fn a_round_is_due_an_interval_after_the_last_one_began() {
    let day = 24 * 3_600_000;
    let progress =
        |began, ended| ScrubProgress { began: UnixMillis(began), ended: UnixMillis(ended), ..ScrubProgress::default() };
    assert_eq!(until_due(ScrubProgress::default(), UnixMillis(day)), Duration::ZERO, "there was none");
    assert_eq!(until_due(progress(day, 2 * day), UnixMillis(day)), SCRUB_INTERVAL);
    assert_eq!(until_due(progress(day, 2 * day), UnixMillis(30 * day)), Duration::ZERO);
    assert_eq!(until_due(progress(9 * day, 9 * day), UnixMillis(day)), Duration::ZERO, "the clock was set back");
}

/// Remembers what it is told; the first `refused` times it cannot.
#[derive(Default)]
struct Recorder {
    refused: Mutex<u32>,
    noted: Mutex<Vec<BlobId>>,
}

#[async_trait]
impl LostFragments for Recorder {
    async fn note(&self, lost: &LostFragment) -> Noted {
        assert_eq!(lost.disk, DISK);
        let mut refused = self.refused.lock();
        if *refused > 0 {
            *refused -= 1;
            return Noted::Later;
        }
        self.noted.lock().push(lost.blob);
        Noted::Yes
    }
}

async fn open(disk: &SimDisk, kv: &SimKv) -> Arc<FragmentStore> {
    let context = Context::current();
    let options = StoreOptions { segment_bytes: 4 * MIB, index_reserve_bytes: MIB, ..StoreOptions::new(DISK) };
    let opened = FragmentStore::open(disk.mount(), kv.mount(), context.entropy.clone(), &context.tasks, options).await;
    Arc::new(opened.unwrap().0)
}

async fn sleep(seconds: u64) {
    Context::current().clock.sleep(Duration::from_secs(seconds)).await;
}

#[test]
fn a_rotten_sector_is_found_and_its_fragment_is_told_once_a_round() {
    SimWorld::run(1, |world| async move {
        world.set_time_limit(2 * SCRUB_INTERVAL);
        let (disk, kv) = (SimDisk::new("disk", 7), SimKv::new());
        let store = open(&disk, &kv).await;
        for sequence in 1..=3 {
            store.put(fragment_of(fragment(sequence, 0, 600_000))).await.unwrap();
        }
        let recorder = Arc::new(Recorder { refused: Mutex::new(3), ..Recorder::default() });
        disk.flip_bit("segments/0000000000000001.journal", 500_000, 3).unwrap();
        maintain(&Context::current(), DISK, Arc::clone(&store), Arc::clone(&recorder) as Arc<dyn LostFragments>);
        sleep(600).await;
        let rotten = fragment(2, 0, 1).blob;
        assert_eq!(*recorder.noted.lock(), [rotten]);
        let progress = store.scrub_progress();
        assert!(progress.next.is_none() && progress.ended > progress.began, "{progress:?}");
        sleep(6 * 24 * 3_600).await;
        assert_eq!(recorder.noted.lock().len(), 1, "the next round is not due");
        sleep(24 * 3_600).await;
        assert_eq!(*recorder.noted.lock(), [rotten, rotten], "the next round says it again");
        assert!(store.scrub_progress().ended > progress.ended);
    });
}

#[test]
fn a_restart_goes_on_with_the_round() {
    SimWorld::run(2, |_| async {
        let (disk, kv) = (SimDisk::new("disk", 7), SimKv::new());
        let store = open(&disk, &kv).await;
        for sequence in 1..=30 {
            store.put(fragment_of(fragment(sequence, 0, 600_000))).await.unwrap();
        }
        let segments = store.scrub_segments();
        assert!(segments.len() > 2);
        let next = cairn_journal::Position { file: segments[1], offset: 0 };
        let began = Context::current().clock.wall();
        store
            .set_scrub_progress(ScrubProgress { next: Some(next), began, bytes: 9, ..ScrubProgress::default() })
            .await
            .unwrap();
        // What lies before is not read again in this round.
        disk.flip_bit("segments/0000000000000001.journal", 100_000, 3).unwrap();
        store.close().await.unwrap();
        drop(store);
        disk.unmount();
        let store = open(&disk, &kv).await;
        let recorder = Arc::new(Recorder::default());
        let context = Context::current();
        let scrub = DiskScrub::new(context.clone(), DISK, Arc::clone(&store), Arc::clone(&recorder) as _);
        context.tasks.spawn("scrub", OnExit::Report, scrub.run());
        sleep(600).await;
        let progress = store.scrub_progress();
        assert!(progress.next.is_none() && progress.ended > began, "{progress:?}");
        assert_eq!(progress.began, began);
        let read = progress.bytes - 9;
        let all = store.usage().live_bytes + store.usage().dead_bytes;
        assert!(read > all / 2 && read < all, "{read} of {all}");
        assert!(recorder.noted.lock().is_empty());
    });
}
