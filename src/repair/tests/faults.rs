//! Disks that are down, busy or silent; shards and maps that are not there.

use std::sync::Arc;

use cairn_metadata::{Directory, MetadataClient};
use cairn_placement::ClusterMap;
use cairn_storage::{FragmentServices, StorageError};
use cairn_types::{DiskId, Epoch, GroupId, ShardId};

use super::faulty::Mood;
use super::support::{cluster_map, on_cluster};
use crate::{CollectError, Collector, CollectorSettings, DiskStep, ShardStep};

#[test]
fn a_disk_that_is_down_holds_nothing_up_and_is_swept_when_it_is_back() {
    on_cluster(11, |cluster| async move {
        cluster.put("kept", 1).await;
        cluster.put("gone", 2).await;
        cluster.delete("gone").await;
        cluster.session.raise_floors(cluster.deadline(10)).await.unwrap();
        cluster.set_mood(2, Mood::Down);
        let collected = cluster.collect().await;
        assert_eq!((collected.runs, collected.fragments_deleted), (1, 4));
        assert_eq!(collected.disks_down, [DiskId(2)].into());
        assert!(collected.is_complete(), "{collected:?}");
        assert_eq!(cluster.garbage().await.0, 0);

        cluster.set_mood(2, Mood::Fine);
        assert_eq!(cluster.blobs_on(2).await.len(), 3);
        assert_eq!(cluster.collect().await.orphans_deleted, 2);
        assert_eq!(cluster.fragments().await, 3);
    });
}

#[test]
fn a_disk_that_does_not_answer_counts_as_down() {
    on_cluster(12, |cluster| async move {
        cluster.put("gone", 1).await;
        cluster.delete("gone").await;
        cluster.set_mood(3, Mood::Silent);
        let collected = cluster.collect().await;
        assert_eq!((collected.runs, collected.disks_down), (1, [DiskId(3)].into()));
    });
}

#[test]
fn the_row_of_a_run_stays_while_a_disk_that_is_up_has_no_tombstone() {
    on_cluster(13, |cluster| async move {
        cluster.put("gone", 1).await;
        cluster.delete("gone").await;
        cluster.set_mood(1, Mood::Busy);
        let collected = cluster.collect().await;
        assert_eq!((collected.runs, collected.runs_kept), (0, 1));
        let busy = CollectError::Disk { disk: DiskId(1), step: DiskStep::Delete, source: StorageError::Busy };
        assert_eq!(collected.failed, [busy]);
        assert_eq!(cluster.garbage().await.0, 1);

        cluster.set_mood(1, Mood::Fine);
        assert_eq!(cluster.collect().await.runs, 1);
        assert_eq!((cluster.fragments().await, cluster.garbage().await.0), (0, 0));
    });
}

#[test]
fn without_the_oldest_reads_garbage_is_left_alone() {
    on_cluster(15, |cluster| async move {
        cluster.put("gone", 1).await;
        cluster.delete("gone").await;
        // A new leader does not know them for a whole lease.
        let collected = cluster.collector.collect_once(cluster.deadline(20)).await;
        assert_eq!(collected.runs, 0);
        assert!(matches!(collected.failed[..], [CollectError::OldestReads(_), ..]), "{collected:?}");
    });
}

#[test]
fn a_run_in_a_group_that_the_map_lacks_stays() {
    on_cluster(16, |cluster| async move {
        let mut staged = cluster.stage(&cluster.session, "odd", 1).await;
        staged.run.blobs[0].group = GroupId(9);
        cluster.publish("odd", &staged.run).await;
        cluster.delete("odd").await;
        cluster.put("gone", 1).await;
        cluster.delete("gone").await;
        let collected = cluster.collect().await;
        assert_eq!((collected.runs, collected.runs_kept), (1, 1));
        assert_eq!(collected.failed, [CollectError::UnknownGroup { group: GroupId(9), epoch: Epoch(1) }]);
    });
}

#[test]
fn without_maps_nothing_is_done() {
    on_cluster(17, |cluster| async move {
        let nobody = MetadataClient::new(cluster.context.clone(), Directory::new());
        let services = Arc::clone(&cluster.disks) as Arc<dyn FragmentServices>;
        let collector = Collector::new(cluster.context.clone(), nobody, services, CollectorSettings::default());
        let collected = collector.collect_once(cluster.deadline(60)).await;
        assert!(matches!(collected.failed[..], [CollectError::Maps(_)]), "{collected:?}");
    });
}

#[test]
fn a_fenced_disk_and_one_that_is_gone_are_left_alone() {
    on_cluster(18, |cluster| async move {
        let staged = cluster.stage(&cluster.session, "a", 1).await;
        drop(staged);
        cluster.session.raise_floors(cluster.deadline(10)).await.unwrap();
        let mut map = ClusterMap { epoch: Epoch(2), ..cluster_map() };
        map.disks[0].state = cairn_placement::DiskState::Fenced;
        map.disks[1].state = cairn_placement::DiskState::Gone;
        cluster.set_map(Epoch(1), map).await;
        let collected = cluster.collect().await;
        assert_eq!((collected.fragments_swept, collected.orphans_deleted), (1, 1));
        assert_eq!(cluster.fragments().await, 2);
    });
}

#[test]
fn failures_say_what_was_asked_of_whom() {
    let source = cairn_metadata::MetadataError::Busy { shard: ShardId(3) };
    let shard = CollectError::Shard { shard: ShardId(3), step: ShardStep::Unroll, source };
    assert_eq!(shard.to_string(), "unroll garbage in shard s3");
    let disk = CollectError::Disk { disk: DiskId(2), step: DiskStep::List, source: StorageError::Corrupt };
    assert_eq!(disk.to_string(), "list fragments on disk d2");
    use cairn_types::{ErrorKind, HasKind};
    assert_eq!((shard.kind(), disk.kind()), (ErrorKind::Busy, ErrorKind::Corrupt));
}
