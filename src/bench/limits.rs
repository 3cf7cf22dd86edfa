//! What the load generator holds at most.

use std::time::Duration;

/// Bytes of a response head; larger is an error.
pub const HEAD_BYTES_MAX: usize = 64 << 10;
/// Bytes of a body that is kept (listings, error documents); a page of 1,000 keys of 1,024 bytes is about 1.5 MiB.
pub const KEPT_BODY_BYTES_MAX: usize = 16 << 20;
/// Bytes read at once from a body that is thrown away: as much as a socket buffer usually holds.
pub const READ_BYTES: usize = 256 << 10;
/// Bytes of one signed chunk, as common clients send them.
pub const CHUNK_BYTES: usize = 64 << 10;
/// Longest latency that a histogram tells apart; longer ones count as this.
pub const LATENCY_MICROS_MAX: u64 = 600_000_000;
/// One request may take this long before it counts as an error.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);
/// Open loop: operations that are due wait in a queue of this length; the pacer then waits, their due times stay.
pub const DUE_QUEUE_MAX: usize = 4_096;
/// Open loop: how long after its end a run still works off operations that were due; the rest counts as missed.
pub const OVERRUN: Duration = Duration::from_secs(10);
/// Keys of one DeleteObjects request: the most that S3 takes.
pub const DELETE_KEYS: u64 = 1_000;
/// How long a server may take until it is ready.
pub const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a server may take to stop before it is killed.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(30);
