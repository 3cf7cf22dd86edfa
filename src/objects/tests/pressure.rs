//! Many bodies, little room.

use std::time::Duration;

use futures::future::join_all;

use super::support::{BLOB, Plan, body, on_planned, put};

#[test]
fn uploads_do_not_wait_for_each_other_in_a_circle() {
    // Every disk takes two fragments at once, and the gateway three blobs.
    let plan = Plan { room_bytes: 2 * 64 * 1024, stage_bytes: 3 * 6 * 64 * 1024, ..Plan::of(6) };
    on_planned(plan, |cluster| async move {
        let cluster = &cluster;
        let uploads = (0..64_u64).map(|number| async move {
            let (name, body) = (format!("key {number}"), body(2 * BLOB + 1_000 * number as usize, number));
            let staged = cluster.stage(&name, &body).await.unwrap();
            cluster.objects.put(&cluster.bucket, put(&name), &staged).await.unwrap();
            assert!(cluster.get(&name).await.unwrap() == body);
        });
        join_all(uploads).await;
    });
}

#[test]
fn uploads_at_disks_that_are_busy_for_long_wait_for_their_turn() {
    // 64 uploads of two blobs, one blob after the other, each of which takes a disk some time: a minute in all.
    let slow = Duration::from_millis(450);
    for (room_bytes, stage_bytes) in [(64 * 1024, 64 * 6 * 64 * 1024), (64 * 64 * 1024, 6 * 64 * 1024)] {
        let plan = Plan { room_bytes, stage_bytes, ..Plan::of(6) };
        on_planned(plan, |cluster| async move {
            let cluster = &cluster;
            cluster.nodes.iter().for_each(|node| node.faults.lock().put_delay = slow);
            let began = cluster.context.clock.now();
            let uploads = (0..64_u64).map(|number| async move {
                let (name, body) = (format!("key {number}"), body(2 * BLOB, number));
                cluster.put(&name, &body).await;
            });
            join_all(uploads).await;
            assert!(cluster.context.clock.now() - began > Duration::from_secs(50), "nobody had to wait for long");
        });
    }
}

#[test]
fn memory_is_given_back() {
    on_planned(Plan::of(6), |cluster| async move {
        let before = cluster.objects.0.stage_budget.free_bytes();
        cluster.put("key", &body(5 * BLOB, 1)).await;
        drop(cluster.stage("other", &body(5 * BLOB, 2)).await.unwrap());
        cluster.get("key").await.unwrap();
        cluster.sleep(1_000).await;
        assert_eq!(cluster.objects.0.stage_budget.free_bytes(), before);
    });
}
