//! A world of simulated nodes in one thread.
//!
//! # Invariants
//! One seed gives one run: the event logs of two runs are equal, byte by byte. A panic in any task fails the run with its
//! seed. A run that waits for nothing, or for too long, fails instead of hanging.
//!
//! # Not here
//! What determinism rests on: docs/decisions, simulation on tokio's paused clock.

mod event_log;
mod hook;
mod node;

use std::collections::BTreeMap;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use parking_lot::Mutex;
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::time::Instant;

pub(super) use self::event_log::EventLog;
pub use self::event_log::{Event, log};
pub use self::node::{SimNode, SimNodeState};
use super::net::{Fabric, SimNet};
use super::{Random, disk::SimDisk};
use crate::Context;
use crate::select::{Either3, select3};

/// Simulated time after which a run has failed, unless [`SimWorld::set_time_limit`] said otherwise.
const TIME_LIMIT: Duration = Duration::from_secs(3_600);

/// The node that the run's own future runs on.
const TEST_NODE: &str = "test";

/// Latency of the disks of a world: wide enough that calls overtake each other.
const DISK_LATENCY: Range<Duration> = Duration::from_micros(50)..Duration::from_millis(4);

/// A running world; cheap to clone.
#[derive(Clone)]
pub struct SimWorld(Arc<World>);

/// What a run gave.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The value of the run's own future.
    pub value: T,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Digest of everything the world saw, also of what has no event: each message, each task.
    pub digest: u64,
}

pub(in crate::sim) struct World {
    seed: u64,
    random: Mutex<Random>,
    log: Arc<EventLog>,
    fabric: Arc<Fabric>,
    nodes: Mutex<BTreeMap<String, SimNode>>,
    failure: Mutex<Option<String>>,
    failed: Notify,
    deadline: Mutex<Instant>,
    deadline_moved: Notify,
}

impl SimWorld {
    /// Runs `main` in a world of its own until it returns. It runs on a node named `test`.
    ///
    /// # Panics
    /// If any task or `main` panics, and at the time limit; the seed is in the message.
    pub fn run<T, F: Future<Output = T>>(seed: u64, main: impl FnOnce(SimWorld) -> F) -> Outcome<T> {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime without I/O needs nothing of the system");
        runtime.block_on(async {
            let world = Self(World::new(seed));
            let _current = event_log::make_current(&world.0.log);
            let test = world.add_node(TEST_NODE);
            let main = async { main(world.clone()).await };
            let value = world.watch(test.context(), main).await;
            world.stop().await;
            world.0.fail_if_failed();
            let (events, digest) = world.0.log.take();
            Outcome { value, events, digest }
        })
    }

    /// The seed of the run.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// A number from the seed, for what the test itself decides.
    pub fn random_u64(&self) -> u64 {
        self.0.random.lock().u64()
    }

    /// A generator from the seed, for what the test itself decides.
    pub fn random(&self) -> Random {
        self.0.random.lock().fork()
    }

    /// A new node, running. Its address is the next of 10.0.0.0/8.
    ///
    /// # Panics
    /// If there is one of that name.
    pub fn add_node(&self, name: &str) -> SimNode {
        let mut nodes = self.0.nodes.lock();
        assert!(!nodes.contains_key(name), "there is a node named {name}");
        let number = u32::try_from(nodes.len() + 1).expect("worlds are small");
        let address = IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + number));
        let node = SimNode::start(&self.0, name, address);
        nodes.insert(name.to_owned(), node.clone());
        node
    }

    /// The node of that name.
    pub fn node(&self, name: &str) -> Option<SimNode> {
        self.0.nodes.lock().get(name).cloned()
    }

    /// The network and its faults.
    pub fn net(&self) -> SimNet {
        SimNet(Arc::clone(&self.0.fabric))
    }

    /// Simulated time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.log.elapsed()
    }

    /// What happened so far.
    pub fn events(&self) -> Vec<Event> {
        self.0.log.events()
    }

    /// Fails the run if it still goes on after `limit` from now.
    pub fn set_time_limit(&self, limit: Duration) {
        *self.0.deadline.lock() = Instant::now() + limit;
        self.0.deadline_moved.notify_one();
    }

    /// Polls `main` and ends it if the world fails.
    async fn watch<T>(&self, context: Context, main: impl Future<Output = T>) -> T {
        let main = AssertUnwindSafe(context.scope(event_log::on_node(TEST_NODE, main))).catch_unwind();
        match select3(self.0.failed.notified(), main, self.0.over_time()).await {
            Either3::First(()) => {
                self.0.fail_if_failed();
                unreachable!("a failure is recorded before it is notified")
            }
            Either3::Second(Ok(value)) => value,
            Either3::Second(Err(panic)) => {
                eprintln!("the run of seed {} failed", self.0.seed);
                std::panic::resume_unwind(panic)
            }
            Either3::Third(()) => panic!("seed {}: still running after its time limit, or stuck", self.0.seed),
        }
    }

    async fn stop(&self) {
        let nodes: Vec<SimNode> = self.0.nodes.lock().values().cloned().collect();
        // The test's own last: what happens while the others end may still need it.
        let (test, others): (Vec<_>, Vec<_>) = nodes.into_iter().partition(|node| node.name() == TEST_NODE);
        for node in others.into_iter().chain(test) {
            node.end().await;
        }
    }
}

impl World {
    fn new(seed: u64) -> Arc<Self> {
        let mut random = Random::new(seed);
        let log = Arc::new(EventLog::new());
        let fabric = Fabric::new(random.fork(), Arc::clone(&log));
        Arc::new(Self {
            seed,
            random: Mutex::new(random),
            log,
            fabric,
            nodes: Mutex::default(),
            failure: Mutex::default(),
            failed: Notify::new(),
            deadline: Mutex::new(Instant::now() + TIME_LIMIT),
            deadline_moved: Notify::new(),
        })
    }

    fn fail(&self, what: String) {
        self.failure.lock().get_or_insert(what);
        self.failed.notify_one();
    }

    fn fail_if_failed(&self) {
        if let Some(what) = self.failure.lock().take() {
            panic!("seed {}: {what}", self.seed);
        }
    }

    async fn over_time(&self) {
        loop {
            let deadline = *self.deadline.lock();
            let waited = tokio::time::timeout_at(deadline, self.deadline_moved.notified()).await;
            if waited.is_err() {
                return;
            }
        }
    }

    /// Runs `future` on the test's own node, unless that is gone.
    fn spawn(&self, name: &'static str, future: impl Future<Output = ()> + Send + 'static) {
        let test = self.nodes.lock().get(TEST_NODE).cloned();
        if let Some(test) = test.filter(|test| test.state() == SimNodeState::Running) {
            test.spawn(name, future);
        }
    }

    fn new_disk(&self, label: String) -> SimDisk {
        let disk = SimDisk::new(label, self.random.lock().u64());
        disk.set_latency(DISK_LATENCY);
        disk
    }
}

/// Runs `main` with the context of a single node and returns its value; for tests that need no world.
///
/// # Panics
/// As [`SimWorld::run`].
pub fn run<T, F: Future<Output = T>>(seed: u64, main: impl FnOnce(Context) -> F) -> T {
    SimWorld::run(seed, |_| async { main(Context::current()).await }).value
}

#[cfg(test)]
mod tests;
