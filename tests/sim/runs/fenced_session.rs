use cairn_catalog::reply::{Refusal, Reply};

use crate::checks::nothing_is_left;
use crate::cluster::{Link, Moment};

use super::{BUCKET, LARGE, body, simulate, sleep, told};

#[test]
fn a_publish_that_arrives_after_its_session_was_fenced_is_refused_and_collected() {
    simulate(111, |stage| async move {
        let cluster = &stage.cluster;
        let stop = cluster.stop_every(Moment::BeforeIt, "delayed");
        let put = stage.begin_put(0, "delayed", body(2, LARGE));
        stop.reached().await;
        // Its gateway is gone for the cluster; the command is still on its way.
        let before = cluster.sessions().await;
        cluster.part_gateway(0, Link::Cut);
        while cluster.sessions().await.len() >= before.len() {
            sleep(1).await;
        }
        // The root knows; the shards are told next.
        sleep(5).await;
        stop.release();
        let replies = stop.replies(stop.held()).await;
        let fenced = |reply: &Reply| matches!(reply, Reply::Refused(Refusal::Fenced(_)));
        assert!(!replies.is_empty() && replies.iter().all(fenced), "{replies:?}");
        let answer = put.await.unwrap();
        assert!(
            answer.as_ref().map_or(true, |answer| answer.status() >= 500),
            "nobody says that it is there: {answer:?}"
        );

        cluster.part_gateway(0, Link::Whole);
        sleep(15).await;
        assert_eq!(stage.reads("delayed").await, None);
        assert_eq!(told(stage.s3.put(0, BUCKET, "delayed", body(3, LARGE)).await), 200, "it goes on in a new session");
        assert_eq!(stage.reads("delayed").await, Some(body(3, LARGE)));
        assert_eq!(told(stage.s3.delete(0, BUCKET, "delayed").await), 204);
        assert_eq!(nothing_is_left(cluster).await, Ok(()), "what the refused publish staged is collected");
    });
}
