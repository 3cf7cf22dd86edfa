//! Fragments that reads find lost count as missing from then on.

use std::collections::BTreeMap;
use std::time::Duration;

use cairn_storage::FragmentService;
use cairn_types::{BlobId, DiskId, FragmentIndex};

use super::support::{BLOB, Cluster, body, collect, on_cluster};
use crate::ReadError;

/// Time in which the background has noted what there is to note.
const NOTED_MS: u64 = 5_000;

/// Where the fragment with the first cells of a body of one blob is: place of its node, disk, name.
async fn first_fragment(cluster: &Cluster, key: &str) -> (usize, DiskId, (BlobId, FragmentIndex)) {
    let blob = cluster.open(key).await.first_blob().unwrap().blob;
    let fragments = cluster.fragments().await;
    let (disk, first) = fragments.iter().find(|(_, found)| found.blob == blob && found.index.get() == 0).unwrap();
    (usize::try_from(disk.0).unwrap() - 1, *disk, (blob, first.index))
}

fn verifies(cluster: &Cluster) -> u64 {
    cluster.nodes.iter().map(|node| node.calls.lock().verifies).sum()
}

#[test]
fn a_fragment_that_is_gone_is_noted_once() {
    on_cluster(6, |cluster| async move {
        let body = body(BLOB, 21);
        cluster.put("key", &body).await;
        let before = cluster.open("key").await;
        let (place, disk, name) = first_fragment(&cluster, "key").await;
        let deadline = cluster.context.clock.now() + Duration::from_secs(10);
        cluster.nodes[place].delete(disk, vec![name], deadline).await.unwrap();
        for _ in 0..3 {
            let stream = before.stream(0..body.len() as u64);
            assert!(collect(stream).await.unwrap() == body);
            cluster.sleep(NOTED_MS).await;
        }
        assert_eq!(cluster.objects.degraded_blobs().await.unwrap(), BTreeMap::from([(1, 1)]));
        assert_eq!(verifies(&cluster), 1, "later reads of the old manifest say nothing new");
        let found = cluster.open("key").await;
        let missing = found.first_blob().unwrap().missing;
        assert_eq!(missing.numbers().collect::<Vec<_>>(), [0]);
        assert!(cluster.get("key").await.unwrap() == body);
        assert_eq!(verifies(&cluster), 1, "what is known to be missing is not asked for");
    });
}

#[test]
fn a_damaged_fragment_is_noted_and_one_that_was_garbled_on_its_way_is_not() {
    on_cluster(6, |cluster| async move {
        let body = body(BLOB, 22);
        cluster.put("key", &body).await;
        let (place, ..) = first_fragment(&cluster, "key").await;
        cluster.nodes[place].faults.lock().rotten = true;
        assert!(cluster.get("key").await.unwrap() == body);
        cluster.sleep(NOTED_MS).await;
        assert_eq!(verifies(&cluster), 1);
        assert_eq!(cluster.objects.degraded_blobs().await.unwrap(), BTreeMap::new(), "its disk can read it");
    });
    on_cluster(6, |cluster| async move {
        let body = body(BLOB, 22);
        cluster.put("key", &body).await;
        let (place, ..) = first_fragment(&cluster, "key").await;
        cluster.nodes[place].faults.lock().damaged = true;
        assert!(cluster.get("key").await.unwrap() == body);
        cluster.sleep(NOTED_MS).await;
        assert_eq!(cluster.objects.degraded_blobs().await.unwrap(), BTreeMap::from([(1, 1)]));
        assert!(cluster.get("key").await.unwrap() == body);
    });
}

#[test]
fn a_disk_that_is_down_or_slow_loses_nothing() {
    on_cluster(6, |cluster| async move {
        let body = body(BLOB, 23);
        cluster.put("key", &body).await;
        cluster.set_down(|place| place == 1);
        cluster.nodes[3].faults.lock().read_delay = Duration::from_secs(60);
        assert!(cluster.get("key").await.unwrap() == body);
        cluster.sleep(60_000).await;
        assert_eq!(cluster.objects.degraded_blobs().await.unwrap(), BTreeMap::new());
        assert_eq!(verifies(&cluster), 0);
    });
}

#[test]
fn what_was_noted_by_mistake_is_still_read_before_a_read_fails() {
    on_cluster(6, |cluster| async move {
        let body = body(BLOB, 24);
        cluster.put("key", &body).await;
        cluster.nodes.iter().for_each(|node| node.faults.lock().damaged = true);
        let failed = cluster.get("key").await;
        assert!(matches!(failed, Err(ReadError::TooFewFragments { .. })), "{failed:?}");
        cluster.sleep(NOTED_MS).await;
        let noted = cluster.objects.degraded_blobs().await.unwrap();
        assert!(noted.keys().any(|missing| *missing > 2), "{noted:?}");
        cluster.nodes.iter().for_each(|node| node.faults.lock().damaged = false);
        assert!(cluster.get("key").await.unwrap() == body);
    });
}
