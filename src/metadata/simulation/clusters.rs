//! Whole clusters: they form, serve, and lose nothing.

use cairn_runtime::sim::SimWorld;
use cairn_types::ShardId;

use super::support::TestCluster;

#[test]
fn a_single_node_serves_what_was_written_to_it() {
    SimWorld::run(1, |world| async move {
        let cluster = TestCluster::created(&world, 1).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        cluster.put(&session, bucket, "a", "hello").await.unwrap();
        assert_eq!(cluster.get(bucket, "a").await.unwrap(), "hello");
    });
}

#[test]
fn three_nodes_elect_a_leader_for_each_shard_and_serve() {
    SimWorld::run(2, |world| async move {
        let cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        for number in 0..20 {
            cluster.put(&session, bucket, &format!("k{number}"), &format!("v{number}")).await.unwrap();
        }
        for number in 0..20 {
            assert_eq!(cluster.get(bucket, &format!("k{number}")).await.unwrap(), format!("v{number}"));
        }
        for shard in 0..3 {
            cluster.leader(ShardId(shard)).await;
        }
    });
}
