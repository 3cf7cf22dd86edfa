//! Where blobs go when disks are down.

use std::time::Duration;

use cairn_catalog::query::BodyWish;
use cairn_storage::FragmentServices;
use cairn_types::{DiskId, Geometry};

use super::support::{BLOB, Cluster, Plan, body, on_cluster, on_planned, put};
use crate::{BlobError, StageError};

async fn geometry_of(cluster: &Cluster, name: &str) -> Geometry {
    let read = cluster.open_from(name, BodyWish::From(0)).await;
    read.first_blob().expect("not inline").geometry
}

async fn degraded(cluster: &Cluster) -> u64 {
    cluster.objects.degraded_blobs().await.unwrap().values().sum()
}

#[test]
fn with_a_node_down_blobs_take_a_smaller_geometry_at_full_redundancy() {
    on_cluster(6, |cluster| async move {
        let body = body(2 * BLOB + 1, 20);
        cluster.put("before", &body).await;
        assert_eq!(geometry_of(&cluster, "before").await, Geometry::new(4, 2).unwrap());
        cluster.set_down(|place| place == 2);
        cluster.put("during", &body).await;
        assert_eq!(geometry_of(&cluster, "during").await.parity(), 2);
        assert_eq!(degraded(&cluster).await, 0);
        cluster.set_down(|place| place == 2 || place == 4);
        cluster.put("later", &body).await;
        assert_eq!(degraded(&cluster).await, 0);
        for name in ["before", "during", "later"] {
            assert!(cluster.get(name).await.unwrap() == body, "{name}");
        }
    });
}

#[test]
fn below_the_floor_nothing_is_staged() {
    on_cluster(6, |cluster| async move {
        cluster.set_down(|place| place < 4);
        let failed = cluster.stage("key", &body(BLOB, 21)).await.err();
        let expected = matches!(failed, Some(StageError::Blob(BlobError::BelowFloor { .. } | BlobError::NoPlacement)));
        assert!(expected, "{failed:?}");
        // Inline bodies need no disk.
        cluster.put("small", b"small").await;
        cluster.set_down(|_| false);
        cluster.sleep(5_000).await;
        cluster.put("key", &body(BLOB, 21)).await;
    });
}

#[test]
fn a_group_that_fails_under_the_puts_is_left_for_another() {
    on_cluster(6, |cluster| async move {
        for node in &cluster.nodes[..2] {
            node.faults.lock().puts_fail = true;
        }
        let body = body(3 * BLOB + 5, 22);
        cluster.put("key", &body).await;
        for node in &cluster.nodes[..2] {
            node.faults.lock().down = true;
        }
        assert!(cluster.get("key").await.unwrap() == body);
    });
}

#[test]
fn a_late_fragment_is_published_as_missing_and_cleared_when_it_comes() {
    on_cluster(6, |cluster| async move {
        cluster.nodes[3].faults.lock().put_delay = Duration::from_secs(3);
        let body = body(BLOB, 23);
        let began = cluster.context.clock.now();
        cluster.put("key", &body).await;
        assert!(cluster.context.clock.now() - began < Duration::from_secs(2));
        assert_eq!(degraded(&cluster).await, 1);
        assert!(cluster.get("key").await.unwrap() == body);
        cluster.sleep(10_000).await;
        assert_eq!(degraded(&cluster).await, 0);
        assert!(cluster.get("key").await.unwrap() == body);
    });
}

#[test]
fn late_fragments_hold_no_memory_while_the_body_goes_on() {
    let plan = Plan { stage_bytes: 4 * 6 * 64 * 1024, ..Plan::of(6) };
    on_planned(plan, |cluster| async move {
        cluster.nodes[3].faults.lock().put_delay = Duration::from_secs(2);
        let body = body(12 * BLOB, 28);
        cluster.put("key", &body).await;
        cluster.nodes[3].faults.lock().put_delay = Duration::ZERO;
        cluster.sleep(10_000).await;
        assert_eq!(degraded(&cluster).await, 0);
        assert!(cluster.get("key").await.unwrap() == body);
    });
}

#[test]
fn a_fragment_that_never_comes_is_given_up_and_its_disk_left_alone() {
    on_cluster(6, |cluster| async move {
        cluster.nodes[3].faults.lock().put_delay = Duration::from_secs(3_000);
        let before = cluster.objects.0.stage_budget.free_bytes();
        cluster.put("key", &body(BLOB, 27)).await;
        assert_eq!(degraded(&cluster).await, 1);
        cluster.sleep(6_000).await;
        assert_eq!(degraded(&cluster).await, 1);
        assert_eq!(cluster.objects.0.stage_budget.free_bytes(), before);
        assert!(!cluster.directory.is_up(DiskId(4)));
    });
}

#[test]
fn a_late_fragment_of_a_body_that_was_given_up_changes_nothing() {
    on_cluster(6, |cluster| async move {
        cluster.nodes[3].faults.lock().put_delay = Duration::from_secs(3);
        let staged = cluster.stage("key", &body(BLOB, 24)).await.unwrap();
        drop(staged);
        cluster.sleep(10_000).await;
        assert_eq!(degraded(&cluster).await, 0);
    });
}

#[test]
fn one_node_of_three_down_does_not_stop_writes() {
    on_cluster(3, |cluster| async move {
        let body = body(BLOB + 9, 25);
        cluster.set_down(|place| place == 0);
        cluster.put("key", &body).await;
        assert_ne!(degraded(&cluster).await, 0, "there is no smaller geometry than 1+2");
        cluster.set_down(|place| place == 1);
        cluster.forget_failures();
        assert!(cluster.get("key").await.unwrap() == body);
    });
}

#[test]
fn a_cluster_of_one_disk_stores_and_reads() {
    on_cluster(1, |cluster| async move {
        let body = body(2 * BLOB + 3, 26);
        cluster.put("key", &body).await;
        assert!(cluster.get("key").await.unwrap() == body);
        let staged = cluster.stage("other", &body).await.unwrap();
        cluster.objects.put(&cluster.bucket, put("other"), &staged).await.unwrap();
        assert!(cluster.get("other").await.unwrap() == body);
    });
}
