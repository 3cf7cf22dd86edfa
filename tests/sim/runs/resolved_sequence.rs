use cairn_catalog::reply::Reply;

use crate::cluster::Moment;

use super::{BUCKET, LARGE, SMALL, body, simulate, sleep, told};

#[test]
fn a_publish_that_arrives_after_its_blobs_were_resolved_is_refused() {
    simulate(121, |stage| async move {
        let stop = stage.cluster.stop_every(Moment::BeforeIt, "delayed");
        let answer = stage.begin_put(0, "delayed", body(2, LARGE)).await.unwrap();
        assert!(told(answer) >= 500, "the gateway gave up");
        // The session lives on, and says in every shard that the blobs of that body are no longer in use.
        assert_eq!(told(stage.s3.put(0, BUCKET, "other", body(3, SMALL)).await), 200);
        sleep(30).await;
        assert_eq!(told(stage.s3.put(0, BUCKET, "other", body(4, SMALL)).await), 200);
        stop.release();
        let replies = stop.replies(stop.held()).await;
        let refused = |reply: &Reply| matches!(reply, Reply::Refused(_));
        assert!(!replies.is_empty() && replies.iter().all(refused), "{replies:?}");
        assert_eq!(stage.reads("delayed").await, None);
        stage.cluster.collect().await;
        assert_eq!(stage.reads("other").await, Some(body(4, SMALL)));
    });
}
