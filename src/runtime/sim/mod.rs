//! The simulated thing: one thread, one seed.
//!
//! [`SimWorld::run`] runs a world of nodes, [`run()`] a single node; [`SimDisk`] and [`SimKv`] also work in any tokio test.
//!
//! # Invariants
//! Nothing here asks the operating system for time, randomness or order.

pub mod disk;
pub mod kv;
pub mod net;
mod random;
pub mod world;

pub use disk::{CrashPolicy, Fate, SimDisk, Unsynced};
pub use kv::{KvCrash, SimKv};
pub use net::SimNet;
pub use random::{Random, SeededEntropy};
pub use world::{Event, Outcome, SimNode, SimNodeState, SimWorld, log, run};
