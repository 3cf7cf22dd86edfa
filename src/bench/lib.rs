//! Load generator for any S3 endpoint, and the canonical table of Cairn itself.
//!
//! # Invariants
//! Open loop: an operation's latency counts from the moment it was due, also when it waited for a free connection, so a
//! server that stalls cannot hide the requests it delayed (no coordinated omission). Every answer is checked: status, length
//! and, for listings, that no key is missing; what is wrong counts as an error and never as an operation.
//!
//! # Limits
//! [`limits`]. The client is cheap because it shares the machine: one thread unless asked, keep-alive connections, a payload
//! made once whose digests are known beforehand, histograms of fixed size.
//!
//! # Not here
//! Correctness under faults (`tests/`): this measures. It never runs inside the simulator, so it reads real clocks.

mod arguments;
mod command;
mod connection;
mod drive;
mod endpoint;
#[cfg(test)]
mod fake_server;
mod floor;
mod histogram;
mod keys;
pub mod limits;
mod listing;
mod load;
mod operation;
mod outcome;
mod pace;
mod payload;
mod pieces;
mod policy;
mod random;
mod response;
mod server_process;
mod server_use;
mod signature;
mod size;
mod table;
mod target;

#[cfg(test)]
mod tests;

pub use arguments::{BenchArguments, BenchCommand, FloorArguments, RunArguments, TableArguments};
pub use command::run;
pub use drive::drive;
pub use endpoint::Endpoint;
pub use floor::{Floor, measure_floor};
pub use load::{Load, Stop, Workload};
pub use outcome::Outcome;
pub use pace::Pace;
pub use payload::{Payload, PayloadMode};
pub use policy::BucketPolicy;
pub use server_use::{ServerProbe, ServerSnapshot, ServerUse};
pub use size::ByteSize;
pub use table::{Row, render};
pub use target::Target;
