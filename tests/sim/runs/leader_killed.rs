use cairn_catalog::command::CommandBody;
use cairn_runtime::sim::Random;

use crate::cluster::{Moment, Wanted};
use crate::workload::Bodies;

use super::{BUCKET, LARGE, SMALL, Stage, body, is_under_way, simulate, told};

/// Waits until a command about `needle` was applied, and cuts the power of its leader before the reply leaves.
async fn kill_between_commit_and_reply(stage: &Stage, needle: &str) -> usize {
    let stop = stage.cluster.stop_next(Moment::AfterIt, needle);
    let place = stage.cluster.metadata_place(&stop.reached().await);
    stage.cluster.crash_metadata(place).await;
    place
}

#[test]
fn a_conditional_put_is_told_that_it_won_though_the_leader_died_before_its_reply() {
    for (seed, len) in [(161, SMALL), (162, LARGE)] {
        simulate(seed, |stage| async move {
            let create = ("if-none-match", "*".to_owned());
            let put = stage.begin(|s3| async move { s3.put_if(0, BUCKET, "won", body(2, len), create).await });
            let place = kill_between_commit_and_reply(&stage, "won").await;
            assert_eq!(told(put.await.unwrap()), 200);
            stage.cluster.start_metadata(place).await;
            assert_eq!(stage.reads("won").await, Some(body(2, len)));
        });
    }
}

#[test]
fn a_complete_succeeds_once_though_the_leader_died_before_its_reply() {
    simulate(163, |stage| async move {
        let (etag, parts) = Bodies::default().draw_parts(&mut Random::new(163), &[LARGE]);
        let created = stage.s3.create_upload(0, BUCKET, "assembled").await.unwrap();
        let upload = created.text("UploadId").expect("an upload has an id");
        let sent = stage.s3.upload_part(0, (BUCKET, "assembled", &upload), 1, parts[0].clone()).await.unwrap();
        let etags = [sent.etag().expect("a part has a tag")];
        let complete =
            stage.begin(|s3| async move { s3.complete_upload(0, (BUCKET, "assembled", &upload), &etags).await });
        let place = kill_between_commit_and_reply(&stage, "assembled").await;
        let answer = complete.await.unwrap().unwrap();
        assert_eq!((answer.status(), answer.etag()), (200, Some(etag)));
        stage.cluster.start_metadata(place).await;
        assert!(stage.reads("assembled").await.as_ref() == Some(&parts[0]));
    });
}

#[test]
fn a_delete_succeeds_though_the_leader_died_before_its_reply() {
    simulate(164, |stage| async move {
        assert_eq!(told(stage.s3.put(1, BUCKET, "doomed", body(2, LARGE)).await), 200);
        let delete = stage.begin(|s3| async move { s3.delete(0, BUCKET, "doomed").await });
        let place = kill_between_commit_and_reply(&stage, "doomed").await;
        assert_eq!(told(delete.await.unwrap()), 204);
        stage.cluster.start_metadata(place).await;
        assert_eq!(stage.reads("doomed").await, None);
    });
}

#[test]
fn a_delete_that_is_asked_again_leaves_what_was_written_since() {
    simulate(165, |stage| async move {
        assert_eq!(told(stage.s3.put(1, BUCKET, "doomed", body(2, LARGE)).await), 200);
        let applied = stage.cluster.stop_next(Moment::AfterIt, "doomed");
        let mut delete = stage.begin(|s3| async move { s3.delete(0, BUCKET, "doomed").await });
        let leader = stage.cluster.metadata_place(&applied.reached().await);
        let is_delete = |body: &CommandBody| matches!(body, CommandBody::DeleteObject(_));
        let again = stage.cluster.stop_every(Moment::BeforeIt, Wanted::from("doomed").only(is_delete));
        stage.cluster.crash_metadata(leader).await;
        assert_eq!(told(stage.s3.put(1, BUCKET, "doomed", body(3, LARGE)).await), 200);
        assert!(is_under_way(&mut delete), "it is asked again after what the other client wrote");
        again.release();
        assert_eq!(told(delete.await.unwrap()), 204);
        stage.cluster.start_metadata(leader).await;
        assert_eq!(stage.reads("doomed").await, Some(body(3, LARGE)));
    });
}
