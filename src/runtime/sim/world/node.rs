//! A simulated node: a process that can be started, killed and cut off power, and the disks that outlive it.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Weak};

use cairn_types::UnixMillis;
use parking_lot::Mutex;
use tokio::runtime::Handle;

use super::hook::WorldHook;
use super::{EventLog, World};
use crate::clock::WallClock;
use crate::sim::net::NodeNetwork;
use crate::sim::{CrashPolicy, KvCrash, SeededEntropy, SimDisk, SimKv};
use crate::tasks::{NodeParts, OnExit, Owner, TaskHandle};
use crate::{Clock, Context, Entropy};

/// Wall-clock time at the start of every run: 2026-01-01T00:00:00Z.
const EPOCH_MS: u64 = 1_767_225_600_000;

/// Whether a node runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SimNodeState {
    /// Its process runs.
    Running,
    /// Its process died; the kernel answers connects with a refusal.
    Dead,
    /// It has no power; nothing answers.
    Dark,
}

/// A node of a world; cheap to clone.
#[derive(Clone)]
pub struct SimNode(Arc<Node>);

struct Node {
    world: Weak<World>,
    name: Arc<str>,
    address: IpAddr,
    skew_ms: Arc<AtomicI64>,
    state: Mutex<Process>,
    disks: Mutex<BTreeMap<String, SimDisk>>,
    engines: Mutex<BTreeMap<String, SimKv>>,
}

struct Process {
    state: SimNodeState,
    incarnation: u64,
    owner: Option<Arc<Owner>>,
}

impl SimNode {
    pub(super) fn start(world: &Arc<World>, name: &str, address: IpAddr) -> Self {
        let process = Process { state: SimNodeState::Dead, incarnation: 0, owner: None };
        let node = Self(Arc::new(Node {
            world: Arc::downgrade(world),
            name: name.into(),
            address,
            skew_ms: Arc::default(),
            state: Mutex::new(process),
            disks: Mutex::default(),
            engines: Mutex::default(),
        }));
        node.restart();
        node
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its address.
    pub fn address(&self) -> IpAddr {
        self.0.address
    }

    /// Whether it runs.
    pub fn state(&self) -> SimNodeState {
        self.0.state.lock().state
    }

    /// The context of its present process.
    ///
    /// # Panics
    /// If it does not run.
    pub fn context(&self) -> Context {
        self.owner().context()
    }

    /// Runs `future` as a task of its present process.
    ///
    /// # Panics
    /// If it does not run.
    pub fn spawn<T: Send + 'static>(
        &self,
        name: &'static str,
        future: impl Future<Output = T> + Send + 'static,
    ) -> TaskHandle<T> {
        self.context().tasks.spawn(name, OnExit::Ignore, future)
    }

    /// Its disk of that name, made when first asked for. It outlives the process.
    pub fn disk(&self, name: &str) -> SimDisk {
        let mut disks = self.0.disks.lock();
        let label = format!("{}/{name}", self.0.name);
        disks.entry(name.to_owned()).or_insert_with(|| self.world().new_disk(label)).clone()
    }

    /// Its engine of that name, made when first asked for. It outlives the process.
    pub fn kv(&self, name: &str) -> SimKv {
        self.0.engines.lock().entry(name.to_owned()).or_default().clone()
    }

    /// Sets how far its wall clock is ahead (or behind).
    pub fn set_clock_skew_ms(&self, skew_ms: i64) {
        self.0.skew_ms.store(skew_ms, Ordering::Relaxed);
    }

    /// Cuts its power, if it runs. Not for its own tasks to call: they would vanish in the middle of it. Tasks vanish, peers hear nothing more, disks and engines keep what the seed lets them.
    pub async fn crash(&self) {
        let world = self.world();
        if self.stop(SimNodeState::Dark, "loses power").await {
            world.spawn("keepalive", Arc::clone(&world.fabric).give_up_on(self.0.address));
        }
    }

    /// Kills its process, if it runs; likewise not for its own tasks to call. Tasks vanish, streams are reset, disks lose nothing, engines lose what was in memory.
    pub async fn kill(&self) {
        self.stop(SimNodeState::Dead, "is killed").await;
    }

    /// Starts a new process; the caller starts its tasks. A running node stays as it is.
    pub fn restart(&self) -> Context {
        let world = self.world();
        let mut process = self.0.state.lock();
        if let Some(owner) = &process.owner {
            return owner.context();
        }
        process.incarnation += 1;
        process.state = SimNodeState::Running;
        let hook = WorldHook {
            world: Weak::clone(&self.0.world),
            node: Arc::clone(&self.0.name),
            incarnation: process.incarnation,
        };
        let owner = Owner::root(self.parts(&world), Handle::current(), Arc::new(hook));
        process.owner = Some(Arc::clone(&owner));
        drop(process);
        world.fabric.revive(self.0.address);
        world.log.note(&self.0.name, "starts".to_owned());
        owner.context()
    }

    /// Ends its tasks at the end of a run.
    pub(super) async fn end(&self) {
        let owner = {
            let mut process = self.0.state.lock();
            process.state = SimNodeState::Dead;
            process.owner.take()
        };
        if let Some(owner) = owner {
            owner.abort().await;
        }
    }

    /// Ends its process because of a task that it cannot be without, unless that process is gone already.
    pub(super) fn die_of(&self, task: &'static str, incarnation: u64) {
        let world = self.world();
        if self.0.state.lock().incarnation != incarnation {
            return;
        }
        let node = self.clone();
        world.spawn("process end", async move {
            if node.0.state.lock().incarnation == incarnation {
                node.stop(SimNodeState::Dead, &format!("stops because task {task} ended")).await;
            }
        });
    }

    /// Takes the process away; `false` if there is none.
    async fn stop(&self, state: SimNodeState, what: &str) -> bool {
        let world = self.world();
        let owner = {
            let mut process = self.0.state.lock();
            let Some(owner) = process.owner.take() else { return false };
            process.state = state;
            owner
        };
        world.log.note(&self.0.name, what.to_owned());
        // Disks and sockets first: what the dropped tasks still try must have no effect.
        self.stop_disks(&world, state);
        match state {
            SimNodeState::Dark => world.fabric.silence(self.0.address),
            SimNodeState::Dead | SimNodeState::Running => world.fabric.kill(self.0.address),
        }
        owner.abort().await;
        true
    }

    fn stop_disks(&self, world: &World, state: SimNodeState) {
        let mut random = world.random.lock().fork();
        for disk in self.0.disks.lock().values() {
            match state {
                SimNodeState::Dark => disk.crash(CrashPolicy::Random(random.u64())),
                SimNodeState::Dead | SimNodeState::Running => disk.unmount(),
            }
        }
        for engine in self.0.engines.lock().values() {
            engine.crash(KvCrash::Random(random.u64()));
        }
    }

    fn parts(&self, world: &World) -> NodeParts {
        let wall = SimWall { log: Arc::clone(&world.log), skew_ms: Arc::clone(&self.0.skew_ms) };
        NodeParts {
            clock: Clock::new(Arc::new(wall)),
            entropy: Entropy::new(Arc::new(SeededEntropy::new(world.random.lock().u64()))),
            net: Arc::new(NodeNetwork::new(Arc::clone(&world.fabric), self.0.address)),
        }
    }

    fn owner(&self) -> Arc<Owner> {
        let process = self.0.state.lock();
        Arc::clone(process.owner.as_ref().expect("the node runs"))
    }

    fn world(&self) -> Arc<World> {
        self.0.world.upgrade().expect("a node is used within its world's run")
    }
}

/// Simulated wall time: the epoch of every run, what has passed, and the node's skew.
struct SimWall {
    log: Arc<EventLog>,
    skew_ms: Arc<AtomicI64>,
}

impl WallClock for SimWall {
    fn wall(&self) -> UnixMillis {
        let elapsed = u64::try_from(self.log.elapsed().as_millis()).unwrap_or(u64::MAX);
        UnixMillis((EPOCH_MS + elapsed).saturating_add_signed(self.skew_ms.load(Ordering::Relaxed)))
    }
}
