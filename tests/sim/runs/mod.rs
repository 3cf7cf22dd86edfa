//! Named runs: each brings about one moment for certain, and shows what the rules make of it.

mod bucket_deleted;
mod complete_elsewhere;
mod fenced_session;
mod leader_killed;
mod locked;
mod lost_reply;
pub(crate) mod old_cache;
mod resolved_sequence;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_runtime::sim::SimWorld;
use cairn_runtime::{Context, OnExit, TaskHandle};
use futures::FutureExt;

use crate::client::{Answer, NoAnswer, S3Client};
use crate::cluster::{Shape, SimCluster};
use crate::log_watch::LogWatch;

/// The bucket of every named run.
const BUCKET: &str = "named-run";

/// A body that is staged in fragments, and one that rides in its command.
const LARGE: usize = 300_000;
const SMALL: usize = 100;

/// A whole cluster with a bucket; both gateways have written to it.
struct Stage {
    cluster: SimCluster,
    s3: Arc<S3Client>,
}

/// Runs `play` on a whole cluster.
fn simulate<F: Future<Output = ()>>(seed: u64, play: impl FnOnce(Stage) -> F) {
    let watch = LogWatch::install();
    SimWorld::run(seed, |world| async move {
        let cluster = SimCluster::start(&world, Shape::WHOLE).await;
        let s3 = Arc::new(S3Client::new(cluster.endpoints()));
        let stage = Stage { cluster, s3 };
        assert_eq!(told(stage.s3.create_bucket(0, BUCKET).await), 200);
        for gateway in 0..2 {
            assert_eq!(told(stage.s3.put(gateway, BUCKET, "warm", body(1, SMALL)).await), 200);
        }
        play(stage).await;
    });
    watch.no_unexpected_errors(seed);
}

impl Stage {
    /// Asks in a task of its own.
    fn begin<F>(&self, ask: impl FnOnce(Arc<S3Client>) -> F) -> TaskHandle<Result<Answer, NoAnswer>>
    where
        F: Future<Output = Result<Answer, NoAnswer>> + Send + 'static,
    {
        Context::current().tasks.spawn("client", OnExit::Ignore, ask(Arc::clone(&self.s3)))
    }

    fn begin_put(&self, gateway: usize, key: &'static str, body: Bytes) -> TaskHandle<Result<Answer, NoAnswer>> {
        self.begin(|s3| async move { s3.put(gateway, BUCKET, key, body).await })
    }

    /// What a key reads through every gateway that runs.
    async fn reads(&self, key: &str) -> Option<Bytes> {
        let mut found = Vec::new();
        for gateway in self.running_gateways() {
            let answer = self.s3.get(gateway, BUCKET, key).await.expect("a gateway that runs answers");
            assert!(matches!(answer.status(), 200 | 404), "{} {:?}", answer.status(), answer.code());
            found.push((answer.status() == 200).then_some(answer.body));
        }
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "the gateways read {key:?} alike");
        found.swap_remove(0)
    }

    fn running_gateways(&self) -> Vec<usize> {
        let runs = |place: &usize| self.cluster.gateways[*place].state() == cairn_runtime::sim::SimNodeState::Running;
        (0..self.cluster.gateways.len()).filter(runs).collect()
    }
}

/// Whether what a task asked has no answer yet.
fn is_under_way(task: &mut TaskHandle<Result<Answer, NoAnswer>>) -> bool {
    task.now_or_never().is_none()
}

/// The status that a client was told.
fn told(answer: Result<Answer, NoAnswer>) -> u16 {
    answer.expect("there is an answer").status()
}

/// A body that differs by `mark`.
fn body(mark: u8, len: usize) -> Bytes {
    (0..len).map(|i| (i % 241) as u8 ^ mark).collect()
}

async fn sleep(seconds: u64) {
    Context::current().clock.sleep(Duration::from_secs(seconds)).await;
}
