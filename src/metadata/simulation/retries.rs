//! A command takes effect once, whatever is lost on the way.

use cairn_catalog::command::{
    BucketScope, CommandBody, CompleteUpload, CreateUpload, DeleteConditions, DeleteObject, DeleteTarget, ListedPart,
    Precondition, PublishPart,
};
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::{BodyFacts, Nothing, ObjectMeta, VersioningMode};
use cairn_runtime::Context;
use cairn_runtime::sim::SimWorld;
use cairn_types::UploadId;

use super::support::{TestCluster, owner, publish, scope, seconds};
use crate::{MetadataError, Route, WriterSession};

/// Submits `body` to a leader whose answers are lost and that dies before it can repeat them.
async fn submit_and_lose_the_reply(
    cluster: &mut TestCluster,
    session: &WriterSession,
    bucket: BucketScope,
    body: CommandBody,
) -> Result<Reply, MetadataError> {
    let shard = cluster.shard_of(bucket).await;
    let leader = cluster.leader(shard).await;
    let (here, there) = (cluster.world.node("test").unwrap().address(), cluster.hosts[leader].address());
    cluster.world.net().cut_one_way(there, here);
    let (session, deadline) = (session.clone(), cluster.deadline(60));
    let submitted = Context::current().tasks.spawn("submit", cairn_runtime::OnExit::Ignore, async move {
        session.submit(Route::Shard(shard), body, deadline).await
    });
    cluster.sleep(seconds(1)).await;
    cluster.crash(leader).await;
    cluster.world.net().heal_all();
    let reply = submitted.await.unwrap();
    cluster.boot(leader).await;
    reply
}

#[test]
fn a_conditional_put_whose_reply_was_lost_is_told_that_it_won() {
    SimWorld::run(21, |world| async move {
        let mut cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        cluster.put(&session, bucket, "warm", "up").await.unwrap();
        let absent = || Precondition::Absent(Nothing::default());
        let body = publish(bucket, "a", "mine", absent());
        let reply = submit_and_lose_the_reply(&mut cluster, &session, bucket, body).await;
        assert!(matches!(reply, Ok(Reply::Published(_))), "{reply:?}");
        let again = cluster.put_if(&session, bucket, "a", "other", absent()).await;
        assert_eq!(again, Err(MetadataError::Refused(Refusal::PreconditionFailed(Nothing::default()))));
        assert_eq!(cluster.get(bucket, "a").await.unwrap(), "mine");
    });
}

#[test]
fn a_delete_whose_reply_was_lost_says_what_it_deleted() {
    SimWorld::run(22, |world| async move {
        let mut cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        let published = cluster.put(&session, bucket, "a", "gone soon").await.unwrap();
        let body = CommandBody::DeleteObject(Box::new(DeleteObject {
            scope: scope(bucket, "a"),
            versioning: VersioningMode::Off,
            target: DeleteTarget::Latest(Nothing::default()),
            conditions: DeleteConditions::default(),
            owner: owner(),
            ..DeleteObject::default()
        }));
        let reply = submit_and_lose_the_reply(&mut cluster, &session, bucket, body).await.unwrap();
        let Reply::Deleted(deleted) = reply else { panic!("not a reply to a delete: {reply:?}") };
        assert_eq!(deleted.version.map(|version| version.order), Some(published.order));
        assert!(cluster.get(bucket, "a").await.is_err());
    });
}

#[test]
fn a_complete_whose_reply_was_lost_is_complete() {
    SimWorld::run(23, |world| async move {
        let mut cluster = TestCluster::created(&world, 3).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "first").await;
        let upload = UploadId([7; 16]);
        let route = Route::Key(bucket.bucket, b"a");
        let create = CreateUpload {
            scope: scope(bucket, "a"),
            upload,
            initiator: owner(),
            meta: ObjectMeta { owner: owner(), ..ObjectMeta::default() },
            ..CreateUpload::default()
        };
        session.submit(route, CommandBody::CreateUpload(Box::new(create)), cluster.deadline(30)).await.unwrap();
        let facts = BodyFacts { size: 4, ..BodyFacts::default() };
        let part = PublishPart {
            scope: scope(bucket, "a"),
            upload,
            number: 1,
            facts: facts.clone(),
            body: cairn_catalog::command::Body::Inline("part".into()),
            ..PublishPart::default()
        };
        let part = session.submit(route, CommandBody::PublishPart(Box::new(part)), cluster.deadline(30)).await;
        let Ok(Reply::PartPublished(part)) = part else { panic!("not a reply to a part: {part:?}") };
        let complete = CompleteUpload {
            scope: scope(bucket, "a"),
            versioning: VersioningMode::Off,
            upload,
            parts: vec![ListedPart { number: 1, attempt: Some(part.attempt) }],
            facts,
            ..CompleteUpload::default()
        };
        let body = CommandBody::CompleteUpload(Box::new(complete));
        let reply = submit_and_lose_the_reply(&mut cluster, &session, bucket, body).await;
        assert!(matches!(reply, Ok(Reply::Completed(_))), "{reply:?}");
        assert_eq!(cluster.get(bucket, "a").await.unwrap(), "part");
    });
}
