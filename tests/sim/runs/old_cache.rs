use bytes::Bytes;
use cairn_catalog::command::SetBucketDocument;
use cairn_catalog::reply::{Refusal, Reply};
use cairn_metadata::{SessionOwner, WriterSession, set_bucket_document};
use cairn_types::NodeId;

use crate::checks::bucket_id;
use crate::cluster::{Moment, deadline};

use super::{BUCKET, LARGE, Stage, body, simulate, told};

/// Changes the bucket's configuration; returns once every shard has recorded it.
async fn change_configuration(stage: &Stage) {
    let owner = SessionOwner { node: NodeId(1), purpose: "test".to_owned() };
    let session = WriterSession::open(stage.cluster.catalog.clone(), owner, deadline()).await.unwrap();
    let change = SetBucketDocument {
        bucket: bucket_id(&stage.cluster, BUCKET).await,
        sub_resource: "tagging".to_owned(),
        document: Some(Bytes::from_static(b"<Tagging/>")),
        ..SetBucketDocument::default()
    };
    set_bucket_document(&session, change, deadline()).await.unwrap();
}

#[test]
fn a_write_decided_under_an_old_configuration_is_refused_and_decided_anew() {
    simulate(151, |stage| async move {
        let stop = stage.cluster.stop_next(Moment::BeforeIt, "governed");
        let put = stage.begin_put(0, "governed", body(2, LARGE));
        stop.reached().await;
        change_configuration(&stage).await;
        stop.release();
        let replies = stop.replies(1).await;
        assert!(matches!(replies[0], Reply::Refused(Refusal::StaleConfiguration(_))), "{replies:?}");
        assert_eq!(told(put.await.unwrap()), 200, "the gateway looks the configuration up and goes on");
        assert_eq!(stage.reads("governed").await, Some(body(2, LARGE)));
    });
}

#[test]
fn a_gateway_whose_cache_is_old_serves_under_the_new_configuration() {
    simulate(152, |stage| async move {
        for round in 0..3 {
            change_configuration(&stage).await;
            for gateway in 0..2 {
                assert_eq!(told(stage.s3.get(gateway, BUCKET, "warm").await), 200);
                assert_eq!(told(stage.s3.put(gateway, BUCKET, "warm", body(round, LARGE)).await), 200);
            }
        }
    });
}

#[test]
fn a_bucket_made_anew_by_another_gateway_is_the_one_that_an_old_cache_serves() {
    simulate(153, |stage| async move {
        assert_eq!(told(stage.s3.delete(1, BUCKET, "warm").await), 204);
        assert_eq!(told(stage.s3.delete_bucket(1, BUCKET).await), 204);
        assert_eq!(told(stage.s3.create_bucket(1, BUCKET).await), 200);
        // A body that was staged for the old bucket cannot go into the new one: its client is told to try again.
        let first = told(stage.s3.put(0, BUCKET, "new", body(2, LARGE)).await);
        assert!(matches!(first, 200 | 503), "{first}");
        assert_eq!(told(stage.s3.put(0, BUCKET, "new", body(3, LARGE)).await), 200);
        assert_eq!(stage.reads("new").await, Some(body(3, LARGE)));
        assert_eq!(stage.reads("warm").await, None);
    });
}
