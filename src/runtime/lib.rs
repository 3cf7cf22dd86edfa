//! The seams: everything that a simulation must control reaches the rest of Cairn through this crate, and through this
//! crate alone.
//!
//! Time, randomness, tasks, disks, sockets and the key-value engine are values handed to constructors. Production builds
//! them with [`production`], the simulator with `sim` (feature `sim`); no code above knows which.
//!
//! # Invariants
//! One seed gives one run: nothing above this crate may ask the operating system for time, randomness, threads, files or
//! sockets (`clippy.toml` bans the direct calls and names the replacement here).

pub mod buffers;
pub mod clock;
pub mod collections;
pub mod context;
pub mod disk;
pub mod entropy;
pub mod kv;
pub mod limits;
pub mod net;
pub mod permits;
pub mod production;
pub mod select;
#[cfg(any(test, feature = "sim"))]
pub mod sim;
pub mod tasks;
mod threads;
pub mod watch;

pub use clock::{Clock, Elapsed, Instant};
pub use context::Context;
pub use entropy::Entropy;
pub use tasks::{OnExit, TaskHandle, Tasks};
