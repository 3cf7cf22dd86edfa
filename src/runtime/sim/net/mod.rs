//! A network in memory: streams between simulated nodes, with latency, partitions, resets and hosts that fall silent.
//!
//! # Invariants
//! Bytes of a stream arrive in order or not at all. Nothing is random but by the run's seed. A cut link holds bytes back and
//! gives them out when it is healed, as TCP would; the application's deadlines decide what that means. A host that lost
//! power answers nothing: its peers learn of it by a reset when it is back, or after [`KEEPALIVE`].
//!
//! # Limits
//! [`PIPE_BYTES_MAX`] per direction of a stream, [`BACKLOG_MAX`] connections not yet accepted.

mod connection;
mod fabric;
mod faults;
mod listener;
mod network;
mod stream;

use std::time::Duration;

pub(super) use self::fabric::Fabric;
pub use self::faults::SimNet;
pub(super) use self::network::NodeNetwork;

/// Bytes on their way in one direction of a stream; more and the writer waits.
const PIPE_BYTES_MAX: usize = 256 * 1024;
/// Bytes that share one draw of latency.
const CHUNK_BYTES_MAX: usize = 64 * 1024;
/// Connections waiting to be accepted by one listener.
const BACKLOG_MAX: usize = 1_024;
/// When peers of a silent host give up on their streams.
const KEEPALIVE: Duration = Duration::from_secs(60);
