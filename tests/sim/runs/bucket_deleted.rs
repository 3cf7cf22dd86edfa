use std::time::Duration;

use cairn_runtime::Context;

use crate::checks::nothing_is_left;
use crate::cluster::Moment;

use super::{BUCKET, LARGE, SMALL, body, simulate, told};

#[test]
fn a_put_that_was_under_way_when_its_bucket_was_deleted_is_refused() {
    for (seed, len) in [(141, SMALL), (143, LARGE)] {
        simulate(seed, |stage| async move {
            assert_eq!(told(stage.s3.delete(0, BUCKET, "warm").await), 204);
            let stop = stage.cluster.stop_next(Moment::BeforeIt, "racing");
            let put = stage.begin_put(0, "racing", body(2, len));
            stop.reached().await;
            assert_eq!(told(stage.s3.delete_bucket(1, BUCKET).await), 204);
            stop.release();
            assert_eq!(told(put.await.unwrap()), 404);
            assert_eq!(told(stage.s3.get(0, BUCKET, "racing").await), 404);
            assert_eq!(nothing_is_left(&stage.cluster).await, Ok(()), "what was staged for it is collected");
            assert_eq!(told(stage.s3.create_bucket(0, BUCKET).await), 200);
            assert_eq!(stage.reads("racing").await, None, "a new bucket of that name is empty");
            assert_eq!(told(stage.s3.put(1, BUCKET, "racing", body(3, len)).await), 200);
        });
    }
}

#[test]
fn a_bucket_is_deleted_or_takes_the_object_never_both() {
    simulate(142, |stage| async move {
        let mut outcomes = Vec::new();
        for round in 0..12_u64 {
            let bucket: &'static str = Box::leak(format!("race-{round}").into_boxed_str());
            assert_eq!(told(stage.s3.create_bucket(0, bucket).await), 200);
            // Early rounds favour the put, late ones the deletion.
            let put = stage.begin(move |s3| async move {
                pause(20 * round.saturating_sub(6)).await;
                s3.put(0, bucket, "racing", body(2, SMALL)).await
            });
            pause(20 * 6_u64.saturating_sub(round)).await;
            let deleted = told(stage.s3.delete_bucket(1, bucket).await);
            let put = told(put.await.unwrap());
            let read = told(stage.s3.get(1, bucket, "racing").await);
            match (put, deleted) {
                (200, 409) => assert_eq!(read, 200),
                (404 | 409 | 503, 204) => assert_eq!(read, 404),
                other => panic!("round {round}: put and delete were told {other:?}"),
            }
            outcomes.push(deleted);
        }
        outcomes.sort_unstable();
        outcomes.dedup();
        assert_eq!(outcomes, [204, 409], "the seed shows both");
    });
}

async fn pause(ms: u64) {
    Context::current().clock.sleep(Duration::from_millis(ms)).await;
}
