//! E8: the counters of a bucket, summed over its shards, are what a recount of its objects gives.

use cairn_catalog::query::{Answer, BucketUsage, FindBucket, Query};
use cairn_catalog::rows::Usage;
use cairn_metadata::Route;
use cairn_types::BucketId;

use crate::cluster::{SimCluster, deadline};
use crate::workload::{BUCKET, Bodies, ETag};

/// Checks the counters of the run's bucket against what is read after the run.
pub(crate) async fn counters_equal_a_recount(
    cluster: &SimCluster,
    bodies: &Bodies,
    end: &[(&str, Option<ETag>)],
) -> Result<(), String> {
    let usage = usage(cluster, bucket_id(cluster, BUCKET).await).await;
    let present = end.iter().filter_map(|(_, etag)| etag.as_deref());
    let lens: Vec<u64> = present.map(|etag| bodies.get(etag).map_or(0, |body| body.len() as u64)).collect();
    let (objects, bytes) = (lens.len() as u64, lens.iter().sum::<u64>());
    let counted = (usage.objects, usage.versions, usage.markers, usage.bytes.values().sum::<u64>());
    if counted == (objects, objects, 0, bytes) {
        return Ok(());
    }
    Err(format!("{objects} objects with {bytes} bytes are counted as {usage:?}"))
}

/// Id of a bucket.
pub(crate) async fn bucket_id(cluster: &SimCluster, name: &str) -> BucketId {
    let find = Query::FindBucket(FindBucket { name: name.to_owned(), ..FindBucket::default() });
    match cluster.catalog.query(Route::ROOT, find, deadline()).await.expect("the bucket exists") {
        Answer::Bucket(found) => found.bucket,
        other => panic!("not an answer about a bucket: {other:?}"),
    }
}

pub(super) async fn usage(cluster: &SimCluster, bucket: BucketId) -> Usage {
    let map = cluster.catalog.shard_map(deadline()).await.expect("there is a map");
    let mut sum = Usage::default();
    for shard in map.shards_of(bucket) {
        let query = Query::BucketUsage(BucketUsage { bucket });
        let answer = cluster.catalog.query(Route::Shard(shard.id), query, deadline()).await;
        let Answer::Share(found) = answer.expect("the shard answers") else { panic!("not a share") };
        let Some(share) = found.share else { continue };
        sum.objects += share.usage.objects;
        sum.versions += share.usage.versions;
        sum.markers += share.usage.markers;
        for (class, bytes) in share.usage.bytes {
            *sum.bytes.entry(class).or_default() += bytes;
        }
    }
    sum
}
