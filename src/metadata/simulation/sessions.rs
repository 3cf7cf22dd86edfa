//! Sessions: fenced when they are not renewed, and followed by another.

use std::sync::Arc;

use cairn_catalog::command::{Command, CommandBody};
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::Nothing;
use cairn_runtime::sim::SimWorld;
use cairn_types::{BlobSequence, LogIndex, RequestNumber, ShardId};

use super::support::{TestCluster, seconds};
use crate::{MetadataError, Route};

#[test]
fn a_session_that_is_not_renewed_is_fenced_in_every_shard_and_followed_by_another() {
    SimWorld::run(51, |world| async move {
        let cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        let fenced = session.id();
        let here = [world.node("test").unwrap().address()];
        let there: Vec<_> = cluster.hosts.iter().map(|host| host.address()).collect();
        world.net().partition(&here, &there);
        cluster.sleep(seconds(60)).await;
        world.net().heal_all();
        for shard in 1..3 {
            let command = Command {
                session: fenced,
                number: RequestNumber(1_000),
                body: CommandBody::Noop(Nothing::default()),
                ..Command::default()
            };
            let refused = cluster.client.submit_to(ShardId(shard), Arc::new(command), cluster.deadline(30)).await;
            assert_eq!(refused, Err(MetadataError::Refused(Refusal::Fenced(Nothing::default()))));
        }
        cluster.sleep(seconds(20)).await;
        assert!(session.id() > fenced);
        cluster.put(&session, bucket, "a", "under the next session").await.unwrap();
    });
}

#[test]
fn a_renewed_session_outlives_the_leaders_of_the_root() {
    SimWorld::run(52, |world| async move {
        let mut cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        let opened = session.id();
        for _ in 0..3 {
            let leader = cluster.leader(ShardId::ROOT).await;
            cluster.crash(leader).await;
            cluster.sleep(seconds(40)).await;
            cluster.boot(leader).await;
            cluster.sleep(seconds(40)).await;
        }
        assert_eq!(session.id(), opened);
        cluster.put(&session, bucket, "a", "still open").await.unwrap();
    });
}

#[test]
fn a_closed_session_is_lost_to_its_owner() {
    SimWorld::run(53, |world| async move {
        let cluster = TestCluster::created(&world, 1).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        session.close(cluster.deadline(30)).await.unwrap();
        cluster.sleep(seconds(5)).await;
        let lost = cluster.put(&session, bucket, "a", "too late").await;
        assert_eq!(lost, Err(MetadataError::SessionLost { session: session.id() }));
    });
}

#[test]
fn shards_hear_which_blobs_are_resolved_and_the_root_of_open_reads() {
    SimWorld::run(54, |world| async move {
        let cluster = TestCluster::created(&world, 1).await;
        let session = cluster.session().await;
        let (kept, dropped) = (session.next_blob(), session.next_blob());
        assert_eq!(kept.blob().sequence, BlobSequence(1));
        drop(dropped);
        session.raise_floors(cluster.deadline(30)).await.unwrap();
        let query = cairn_catalog::query::Query::Session(cairn_catalog::query::SessionState { session: session.id() });
        let answer = cluster.client.query(Route::Shard(ShardId(1)), query, cluster.deadline(30)).await.unwrap();
        let cairn_catalog::query::Answer::Session(standing) = answer else { panic!("{answer:?}") };
        let row = standing.row.unwrap();
        assert_eq!(row.blob_floor, BlobSequence(3));
        assert!(!row.is_resolved(BlobSequence(1)));
        assert!(row.is_resolved(BlobSequence(2)));
        let read = session.open_read(ShardId(1), LogIndex(5));
        cluster.sleep(seconds(60)).await;
        let oldest = cluster.client.oldest_reads(cluster.deadline(30)).await.unwrap();
        assert_eq!(oldest, [(ShardId(1), LogIndex(5))].into());
        drop(read);
        cluster.sleep(seconds(10)).await;
        assert!(cluster.client.oldest_reads(cluster.deadline(30)).await.unwrap().is_empty());
    });
}

#[test]
fn a_command_without_a_session_that_needs_one_is_refused() {
    SimWorld::run(55, |world| async move {
        let cluster = TestCluster::created(&world, 1).await;
        let body = CommandBody::ResolveBlobs(cairn_catalog::command::ResolveBlobs::default());
        let refused = cluster.client.submit(Route::Shard(ShardId(1)), body, cluster.deadline(30)).await;
        assert_eq!(refused, Err(MetadataError::Refused(Refusal::SessionRequired(Nothing::default()))));
        let noop =
            cluster.client.submit(Route::ROOT, CommandBody::Noop(Nothing::default()), cluster.deadline(30)).await;
        assert_eq!(noop, Ok(Reply::done()));
    });
}
