//! Writers and readers of one key.

use std::time::Duration;

use cairn_catalog::command::Precondition;
use cairn_catalog::rows::Nothing;
use cairn_storage::FragmentService;
use cairn_types::ConfigVersion;
use futures::StreamExt;
use futures::future::join_all;

use super::support::{BLOB, Cluster, body, on_cluster, put};
use crate::{BucketRefusal, BucketView, PutError, PutObject, ReadError};

#[test]
fn of_many_conditional_creates_one_wins() {
    on_cluster(6, |cluster| async move {
        let cluster = &cluster;
        let creates = (0..8_u64).map(|number| async move {
            let size = if number % 2 == 0 { 10 } else { BLOB };
            let staged = cluster.stage("key", &body(size, number)).await.unwrap();
            let absent = Precondition::Absent(Nothing::default());
            let put = PutObject { precondition: absent, ..put("key") };
            cluster.objects.put(&cluster.bucket, put, &staged).await
        });
        let results = join_all(creates).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        let lost = results.iter().filter(|result| **result == Err(PutError::PreconditionFailed)).count();
        assert_eq!(lost, 7);
    });
}

#[test]
fn a_stale_view_is_refused_and_the_staged_bytes_stay() {
    on_cluster(6, |cluster| async move {
        let body = body(BLOB, 30);
        let staged = cluster.stage("key", &body).await.unwrap();
        let old = BucketView { config_version: ConfigVersion(0), ..cluster.bucket };
        let refused = cluster.objects.put(&old, put("key"), &staged).await;
        assert_eq!(refused, Err(PutError::Bucket(BucketRefusal::Stale(cluster.bucket.config_version))));
        cluster.objects.put(&cluster.bucket, put("key"), &staged).await.unwrap();
        assert!(cluster.get("key").await.unwrap() == body);
    });
}

#[test]
fn staged_bytes_are_published_once() {
    on_cluster(6, |cluster| async move {
        let staged = cluster.stage("key", &body(BLOB, 31)).await.unwrap();
        cluster.objects.put(&cluster.bucket, put("key"), &staged).await.unwrap();
        let again = cluster.objects.put(&cluster.bucket, put("key"), &staged).await;
        assert_eq!(again, Err(PutError::StagedLost));
    });
}

#[test]
fn a_writer_that_hangs_up_does_not_stop_its_publish() {
    on_cluster(6, |cluster| async move {
        let body = body(BLOB, 32);
        let staged = cluster.stage("key", &body).await.unwrap();
        let publish = cluster.objects.put(&cluster.bucket, put("key"), &staged);
        assert!(futures::FutureExt::now_or_never(publish).is_none());
        drop(staged);
        cluster.sleep(2_000).await;
        assert!(cluster.get("key").await.unwrap() == body);
    });
}

/// Deletes every fragment of all blobs, as the collector would have done with those of the old version.
async fn collect_old(cluster: &Cluster, old: &[u64]) {
    let deadline = cluster.context.clock.now() + Duration::from_secs(10);
    for (disk, fragment) in cluster.fragments().await {
        if old.contains(&fragment.blob.sequence.0) {
            let node = &cluster.nodes[disk.0 as usize - 1];
            node.delete(disk, vec![(fragment.blob, fragment.index)], deadline).await.unwrap();
        }
    }
}

#[test]
fn a_body_whose_version_is_collected_under_the_reader_is_cut_and_never_mixed() {
    on_cluster(6, |cluster| async move {
        let (first, second) = (body(12 * BLOB, 33), body(12 * BLOB, 34));
        cluster.put("key", &first).await;
        let old: Vec<u64> = cluster.fragments().await.iter().map(|(_, found)| found.blob.sequence.0).collect();
        let read = cluster.open("key").await;
        let mut stream = read.stream(0..first.len() as u64);
        let mut got = stream.next().await.unwrap().unwrap().to_vec();
        cluster.put("key", &second).await;
        collect_old(&cluster, &old).await;
        let error = loop {
            match stream.next().await {
                Some(Ok(piece)) => got.extend_from_slice(&piece),
                Some(Err(error)) => break Some(error),
                None => break None,
            }
        };
        assert!(got == first[..got.len()], "every byte is of the version that was opened");
        assert_eq!(error, Some(ReadError::VersionGone));
        assert!(stream.next().await.is_none());
        assert!(cluster.get("key").await.unwrap() == second);
    });
}

#[test]
fn an_overwrite_does_not_disturb_a_read_before_collection() {
    on_cluster(6, |cluster| async move {
        let (first, second) = (body(8 * BLOB, 35), body(3 * BLOB, 36));
        cluster.put("key", &first).await;
        let read = cluster.open("key").await;
        cluster.put("key", &second).await;
        assert!(super::support::collect(read.stream(0..first.len() as u64)).await.unwrap() == first);
    });
}
