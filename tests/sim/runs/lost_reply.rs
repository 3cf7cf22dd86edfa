use crate::cluster::Moment;

use super::{BUCKET, LARGE, SMALL, body, is_under_way, simulate, told};

#[test]
fn a_publish_whose_reply_is_lost_does_not_undo_what_another_client_wrote_meanwhile() {
    for (seed, len) in [(101, SMALL), (102, LARGE)] {
        simulate(seed, |stage| async move {
            let stop = stage.cluster.stop_next(Moment::AfterIt, "contended");
            let mut first = stage.begin_put(0, "contended", body(2, len));
            stop.reached().await;
            // It is applied; its reply never comes. The gateway asks again under the same number.
            assert_eq!(told(stage.s3.put(1, BUCKET, "contended", body(3, len)).await), 200);
            assert!(is_under_way(&mut first), "it is asked again after what the other client wrote");
            assert_eq!(told(first.await.unwrap()), 200, "the repeat gets the stored reply");
            assert_eq!(stage.reads("contended").await, Some(body(3, len)));
        });
    }
}

#[test]
fn a_create_whose_reply_is_lost_is_told_that_it_won() {
    simulate(103, |stage| async move {
        let stop = stage.cluster.stop_next(Moment::AfterIt, "contended");
        let create = ("if-none-match", "*".to_owned());
        let condition = create.clone();
        let mut first =
            stage.begin(|s3| async move { s3.put_if(0, BUCKET, "contended", body(2, SMALL), condition).await });
        stop.reached().await;
        assert_eq!(told(stage.s3.put_if(1, BUCKET, "contended", body(3, SMALL), create).await), 412);
        assert!(is_under_way(&mut first));
        assert_eq!(told(first.await.unwrap()), 200);
        assert_eq!(stage.reads("contended").await, Some(body(2, SMALL)));
    });
}
