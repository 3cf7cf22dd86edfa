//! Crashes, partitions, damage.

use std::sync::Arc;

use cairn_catalog::query::Query;
use cairn_catalog::rows::Nothing;
use cairn_runtime::Context;
use cairn_runtime::sim::SimWorld;
use cairn_types::{NodeId, ShardId};

use super::support::{TestCluster, id, seconds, small_settings};
use crate::{MetadataError, NodeSettings, Route, ServiceError, ShardStatus, StartError};

async fn shard_status(cluster: &TestCluster, place: usize, shard: ShardId) -> ShardStatus {
    let status = cluster.node(place).service().status(cluster.deadline(5)).await.unwrap();
    status.shards.into_iter().find(|status| status.shard == shard).unwrap_or_default()
}

#[test]
fn acknowledged_writes_survive_the_loss_of_the_leader() {
    SimWorld::run(31, |world| async move {
        let mut cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        let shard = cluster.shard_of(bucket).await;
        for round in 0..3 {
            for number in 0..10 {
                cluster.put(&session, bucket, &format!("k{round}.{number}"), "kept").await.unwrap();
            }
            let leader = cluster.leader(shard).await;
            cluster.crash(leader).await;
            cluster.put(&session, bucket, &format!("k{round}.10"), "kept").await.unwrap();
            cluster.boot(leader).await;
        }
        for round in 0..3 {
            for number in 0..=10 {
                assert_eq!(cluster.get(bucket, &format!("k{round}.{number}")).await.unwrap(), "kept");
            }
        }
    });
}

#[test]
fn a_leader_without_a_majority_answers_nothing_and_the_others_go_on() {
    SimWorld::run(32, |world| async move {
        let cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        cluster.put(&session, bucket, "a", "old").await.unwrap();
        let shard = cluster.shard_of(bucket).await;
        let leader = cluster.leader(shard).await;
        let others: Vec<_> =
            (0..3).filter(|place| *place != leader).map(|place| cluster.hosts[place].address()).collect();
        let mut majority = others.clone();
        majority.push(world.node("test").unwrap().address());
        world.net().partition(&[cluster.hosts[leader].address()], &majority);
        cluster.put(&session, bucket, "a", "new").await.unwrap();
        let query = Arc::new(super::support::lookup(bucket, "a"));
        let stale = cluster.node(leader).service().query(shard, query, cluster.deadline(10)).await;
        assert!(stale.is_err(), "{stale:?}");
        world.net().heal_all();
        assert_eq!(cluster.get(bucket, "a").await.unwrap(), "new");
        cluster.sleep(seconds(10)).await;
        let last = shard_status(&cluster, cluster.leader(shard).await, shard).await.applied;
        assert_eq!(shard_status(&cluster, leader, shard).await.applied, last);
    });
}

#[test]
fn a_power_cut_of_all_nodes_loses_nothing_acknowledged() {
    SimWorld::run(33, |world| async move {
        let mut cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        for number in 0..30 {
            cluster.put(&session, bucket, &format!("k{number}"), "kept").await.unwrap();
        }
        for place in 0..3 {
            cluster.crash(place).await;
        }
        for place in 0..3 {
            cluster.boot(place).await;
        }
        for number in 0..30 {
            assert_eq!(cluster.get(bucket, &format!("k{number}")).await.unwrap(), "kept");
        }
        let generation = cluster.node(0).identity().unwrap().generation;
        assert_eq!(generation.0, 2);
    });
}

#[test]
fn a_member_that_was_away_while_the_log_was_cut_catches_up() {
    SimWorld::run(34, |world| async move {
        let settings = NodeSettings { entries_kept: 0, flush_interval: seconds(2), ..small_settings() };
        let mut cluster = TestCluster::created_with(&world, 3, settings).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        let shard = cluster.shard_of(bucket).await;
        let away = (cluster.leader(shard).await + 1) % 3;
        cluster.crash(away).await;
        for number in 0..400 {
            cluster.put(&session, bucket, &format!("k{number}"), &"x".repeat(9_000)).await.unwrap();
        }
        cluster.sleep(seconds(10)).await;
        let leader = cluster.leader(shard).await;
        let before = shard_status(&cluster, leader, shard).await;
        assert!(before.purged.0 > 400, "{before:?}");
        cluster.boot(away).await;
        cluster.sleep(seconds(20)).await;
        let caught_up = shard_status(&cluster, away, shard).await;
        assert_eq!(caught_up.applied, shard_status(&cluster, leader, shard).await.applied);
        assert!(caught_up.purged >= before.purged, "{caught_up:?}");
        // It serves alone with one other member.
        cluster.crash(leader).await;
        assert_eq!(cluster.get(bucket, "k0").await.unwrap().len(), 9_000);
        cluster.put(&session, bucket, "after", "all").await.unwrap();
    });
}

#[test]
fn nodes_with_empty_directories_wait_to_be_invited() {
    SimWorld::run(35, |world| async move {
        let cluster = TestCluster::vacant(&world, 3).await;
        cluster.sleep(seconds(120)).await;
        for place in 0..3 {
            assert_eq!(cluster.node(place).identity(), None);
            assert_eq!(cluster.node(place).started(cluster.deadline(1)).await, Err(StartError::NotInvited));
        }
        let asked = cluster.client.query(Route::ROOT, Query::Cluster(Nothing::default()), cluster.deadline(5)).await;
        assert_eq!(asked.err(), Some(MetadataError::Unavailable { shard: ShardId::ROOT }));
    });
}

#[test]
fn an_old_copy_of_a_directory_is_refused_for_good() {
    SimWorld::run(36, |world| async move {
        let mut cluster = TestCluster::created(&world, 3).await;
        cluster.crash(0).await;
        let (disk, kv) = (cluster.hosts[0].disk("meta").fork(), cluster.hosts[0].kv("meta").fork());
        cluster.boot(0).await;
        cluster.node(0).started(cluster.deadline(60)).await.unwrap();
        cluster.crash(0).await;
        for _ in 0..2 {
            let context = cluster.hosts[0].restart();
            let parts = crate::NodeParts {
                context: context.clone(),
                disk: disk.mount(),
                kv: kv.mount(),
                directory: cluster.client.directory().clone(),
            };
            let copy = crate::MetadataNode::open(parts, small_settings()).await.unwrap();
            let started = copy.started(cluster.deadline(20)).await;
            assert!(matches!(started, Err(StartError::Quarantined(_))), "{started:?}");
            let query = Arc::new(Query::Cluster(Nothing::default()));
            let answer = copy.service().query(ShardId::ROOT, query, cluster.deadline(1)).await;
            assert_eq!(answer.err(), Some(ServiceError::Quarantined));
            copy.stop().await;
            disk.unmount();
            kv.crash(cairn_runtime::sim::KvCrash::KeepUnflushed);
        }
    });
}

#[test]
fn damage_below_the_synced_end_of_the_log_quarantines_the_node() {
    SimWorld::run(37, |world| async move {
        let mut cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        for number in 0..20 {
            cluster.put(&session, bucket, &format!("k{number}"), "kept").await.unwrap();
        }
        cluster.crash(0).await;
        let disk = cluster.hosts[0].disk("meta");
        let name = disk.mount().list("log").await.unwrap().into_iter().find(|name| name.ends_with(".journal")).unwrap();
        disk.flip_bit(&format!("log/{name}"), 3 * 4_096 + 80, 3).unwrap();
        cluster.boot(0).await;
        assert!(cluster.node(0).quarantine().is_some());
        let call = crate::VoteCall { from: id(1), recipient: id(0), ..crate::VoteCall::default() };
        let vote = cluster.node(0).service().vote(call, cluster.deadline(1)).await;
        assert_eq!(vote.err(), Some(ServiceError::Quarantined));
        // The others serve.
        assert_eq!(cluster.get(bucket, "k7").await.unwrap(), "kept");
    });
}

#[test]
fn one_of_three_goes_on_alone_after_recovery_and_gets_new_members() {
    SimWorld::run(38, |world| async move {
        let mut cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        for number in 0..20 {
            cluster.put(&session, bucket, &format!("k{number}"), "kept").await.unwrap();
        }
        cluster.sleep(seconds(5)).await;
        for place in 0..3 {
            cluster.crash(place).await;
        }
        let context = cluster.hosts[0].restart();
        let (disk, kv) = (cluster.hosts[0].disk("meta"), cluster.hosts[0].kv("meta"));
        let recovered = crate::recover(&context, disk.mount(), kv.mount()).await.unwrap();
        assert_eq!(recovered.node, id(0));
        assert!(recovered.faults.is_empty());
        assert!(recovered.shards.iter().all(|shard| shard.lost_members == [id(1), id(2)]), "{recovered:?}");
        cluster.hosts[0].kill().await;
        cluster.boot(0).await;
        for number in 0..20 {
            assert_eq!(cluster.get(bucket, &format!("k{number}")).await.unwrap(), "kept");
        }
        cluster.put(&session, bucket, "after", "recovery").await.unwrap();
        add_fresh_members(&mut cluster).await;
        cluster.crash(0).await;
        assert_eq!(cluster.get(bucket, "k3").await.unwrap(), "kept");
        assert_eq!(cluster.get(bucket, "after").await.unwrap(), "recovery");
    });
}

/// Two wiped hosts join again under new ids, in place of the lost members.
async fn add_fresh_members(cluster: &mut TestCluster) {
    for place in 1..3 {
        cluster.hosts[place].disk("meta").wipe();
        cluster.hosts[place].kv("meta").wipe();
        cluster.boot(place).await;
        let new = NodeId(id(place).0 + 10);
        let service = cluster.client.directory().get(id(place)).unwrap();
        cluster.client.directory().remove(id(place));
        cluster.client.directory().put(new, service);
        cluster.rename(place, new);
        crate::add_member(&cluster.client, new, cluster.deadline(120)).await.unwrap();
    }
    let map = cluster.client.refresh_shard_map(cluster.deadline(10)).await.unwrap();
    assert_eq!(map.root_members, [id(0), id(1), id(2), NodeId(12), NodeId(13)]);
    for lost in 1..3 {
        crate::remove_member(&cluster.client, id(lost), cluster.deadline(120)).await.unwrap();
    }
    Context::current().clock.sleep(seconds(5)).await;
}
