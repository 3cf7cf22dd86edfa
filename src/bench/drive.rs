//! Runs a load: threads, each with a single-threaded runtime and its share of the connections.
//!
//! # Invariants
//! All connections are open before the clock starts. What is due or started is counted exactly once: done, failed or missed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

use crate::limits::{DUE_QUEUE_MAX, OVERRUN, REQUEST_TIMEOUT};
use crate::load::{Load, Stop};
use crate::operation::{Operation, Worker};
use crate::outcome::Outcome;
use crate::pace::{Pace, interval, send_due_times};
use crate::policy::BucketPolicy;
use crate::target::Target;

/// Runs the load to its end. Blocks its thread, and may be called from anywhere, since it brings its own threads.
pub fn drive(load: &Load, target: &Target) -> Result<Outcome> {
    let load = Arc::new(load.clone());
    let threads = load.threads.clamp(1, load.connections.max(1));
    let shared = Arc::new(Shared::new(threads));
    let spawn = |number| {
        let (load, target, shared) = (Arc::clone(&load), target.clone(), Arc::clone(&shared));
        thread::spawn(move || one_thread(&load, &target, &shared, number))
    };
    let handles: Vec<_> = (0..threads).map(spawn).collect();
    let mut total = Outcome::new(&load.name);
    for handle in handles {
        total.add(handle.join().map_err(|_| anyhow!("a thread of the client panicked"))??)?;
    }
    Ok(total)
}

/// Makes the bucket of the target; that it is there already is fine.
pub(crate) fn make_bucket(load: &Load, target: &Target) -> Result<()> {
    once(load, target, async |worker| worker.make_bucket().await)
}

/// Gives the bucket of the target this policy.
pub(crate) fn set_policy(load: &Load, policy: BucketPolicy, target: &Target) -> Result<()> {
    once(load, target, async move |worker| worker.set_policy(policy).await)
}

/// One request beside a load.
fn once(load: &Load, target: &Target, request: impl AsyncFnOnce(&mut Worker) -> Result<()> + Send) -> Result<()> {
    let mut worker = Worker::new(&Arc::new(load.clone()), target, 0);
    let runtime = runtime()?;
    thread::scope(|scope| {
        let made = scope.spawn(move || runtime.block_on(request(&mut worker)));
        made.join().map_err(|_| anyhow!("a thread of the client panicked"))?
    })
}

/// What the threads of a load share.
struct Shared {
    threads: usize,
    connected: Barrier,
    start: OnceLock<Instant>,
    started: AtomicU64,
}

impl Shared {
    fn new(threads: usize) -> Self {
        Self { threads, connected: Barrier::new(threads), start: OnceLock::new(), started: AtomicU64::new(0) }
    }

    /// Whether one more operation may start.
    fn may_start(&self, stop: Stop, start: Instant) -> bool {
        match stop {
            Stop::After(time) => start.elapsed() < time,
            Stop::Operations(count) => self.started.fetch_add(1, Ordering::Relaxed) < count,
        }
    }
}

fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

fn one_thread(load: &Arc<Load>, target: &Target, shared: &Arc<Shared>, number: usize) -> Result<Outcome> {
    let runtime = runtime()?;
    let first = load.connections * number / shared.threads;
    let end = load.connections * (number + 1) / shared.threads;
    let connected = runtime.block_on(connect(load, target, first..end));
    // Also after a fault: the other threads wait here.
    shared.connected.wait();
    let workers = connected?;
    let start = *shared.start.get_or_init(Instant::now);
    match load.pace {
        Pace::Closed => runtime.block_on(closed_loop(load, shared, workers, start)),
        Pace::Open { per_second } => open_loop(&runtime, load, workers, start, interval(per_second, shared.threads)),
    }
}

async fn connect(load: &Arc<Load>, target: &Target, numbers: std::ops::Range<usize>) -> Result<Vec<Worker>> {
    let mut workers = Vec::with_capacity(numbers.len());
    for number in numbers {
        let mut worker = Worker::new(load, target, number as u64);
        worker.connect().await?;
        workers.push(worker);
    }
    Ok(workers)
}

async fn closed_loop(load: &Arc<Load>, shared: &Arc<Shared>, workers: Vec<Worker>, start: Instant) -> Result<Outcome> {
    let mut tasks = JoinSet::new();
    for mut worker in workers {
        let (load, shared) = (Arc::clone(load), Arc::clone(shared));
        tasks.spawn(async move {
            let mut outcome = Outcome::new(&load.name);
            while shared.may_start(load.stop, start) {
                let Some(operation) = worker.next() else { break };
                run_one(&mut worker, &operation, Instant::now(), &mut outcome).await;
            }
            outcome.elapsed = start.elapsed();
            outcome
        });
    }
    sum(load, tasks).await
}

fn open_loop(
    runtime: &Runtime,
    load: &Arc<Load>,
    workers: Vec<Worker>,
    start: Instant,
    interval: Duration,
) -> Result<Outcome> {
    let end = start + run_time(load, interval);
    let (sender, receiver) = mpsc::channel(DUE_QUEUE_MAX);
    thread::scope(|scope| {
        scope.spawn(move || send_due_times(start, end, interval, &sender));
        runtime.block_on(work_off(load, workers, Arc::new(Mutex::new(receiver)), start, end))
    })
}

fn run_time(load: &Load, interval: Duration) -> Duration {
    match load.stop {
        Stop::After(time) => time,
        Stop::Operations(count) => interval.mul_f64(count as f64),
    }
}

type DueTimes = Arc<Mutex<mpsc::Receiver<Instant>>>;

async fn work_off(
    load: &Arc<Load>,
    workers: Vec<Worker>,
    queue: DueTimes,
    start: Instant,
    end: Instant,
) -> Result<Outcome> {
    let mut tasks = JoinSet::new();
    for mut worker in workers {
        let (load, queue) = (Arc::clone(load), Arc::clone(&queue));
        tasks.spawn(async move {
            let mut outcome = Outcome::new(&load.name);
            while let Some(due) = next_due(&queue).await {
                let is_too_late = Instant::now() > end + OVERRUN;
                match worker.next().filter(|_| !is_too_late) {
                    Some(operation) => run_one(&mut worker, &operation, due, &mut outcome).await,
                    None => outcome.missed += 1,
                }
            }
            outcome.elapsed = start.elapsed();
            outcome
        });
    }
    sum(load, tasks).await
}

async fn next_due(queue: &DueTimes) -> Option<Instant> {
    queue.lock().await.recv().await
}

/// Runs one operation, whose latency counts from `since`: when it was due, or when it started in a closed loop.
async fn run_one(worker: &mut Worker, operation: &Operation, since: Instant, outcome: &mut Outcome) {
    let result = match tokio::time::timeout(REQUEST_TIMEOUT, worker.run(operation)).await {
        Ok(result) => result,
        Err(_) => Err(anyhow!("no answer in {} s", REQUEST_TIMEOUT.as_secs())),
    };
    let failed = result.is_err();
    outcome.count(result, since.elapsed());
    if failed {
        // A server that is gone must not make the client spin.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn sum(load: &Load, mut tasks: JoinSet<Outcome>) -> Result<Outcome> {
    let mut total = Outcome::new(&load.name);
    while let Some(outcome) = tasks.join_next().await {
        match outcome {
            Ok(outcome) => total.add(outcome)?,
            Err(fault) => bail!("a worker of the client panicked: {fault}"),
        }
    }
    Ok(total)
}
