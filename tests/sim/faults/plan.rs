//! Faults one after the other, drawn from the seed, until told to stop; then everything is made good.

use std::time::Duration;

use cairn_runtime::Context;
use cairn_runtime::sim::{Random, SimNode, log};
use cairn_types::ShardId;
use futures::future::{Either, select};
use std::pin::pin;

use super::budget::Budget;
use crate::cluster::SimCluster;

/// Longest pause between two faults, and longest length of one.
const PAUSE_MS: u64 = 4_000;
const LENGTH_MS: u64 = 7_000;

/// Longest pause before the faults that every run has: all of them come while clients work.
const FIRST_PAUSE_MS: u64 = 1_500;

/// The faults of a run.
pub(crate) struct Faults<'a> {
    cluster: &'a SimCluster,
    random: Random,
    budget: Budget,
    /// The leader that crashes in every run.
    leads: ShardId,
    begun: usize,
}

/// Faults that every run has, the first ones: a leader crashes, a link parts.
const CERTAIN: usize = 2;

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The leader of a shard loses power.
    Leader(ShardId),
    /// A metadata node is cut from all others.
    Partition(usize),
    /// A storage node loses power.
    Storage(usize),
    /// A storage node is cut from all others.
    StoragePartition(usize),
    /// Streams break now and then.
    Resets,
}

impl<'a> Faults<'a> {
    /// Faults of which the first is that the leader of `leads` crashes.
    pub(crate) fn new(cluster: &'a SimCluster, random: Random, leads: ShardId) -> Self {
        Self { cluster, random, budget: Budget::default(), leads, begun: 0 }
    }

    /// Runs `work` under faults; afterwards everything runs and is connected.
    ///
    /// # Panics
    /// If `work` ended before the faults began that every run has.
    pub(crate) async fn during<T>(mut self, work: impl Future<Output = T>) -> T {
        let cluster = self.cluster;
        let result = {
            let faults = pin!(self.go_on());
            match select(pin!(work), faults).await {
                Either::Left((result, _)) => result,
                Either::Right(((), _)) => unreachable!("faults go on until they are dropped"),
            }
        };
        assert!(self.begun >= CERTAIN, "clients work through the crash of a leader and a partition");
        heal(cluster).await;
        result
    }

    async fn go_on(&mut self) {
        loop {
            self.sleep(if self.begun < CERTAIN { FIRST_PAUSE_MS } else { PAUSE_MS }).await;
            let fault = self.next();
            self.begun += 1;
            self.inflict(fault).await;
        }
    }

    fn next(&mut self) -> Fault {
        match self.begun {
            0 => Fault::Leader(self.leads),
            1 => Fault::Partition(self.random.index(self.cluster.metadata.len())),
            _ => self.draw(),
        }
    }

    fn draw(&mut self) -> Fault {
        match self.random.below(10) {
            0..3 => Fault::Leader(ShardId(self.random.below(9) as u32)),
            3..5 => Fault::Partition(self.random.index(self.cluster.metadata.len())),
            5..7 => Fault::Storage(self.random.index(self.cluster.storage.len())),
            7..9 => Fault::StoragePartition(self.random.index(self.cluster.storage.len())),
            _ => Fault::Resets,
        }
    }

    async fn inflict(&mut self, fault: Fault) {
        log(format!("fault: {fault:?}"));
        let cluster = self.cluster;
        match fault {
            Fault::Leader(shard) => {
                let place = cluster.leader(shard).await;
                if self.budget.take_metadata(place) {
                    cluster.crash_metadata(place).await;
                    self.sleep(LENGTH_MS).await;
                    cluster.start_metadata(place).await;
                    self.budget.give_metadata(place);
                }
            }
            Fault::Partition(place) => {
                if self.budget.take_metadata(place) {
                    self.cut_for_a_while(&cluster.metadata[place]).await;
                    self.budget.give_metadata(place);
                }
            }
            Fault::Storage(place) => {
                if self.budget.take_storage(place) {
                    cluster.storage[place].crash().await;
                    self.sleep(LENGTH_MS).await;
                    cluster.start_storage(place).await;
                    self.budget.give_storage(place);
                }
            }
            Fault::StoragePartition(place) => {
                if self.budget.take_storage(place) {
                    self.cut_for_a_while(&cluster.storage[place]).await;
                    self.budget.give_storage(place);
                }
            }
            Fault::Resets => {
                cluster.world.net().reset_one_in(200);
                self.sleep(LENGTH_MS).await;
                cluster.world.net().reset_one_in(0);
            }
        }
    }

    async fn cut_for_a_while(&mut self, host: &SimNode) {
        let cluster = self.cluster;
        let all = cluster.metadata.iter().chain(&cluster.storage).chain(&cluster.gateways);
        let others: Vec<_> = all.map(SimNode::address).filter(|address| *address != host.address()).collect();
        cluster.world.net().partition(&[host.address()], &others);
        self.sleep(LENGTH_MS).await;
        others.iter().for_each(|other| cluster.world.net().heal(host.address(), *other));
    }

    async fn sleep(&mut self, upto_ms: u64) {
        let pause = Duration::from_millis(upto_ms / 4 + self.random.below(upto_ms));
        Context::current().clock.sleep(pause).await;
    }
}

/// Makes everything run and be connected again.
async fn heal(cluster: &SimCluster) {
    log("faults end");
    cluster.world.net().heal_all();
    cluster.world.net().reset_one_in(0);
    for place in 0..cluster.metadata.len() {
        if !is_running(&cluster.metadata[place]) {
            cluster.start_metadata(place).await;
        }
    }
    for place in 0..cluster.storage.len() {
        if !is_running(&cluster.storage[place]) {
            cluster.start_storage(place).await;
        }
    }
}

fn is_running(host: &SimNode) -> bool {
    host.state() == cairn_runtime::sim::SimNodeState::Running
}
