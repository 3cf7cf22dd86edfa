//! E8, with versions: the counters of a bucket are what a listing of all its versions adds up to.

use crate::cluster::SimCluster;
use crate::workload::Bodies;
use crate::workload::versions::{ListedVersion, Seen};

use super::super::counters::{bucket_id, usage};

/// Checks the counters of a bucket at rest against what is listed there.
pub(crate) async fn counters_equal_the_versions(
    cluster: &SimCluster,
    bodies: &Bodies,
    (bucket, listed): (&str, &[ListedVersion]),
) -> Result<(), String> {
    let usage = usage(cluster, bucket_id(cluster, bucket).await).await;
    let sent: Vec<u64> = listed.iter().filter_map(|entry| len(bodies, &entry.seen)).collect();
    let (versions, bytes) = (sent.len() as u64, sent.iter().sum::<u64>());
    let markers = listed.len() as u64 - versions;
    let objects = listed.iter().filter(|entry| entry.is_latest && entry.seen.body().is_some()).count() as u64;
    let counted = (usage.objects, usage.versions, usage.markers, usage.bytes.values().sum::<u64>());
    if counted == (objects, versions, markers, bytes) {
        return Ok(());
    }
    Err(format!("{bucket}: {objects} objects, {versions} versions, {markers} markers, {bytes} bytes: {usage:?}"))
}

fn len(bodies: &Bodies, seen: &Seen) -> Option<u64> {
    Some(bodies.get(seen.body()?).map_or(0, |body| body.len() as u64))
}
