//! What a store promises besides surviving crashes.

mod support;

use bytes::Bytes;
use cairn_erasure::StripeNumber;
use cairn_fragments::{
    CompactError, Fragment, FragmentError, FragmentStore, GetError, OpenError, PutError, ScrubProgress, Scrubbed,
    StoreOptions, SweptFloor, WriteError,
};
use cairn_journal::{Damage, FileId, OnFence, Position};
use cairn_runtime::sim::{CrashPolicy, KvCrash, SimDisk, SimKv};
use cairn_types::{Digest128, DiskId, Epoch, ErrorKind, Geometry, GroupId, HasKind, SessionId};
use support::{assert_reads, blob, fragment, geometry, index, open, open_with, options, sim, try_open};

fn devices() -> (SimDisk, SimKv) {
    (SimDisk::new("disk", 7), SimKv::new())
}

async fn restart(store: FragmentStore, disk: &SimDisk, kv: &SimKv) -> FragmentStore {
    drop(store);
    disk.crash(CrashPolicy::LoseUnsynced);
    kv.crash(KvCrash::LoseUnflushed);
    open(disk, kv).await
}

/// A restart in order.
async fn reopen(store: FragmentStore, disk: &SimDisk, kv: &SimKv) -> FragmentStore {
    store.close().await.expect("closes");
    drop(store);
    disk.unmount();
    open(disk, kv).await
}

async fn scrub(store: &FragmentStore) -> Vec<Scrubbed> {
    let mut found = Vec::new();
    for segment in store.scrub_segments() {
        let mut scrub = store.scrub(Position { file: segment, offset: 0 }).expect("the segment is there");
        while let Some(step) = scrub.next().await.expect("reads") {
            if !matches!(step, Scrubbed::Good { .. }) {
                found.push(step);
            }
        }
    }
    found
}

fn segment_name(segment: u64) -> String {
    format!("segments/{segment:016x}.journal")
}

#[test]
fn cells_come_with_the_digests_of_their_stripes() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        let stored = fragment(blob(1, 1), 150_000);
        store.put(stored.clone()).await.expect("stored");
        let whole = stored.payload.concat();
        for _ in 0..2 {
            let cells = store.get_cells(stored.blob, index(), StripeNumber(1), 2).await.expect("reads");
            assert_eq!(cells.payload, whole[65_536..]);
            assert_eq!(cells.digests, stored.digests[1..]);
            assert_eq!((cells.geometry, cells.blob_bytes), (geometry(), 150_000));
        }
        for (first, stripes) in [(0, 4), (3, 1), (0, 0), (u32::MAX, 2)] {
            let read = store.get_cells(stored.blob, index(), StripeNumber(first), stripes).await;
            assert!(matches!(read, Err(GetError::NoSuchStripe { stripes: 3 })), "{first} {stripes}");
        }
        let read = store.get_cells(blob(1, 2), index(), StripeNumber(0), 1).await;
        assert_eq!(read.expect_err("not there").kind(), ErrorKind::NotFound);
    });
}

#[test]
fn a_second_put_of_a_fragment_changes_nothing_and_a_different_one_is_refused() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        let first = fragment(blob(1, 1), 1_000);
        store.put(first.clone()).await.expect("stored");
        let (usage, steps) = (store.usage(), disk.steps());
        store.put(first.clone()).await.expect("again");
        assert_eq!((store.usage(), disk.steps()), (usage, steps), "nothing is written");
        let mut other = first.clone();
        other.digests[0] = Digest128(1);
        assert!(matches!(store.put(other).await, Err(PutError::Different { .. })));
        // Two at once are two records, of which one counts.
        let both = fragment(blob(1, 2), 1_000);
        let first = Box::pin(store.put(both.clone()));
        let mut first = first;
        std::future::poll_fn(|context| {
            let _ = first.as_mut().poll(context);
            std::task::Poll::Ready(())
        })
        .await;
        store.put(both.clone()).await.expect("stored");
        first.await.expect("stored");
        assert_eq!(store.usage().fragments, 2);
        assert_reads(&store, &both).await;
    });
}

type IsIt = fn(&FragmentError) -> bool;

#[test]
fn a_fragment_whose_parts_do_not_fit_is_refused() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        let good = || fragment(blob(1, 1), 70_000);
        let wrong: [(Fragment, IsIt); 4] = [
            (Fragment { geometry: Geometry::new(1, 0).expect("valid"), ..good() }, |e| {
                matches!(e, FragmentError::Index { .. })
            }),
            (Fragment { blob_bytes: 0, ..good() }, |e| matches!(e, FragmentError::BlobBytes(0))),
            (Fragment { payload: vec![Bytes::from_static(b"short")], ..good() }, |e| {
                matches!(e, FragmentError::PayloadLen { found: 5, .. })
            }),
            (Fragment { digests: vec![], ..good() }, |e| matches!(e, FragmentError::Digests { .. })),
        ];
        for (fragment, is_it) in wrong {
            match store.put(fragment).await {
                Err(PutError::Invalid(error)) => assert!(is_it(&error), "{error}"),
                other => panic!("{other:?}"),
            }
        }
        good().verify().expect("its cells are what their digests say");
        let mut rotten = good();
        rotten.digests[1] = Digest128(0);
        assert_eq!(rotten.verify(), Err(FragmentError::CellDigest { stripe: 1 }));
        assert_eq!(store.usage().fragments, 0);
    });
}

#[test]
fn fragments_below_a_swept_floor_or_of_an_old_epoch_are_refused_also_after_a_restart() {
    sim(1, || async {
        let (disk, kv) = devices();
        let mut store = open(&disk, &kv).await;
        store.put(fragment(blob(8, 3), 10)).await.expect("before the floor");
        let floors = [SweptFloor { session: SessionId(8), floor: 5 }, SweptFloor { session: SessionId(3), floor: 2 }];
        store.raise_floors(SessionId(6), &floors).await.expect("durable");
        store.raise_epochs(&[(GroupId(2), Epoch(4))]).await.expect("durable");
        for _ in 0..3 {
            for refused in [blob(8, 4), blob(5, 9), blob(3, 1)] {
                let put = store.put(fragment(refused, 10)).await;
                assert!(matches!(put, Err(PutError::FloorRefused(found)) if found == refused));
            }
            let put = store.put(fragment(blob(9, 1), 10)).await;
            assert!(matches!(put, Err(PutError::StaleEpoch { known: Epoch(4), sent: Epoch(3), .. })));
            // Raising to what is there already is durable and writes nothing.
            let steps = disk.steps();
            store.raise_floors(SessionId(1), &floors).await.expect("durable");
            assert_eq!(disk.steps(), steps);
            store = restart(store, &disk, &kv).await;
            kv.wipe();
            store = restart(store, &disk, &kv).await;
        }
        for taken in [blob(8, 6), blob(3, 2), blob(9, 2)] {
            store.put(fragment(taken, 10)).await.expect("at or above the floor");
        }
        assert_eq!(store.swept_floor(SessionId(8)), 5);
        assert_eq!(store.swept_floor(SessionId(5)), u64::MAX);
        assert_eq!(store.swept_floor(SessionId(9)), 0);
    });
}

#[test]
fn lists_go_on_after_what_was_seen_and_groups_compare_by_their_sets() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        for sequence in [5, 1, 4, 2, 3] {
            store.put(fragment(blob(1, sequence), 100 * sequence)).await.expect("stored");
        }
        let first = store.list(None, 2).await.expect("lists");
        let rest = store.list(Some((first[1].blob, first[1].index)), 100).await.expect("lists");
        let sequences: Vec<u64> = first.iter().chain(&rest).map(|found| found.blob.sequence.0).collect();
        assert_eq!(sequences, [1, 2, 3, 4, 5]);
        assert_eq!(
            (rest[0].bytes, rest[0].group, rest[0].label.clone()),
            (300, GroupId(2), fragment(blob(1, 3), 1).label)
        );
        assert_eq!(
            store.contains(&[(blob(1, 9), index()), (blob(1, 5), index())]).await.expect("looks"),
            [false, true]
        );
        // Another disk that got the same blobs in another order, and more that it deleted, has the same set.
        let (other_disk, other_kv) = (SimDisk::new("other", 8), SimKv::new());
        let other = open(&other_disk, &other_kv).await;
        for sequence in [7, 3, 5, 1] {
            other.put(fragment(blob(1, sequence), 100)).await.expect("stored");
        }
        assert_ne!(store.group(GroupId(2)), other.group(GroupId(2)));
        other.delete(&[(blob(1, 7), index()), (blob(1, 99), index())]).await.expect("durable");
        assert_eq!(store.group(GroupId(2)), other.group(GroupId(2)));
        assert_eq!(store.groups().len(), 2);
    });
}

#[test]
fn a_full_disk_takes_no_puts_and_still_deletes_and_compacts() {
    sim(1, || async {
        let (disk, kv) = devices();
        disk.set_capacity(6 * 192 * 1_024);
        let store = open(&disk, &kv).await;
        let mut stored = Vec::new();
        for sequence in 1.. {
            match store.put(fragment(blob(1, sequence), 80_000)).await {
                Ok(()) => stored.push(sequence),
                Err(error) => {
                    assert!(matches!(error, PutError::Write(WriteError::Full)), "{error:?}");
                    assert_eq!(error.kind(), ErrorKind::Busy);
                    break;
                }
            }
        }
        assert!(stored.len() >= 6);
        let dead: Vec<_> = stored[..4].iter().map(|sequence| (blob(1, *sequence), index())).collect();
        store.delete(&dead).await.expect("a full disk deletes");
        while let Some(segment) = store.compaction_candidate() {
            store.compact(segment).await.expect("a full disk compacts");
        }
        store.put(fragment(blob(1, 1_000), 80_000)).await.expect("there is room again");
        for sequence in &stored[4..] {
            assert_reads(&store, &fragment(blob(1, *sequence), 80_000)).await;
        }
    });
}

#[test]
fn after_a_failed_sync_nothing_is_acknowledged_until_the_disk_is_admitted() {
    sim(1, || async {
        let (disk, kv) = devices();
        let mut store = open(&disk, &kv).await;
        store.put(fragment(blob(1, 1), 70_000)).await.expect("stored");
        disk.fail_syncs(1);
        let failed = store.put(fragment(blob(1, 2), 1_000)).await;
        assert_eq!(failed.expect_err("the sync failed").kind(), ErrorKind::Unknown);
        for _ in 0..2 {
            assert!(!store.is_writable() && store.fenced().is_some());
            let refused = store.put(fragment(blob(1, 3), 1_000)).await;
            assert!(matches!(refused, Err(PutError::Write(WriteError::Fenced(_)))));
            assert!(matches!(store.delete(&[(blob(1, 1), index())]).await, Err(WriteError::Fenced(_))));
            assert_reads(&store, &fragment(blob(1, 1), 70_000)).await;
            drop(store);
            disk.unmount();
            kv.crash(KvCrash::KeepUnflushed);
            let (again, recovered) = try_open(&disk, &kv).await.expect("opens");
            assert!(recovered.is_fenced);
            store = again;
        }
        drop(store);
        disk.unmount();
        kv.crash(KvCrash::KeepUnflushed);
        let lifted = StoreOptions { on_fence: OnFence::Lift, ..options() };
        let (store, recovered) = open_with(&disk, &kv, lifted).await.expect("opens");
        assert!(!recovered.is_fenced && store.is_writable());
        store.put(fragment(blob(1, 3), 1_000)).await.expect("admitted");
        assert_eq!(store.contains(&[(blob(1, 2), index())]).await.expect("looks"), [false]);
    });
}

#[test]
fn an_index_that_fails_stops_acknowledgements_and_catches_up_after_a_restart() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        kv.fail_writes(1);
        let failed = store.put(fragment(blob(1, 1), 1_000)).await;
        assert!(matches!(failed, Err(PutError::Write(WriteError::Index(_)))));
        let refused = store.put(fragment(blob(1, 2), 1_000)).await;
        assert!(matches!(refused, Err(PutError::Write(WriteError::Index(_)))));
        assert!(!store.is_writable());
        let store = restart(store, &disk, &kv).await;
        assert_reads(&store, &fragment(blob(1, 1), 1_000)).await;
        assert_reads(&store, &fragment(blob(1, 2), 1_000)).await;
    });
}

#[test]
fn an_index_of_another_disk_is_made_anew() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        store.put(fragment(blob(1, 1), 1_000)).await.expect("stored");
        store.close().await.expect("closes");
        drop(store);
        disk.unmount();
        let other = StoreOptions { disk: DiskId(6), ..options() };
        let (store, recovered) = open_with(&disk, &kv, other).await.expect("opens");
        assert!(recovered.index_was_rebuilt);
        assert_eq!(recovered.replayed_records, 1);
        assert_reads(&store, &fragment(blob(1, 1), 1_000)).await;
        let small = StoreOptions { segment_bytes: 4_096, ..options() };
        assert!(matches!(open_with(&disk, &kv, small).await, Err(OpenError::SegmentBytes(4_096))));
    });
}

#[test]
fn an_orderly_restart_replays_nothing() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        for sequence in 1..10 {
            store.put(fragment(blob(1, sequence), 40_000)).await.expect("stored");
        }
        store.close().await.expect("closes");
        assert!(matches!(store.put(fragment(blob(1, 99), 1)).await, Err(PutError::Write(WriteError::Unknown(_)))));
        drop(store);
        disk.unmount();
        kv.crash(KvCrash::LoseUnflushed);
        let (_, recovered) = try_open(&disk, &kv).await.expect("opens");
        assert_eq!((recovered.replayed_records, recovered.index_was_rebuilt), (0, false));
        assert_eq!(recovered.damage, []);
    });
}

#[test]
fn scrub_names_a_rotten_fragment_and_compaction_keeps_it() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        for sequence in 1..=6 {
            store.put(fragment(blob(1, sequence), 70_000)).await.expect("stored");
        }
        assert_eq!(scrub(&store).await, []);
        store.delete(&[(blob(1, 1), index())]).await.expect("durable");
        // The second record of the first segment starts after 1 + 18 + ... sectors: any byte well inside its payload.
        disk.flip_bit(&segment_name(1), 130_000, 2).expect("the file is there");
        let bad = scrub(&store).await;
        assert!(matches!(&bad[..], [Scrubbed::BadFragment { blob: found, label, .. }]
            if *found == blob(1, 2) && *label == fragment(blob(1, 2), 1).label));
        let kept = store.compact(FileId(1)).await;
        assert!(
            matches!(&kept, Err(CompactError::Damaged(damage)) if matches!(damage[..], [Damage::Payload(_)])),
            "{kept:?}"
        );
        assert!(store.segments()[0].is_damaged && store.compaction_candidate().is_none());
        let names = [(blob(1, 2), index()), (blob(1, 3), index()), (blob(1, 1), index())];
        assert_eq!(store.verify(&names).await.expect("reads"), [false, true, false]);
        assert_eq!(store.contains(&names).await.expect("looks"), [false, true, false], "damaged is not there");
        let cells = store.get_cells(blob(1, 2), index(), StripeNumber(0), 2).await.expect("reads, unverified");
        assert!(cells.payload != fragment(blob(1, 2), 70_000).payload.concat());
        // Once it is deleted (and written anew elsewhere) nothing keeps the segment.
        store.delete(&[(blob(1, 2), index())]).await.expect("durable");
        let candidate = store.compaction_candidate().expect("all of it is dead");
        store.compact(candidate).await.expect("gone");
        assert!(!store.segments().iter().any(|segment| segment.segment == candidate));
        store.put(fragment(blob(1, 2), 70_000)).await.expect("rebuilt");
        assert_reads(&store, &fragment(blob(1, 2), 70_000)).await;
        let store = restart(store, &disk, &kv).await;
        assert_reads(&store, &fragment(blob(1, 2), 70_000)).await;
        assert_eq!(store.contains(&[(blob(1, 1), index())]).await.expect("looks"), [false]);
    });
}

#[test]
fn a_damaged_fragment_that_is_written_again_is_there_again() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        let stored = fragment(blob(1, 1), 70_000);
        store.put(stored.clone()).await.expect("stored");
        let names = [(stored.blob, index())];
        assert_eq!(store.verify(&names).await.expect("reads"), [true]);
        disk.flip_bit(&segment_name(1), 60_000, 2).expect("the file is there");
        assert_eq!(store.contains(&names).await.expect("looks"), [true], "nobody has read it");
        assert_eq!(store.verify(&names).await.expect("reads"), [false]);
        let store = reopen(store, &disk, &kv).await;
        assert_eq!(store.contains(&names).await.expect("looks"), [false], "a restart does not forget it");
        let usage = store.usage();
        store.put(stored.clone()).await.expect("rebuilt");
        assert_eq!(store.usage().fragments, usage.fragments);
        assert_eq!(store.verify(&names).await.expect("reads"), [true]);
        assert_reads(&store, &stored).await;
    });
}

#[test]
fn a_scrub_goes_on_where_it_was() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        for sequence in 1..=2 {
            store.put(fragment(blob(1, sequence), 70_000)).await.expect("stored");
        }
        let mut scrub = store.scrub(Position { file: FileId(1), offset: 0 }).expect("the segment is there");
        let first = scrub.next().await.expect("reads");
        assert!(matches!(first, Some(Scrubbed::Good { .. })), "{first:?}");
        let second = scrub.next().await.expect("reads");
        assert!(matches!(second, Some(Scrubbed::Good { .. })), "{second:?}");
        let next = scrub.next_flush();
        assert!(next.offset > 70_000, "{next:?}");
        let began = cairn_types::UnixMillis(7);
        let progress = ScrubProgress { next: Some(next), began, bytes: 5, ..ScrubProgress::default() };
        store.set_scrub_progress(progress).await.expect("saved");
        let store = reopen(store, &disk, &kv).await;
        assert_eq!(store.scrub_progress(), progress);
        let mut rest = store.scrub(next).expect("the segment is there");
        assert!(matches!(rest.next().await.expect("reads"), Some(Scrubbed::Good { .. })));
        assert_eq!(rest.next().await.expect("reads"), None);
    });
}

#[test]
fn a_rotten_lead_is_reported_by_reads_scrub_and_rebuild() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        store.put(fragment(blob(1, 1), 500)).await.expect("stored");
        store.put(fragment(blob(1, 2), 500)).await.expect("stored");
        disk.flip_bit(&segment_name(1), 4_096 + 64 + 60, 0).expect("the file is there");
        let read = store.get_cells(blob(1, 1), index(), StripeNumber(0), 1).await;
        assert!(matches!(read, Err(GetError::Corrupt)));
        // The record behind it is in the same flush or not; it is read by itself and is good.
        let bad = scrub(&store).await;
        assert!(
            matches!(&bad[..], [Scrubbed::Damage(Damage::Record { .. }), Scrubbed::BadFragment { blob: found, .. }]
                if *found == blob(1, 1)),
            "{bad:?}"
        );
        drop(store);
        disk.unmount();
        kv.wipe();
        let (store, recovered) = try_open(&disk, &kv).await.expect("opens");
        assert!(matches!(recovered.damage[..], [Damage::Record { .. }]));
        assert_reads(&store, &fragment(blob(1, 2), 500)).await;
        assert!(store.segments()[0].is_damaged);
    });
}

#[test]
fn a_lost_segment_means_that_the_index_is_made_anew_without_it() {
    sim(1, || async {
        let (disk, kv) = devices();
        let store = open(&disk, &kv).await;
        for sequence in 1..=6 {
            store.put(fragment(blob(1, sequence), 70_000)).await.expect("stored");
        }
        store.close().await.expect("closes");
        drop(store);
        disk.mount().remove(&segment_name(1)).await.expect("removed");
        disk.unmount();
        let (store, recovered) = try_open(&disk, &kv).await.expect("opens");
        assert!(recovered.index_was_rebuilt);
        assert_eq!(
            store.contains(&[(blob(1, 1), index()), (blob(1, 5), index())]).await.expect("looks"),
            [false, true]
        );
    });
}

#[test]
fn reads_go_on_while_segments_are_compacted_and_their_space_is_used_again() {
    sim(1, || async {
        let (disk, kv) = devices();
        disk.miss_cache_every(3);
        kv.miss_cache_every(2);
        let store = std::sync::Arc::new(open(&disk, &kv).await);
        let kept = fragment(blob(1, 1), 30_000);
        store.put(kept.clone()).await.expect("stored");
        let reader = {
            let (store, kept) = (std::sync::Arc::clone(&store), kept.clone());
            let tasks = cairn_runtime::Context::current().tasks;
            tasks.spawn("reader", cairn_runtime::OnExit::Ignore, async move {
                for _ in 0..3_000 {
                    assert_reads(&store, &kept).await;
                }
            })
        };
        let mut compactions = 0;
        for sequence in 2..60 {
            let passing = fragment(blob(1, sequence), 66_000);
            store.put(passing.clone()).await.expect("stored");
            store.delete(&[(passing.blob, index())]).await.expect("durable");
            while let Some(segment) = store.compaction_candidate() {
                store.compact(segment).await.expect("compacts");
                compactions += 1;
            }
        }
        reader.await.expect("the reader never saw other bytes");
        assert!(compactions > 10, "{compactions}");
        assert_reads(&store, &kept).await;
        // Everything deleted is gone: one fragment, few tombstones.
        assert_eq!(store.usage().fragments, 1);
        assert!(store.segments().len() <= 3);
        assert!(matches!(store.compact(FileId(1)).await, Err(CompactError::NotSealed(_))));
    });
}

#[test]
fn the_lead_cache_may_hold_nothing_at_all() {
    sim(1, || async {
        let (disk, kv) = devices();
        let (store, _) = open_with(&disk, &kv, StoreOptions { lead_cache_bytes: 0, ..options() }).await.expect("opens");
        for sequence in 1..4 {
            store.put(fragment(blob(1, sequence), 1_000)).await.expect("stored");
        }
        for sequence in 1..4 {
            assert_reads(&store, &fragment(blob(1, sequence), 1_000)).await;
        }
        let read = store.get_cells(blob(1, 1), index(), StripeNumber(0), 1);
        disk.fail_reads(2);
        assert_eq!(read.await.expect_err("the device fails").kind(), ErrorKind::Unavailable);
    });
}
