use cairn_catalog::reply::{Refusal, Reply};

use crate::checks::nothing_is_left;
use crate::cluster::{Moment, Stop};

use super::{BUCKET, LARGE, SMALL, Stage, body, simulate, sleep, told};

/// A publish is on its way until its gateway has given up, and has said in every shard that the blobs of that body are no
/// longer in use.
async fn delay_until_resolved(stage: &Stage) -> Stop {
    let stop = stage.cluster.stop_every(Moment::BeforeIt, "delayed");
    let answer = stage.begin_put(0, "delayed", body(2, LARGE)).await.expect("a client goes on to the end");
    assert!(told(answer) >= 500, "the gateway gave up");
    assert_eq!(told(stage.s3.put(0, BUCKET, "other", body(3, SMALL)).await), 200, "its session lives on");
    sleep(30).await;
    assert_eq!(told(stage.s3.put(0, BUCKET, "other", body(4, SMALL)).await), 200);
    stop
}

/// Nothing is seen of the refused publish, and its blobs are collected.
async fn leaves_no_trace(stage: &Stage) {
    assert_eq!(stage.reads("delayed").await, None);
    assert_eq!(nothing_is_left(&stage.cluster).await, Ok(()));
    assert_eq!(stage.reads("other").await, Some(body(4, SMALL)));
}

#[test]
fn a_publish_that_arrives_after_its_blobs_were_resolved_is_refused() {
    simulate(121, |stage| async move {
        let stop = delay_until_resolved(&stage).await;
        stop.release();
        let replies = stop.replies(stop.held()).await;
        // The gateway gave the request up with its blobs: the shard refuses it before it looks at them.
        let refused = |reply: &Reply| matches!(reply, Reply::Refused(Refusal::BelowRequestFloor(_)));
        assert!(!replies.is_empty() && replies.iter().all(refused), "{replies:?}");
        leaves_no_trace(&stage).await;
    });
}

#[test]
fn a_resolved_blob_is_refused_for_its_own_sake_whatever_command_brings_it() {
    simulate(122, |stage| async move {
        let stop = delay_until_resolved(&stage).await;
        stop.release_renumbered();
        let replies = stop.replies(stop.held()).await;
        let refused = |reply: &Reply| matches!(reply, Reply::Refused(Refusal::BlobNotIntroducible(_)));
        assert!(!replies.is_empty() && replies.iter().all(refused), "{replies:?}");
        leaves_no_trace(&stage).await;
    });
}
