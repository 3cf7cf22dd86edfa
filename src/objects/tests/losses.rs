//! Lost, rotten and slow fragments.

use std::time::Duration;

use super::support::{BLOB, body, collect, on_cluster};
use crate::ReadError;

#[test]
fn every_loss_of_up_to_m_disks_reads_back() {
    on_cluster(6, |cluster| async move {
        let body = body(2 * BLOB + 12_345, 9);
        cluster.put("key", &body).await;
        for first in 0..6 {
            for second in first..6 {
                cluster.set_down(|place| place == first || place == second);
                assert!(cluster.get("key").await.unwrap() == body, "without {first} and {second}");
                cluster.forget_failures();
            }
        }
    });
}

#[test]
fn with_too_few_fragments_a_read_fails_and_comes_back_with_them() {
    on_cluster(6, |cluster| async move {
        let body = body(BLOB, 9);
        cluster.put("key", &body).await;
        cluster.set_down(|place| place < 3);
        let failed = cluster.get("key").await;
        assert!(matches!(failed, Err(ReadError::TooFewFragments { needed: 4, .. })), "{failed:?}");
        cluster.set_down(|_| false);
        cluster.forget_failures();
        assert!(cluster.get("key").await.unwrap() == body);
    });
}

#[test]
fn rotten_cells_are_never_handed_out() {
    on_cluster(6, |cluster| async move {
        let body = body(3 * BLOB + 1, 10);
        cluster.put("key", &body).await;
        for rotten in 0..6 {
            cluster.nodes[rotten].faults.lock().rotten = true;
            cluster.nodes[(rotten + 1) % 6].faults.lock().rotten = true;
            assert!(cluster.get("key").await.unwrap() == body);
            cluster.nodes[rotten].faults.lock().rotten = false;
            cluster.nodes[(rotten + 1) % 6].faults.lock().rotten = false;
        }
        for node in &cluster.nodes[..3] {
            node.faults.lock().rotten = true;
        }
        assert!(matches!(cluster.get("key").await, Err(ReadError::TooFewFragments { .. })));
    });
}

#[test]
fn a_slow_disk_is_hedged() {
    on_cluster(6, |cluster| async move {
        let body = body(2 * BLOB, 11);
        cluster.put("key", &body).await;
        for _ in 0..64 {
            cluster.get("key").await.unwrap();
        }
        for slow in 0..6 {
            cluster.nodes[slow].faults.lock().read_delay = Duration::from_secs(5);
            let began = cluster.context.clock.now();
            let read = cluster.open("key").await;
            assert!(collect(read.stream(0..body.len() as u64)).await.unwrap() == body);
            let took = cluster.context.clock.now() - began;
            assert!(took < Duration::from_millis(500), "{took:?} with disk {slow} slow");
            cluster.nodes[slow].faults.lock().read_delay = Duration::ZERO;
        }
    });
}

#[test]
fn m_slow_disks_cost_time_and_no_bytes() {
    on_cluster(6, |cluster| async move {
        let body = body(BLOB + 7, 12);
        cluster.put("key", &body).await;
        for node in &cluster.nodes[..2] {
            node.faults.lock().read_delay = Duration::from_secs(60);
        }
        assert!(cluster.get("key").await.unwrap() == body);
    });
}
