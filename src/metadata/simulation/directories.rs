//! Directories: whose they are, and how much space their logs take.

use std::sync::Arc;

use cairn_runtime::disk::Disk;
use cairn_runtime::sim::SimWorld;
use cairn_types::{ClusterId, ShardId};

use super::support::{CLUSTER, TestCluster, new_cluster, seconds, small_settings};
use crate::{
    CreateClusterError, Directory, JoinCall, MetadataNode, NodeParts, NodeSettings, OpenNodeError, RecoverError,
    ServiceError, create_cluster, recover,
};

fn log_files(names: &[String]) -> usize {
    names.iter().filter(|name| name.ends_with(".journal")).count()
}

#[test]
fn files_of_the_log_are_given_back_and_what_is_left_replays() {
    SimWorld::run(71, |world| async move {
        let settings = NodeSettings { entries_kept: 10, flush_interval: seconds(2), ..small_settings() };
        let mut cluster = TestCluster::created_with(&world, 1, settings).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        for number in 0..600 {
            cluster.put(&session, bucket, &format!("k{number}"), &"x".repeat(12_000)).await.unwrap();
        }
        cluster.sleep(seconds(30)).await;
        let names = cluster.hosts[0].disk("meta").mount().list("log").await.unwrap();
        assert!(log_files(&names) <= 9, "{names:?}");
        for _ in 0..2 {
            cluster.crash(0).await;
            cluster.boot(0).await;
            cluster.node(0).started(cluster.deadline(30)).await.unwrap();
        }
        for number in 0..600 {
            assert_eq!(cluster.get(bucket, &format!("k{number}")).await.unwrap().len(), 12_000);
        }
    });
}

#[test]
fn a_node_belongs_to_one_cluster_under_one_id() {
    SimWorld::run(72, |world| async move {
        let cluster = TestCluster::created(&world, 1).await;
        let service = cluster.node(0).service();
        let other = JoinCall { cluster: ClusterId([9; 16]), node: super::support::id(0), ..JoinCall::default() };
        assert_eq!(service.join(other, cluster.deadline(5)).await.err(), Some(ServiceError::Foreign));
        let renamed = JoinCall { cluster: CLUSTER, node: super::support::id(7), ..JoinCall::default() };
        assert_eq!(service.join(renamed, cluster.deadline(5)).await.err(), Some(ServiceError::Foreign));
        // To make the same cluster again changes nothing.
        create_cluster(&cluster.client, new_cluster(1), cluster.deadline(60)).await.unwrap();
        let nobody = create_cluster(&cluster.client, new_cluster(0), cluster.deadline(5)).await;
        assert!(matches!(nobody, Err(CreateClusterError::Founders)));
    });
}

#[test]
fn a_log_without_an_identity_and_an_empty_directory_are_told_apart() {
    SimWorld::run(73, |world| async move {
        let mut cluster = TestCluster::created(&world, 1).await;
        cluster.crash(0).await;
        let context = cluster.hosts[0].restart();
        let disk: Arc<dyn Disk> = cluster.hosts[0].disk("meta").mount();
        disk.remove("metadata.identity").await.unwrap();
        let kv = cluster.hosts[0].kv("meta").mount();
        let parts = NodeParts {
            context: context.clone(),
            disk: Arc::clone(&disk),
            kv: Arc::clone(&kv),
            directory: Directory::new(),
        };
        let opened = MetadataNode::open(parts, small_settings()).await;
        assert!(matches!(opened.err(), Some(OpenNodeError::LogWithoutIdentity)));
        assert!(matches!(recover(&context, disk, kv).await, Err(RecoverError::Vacant)));
    });
}

#[test]
fn one_seed_gives_one_run() {
    let run = || {
        SimWorld::run(74, |world| async move {
            let mut cluster = TestCluster::created(&world, 3).await;
            let session = cluster.session().await;
            let bucket = cluster.bucket(&session, "first").await;
            cluster.put(&session, bucket, "a", "one").await.unwrap();
            let leader = cluster.leader(ShardId::ROOT).await;
            cluster.crash(leader).await;
            cluster.put(&session, bucket, "a", "two").await.unwrap();
        })
    };
    let (first, second) = (run(), run());
    assert_eq!(first.events, second.events);
    assert_eq!(first.digest, second.digest);
}
