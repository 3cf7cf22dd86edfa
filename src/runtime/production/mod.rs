//! The real thing: tokio, direct I/O, TCP, RocksDB.

mod disk;
mod kv;
mod network;
mod runtime;

pub use disk::{OpenDiskError, RealDisk};
pub use kv::{KvBudget, KvProfile, OpenKvError, RocksKv};
pub use network::TcpNetwork;
pub use runtime::{ProductionRuntime, RuntimeError, stop_requested};
