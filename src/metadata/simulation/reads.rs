//! Reads share rounds, or need none.

use cairn_runtime::sim::SimWorld;
use cairn_types::ShardId;
use futures::future::join_all;

use super::support::TestCluster;

async fn rounds(cluster: &TestCluster, shard: ShardId) -> u64 {
    let place = cluster.leader(shard).await;
    let status = cluster.node(place).service().status(cluster.deadline(5)).await.unwrap();
    status.shards.iter().find(|status| status.shard == shard).map(|status| status.read_rounds).unwrap()
}

#[test]
fn a_hundred_reads_at_once_share_a_few_rounds() {
    SimWorld::run(41, |world| async move {
        let cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        cluster.put(&session, bucket, "a", "hello").await.unwrap();
        cluster.get(bucket, "a").await.unwrap();
        let shard = cluster.shard_of(bucket).await;
        let before = rounds(&cluster, shard).await;
        let all = join_all((0..100).map(|_| cluster.get(bucket, "a"))).await;
        assert!(all.into_iter().all(|found| found.unwrap() == "hello"));
        let used = rounds(&cluster, shard).await - before;
        assert!((1..=20).contains(&used), "100 reads took {used} rounds");
    });
}

#[test]
fn a_lone_voter_reads_without_rounds() {
    SimWorld::run(42, |world| async move {
        let cluster = TestCluster::created(&world, 1).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        cluster.put(&session, bucket, "a", "hello").await.unwrap();
        cluster.get(bucket, "a").await.unwrap();
        let shard = cluster.shard_of(bucket).await;
        let before = rounds(&cluster, shard).await;
        for _ in 0..50 {
            assert_eq!(cluster.get(bucket, "a").await.unwrap(), "hello");
        }
        assert_eq!(rounds(&cluster, shard).await, before);
    });
}
