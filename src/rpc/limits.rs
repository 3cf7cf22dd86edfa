//! Limits of calls between processes.

use std::time::Duration;

/// Largest head: a complete manifest of a shard's answer, or one Raft message.
pub const HEAD_BYTES_MAX: usize = 8 << 20;

/// Largest payload: one fragment of the largest blob in the narrowest geometry (64 MiB on 1+m), with some room.
pub const PAYLOAD_BYTES_MAX: usize = 65 << 20;

/// Largest message over gRPC, envelope included: control calls carry heads and small payloads.
pub const CONTROL_BYTES_MAX: usize = 2 * HEAD_BYTES_MAX;

/// Longest time that a caller may claim to wait; a longer one counts as this.
pub const CALL_WAIT_MAX: Duration = Duration::from_secs(3_600);

/// Pause after a connection that could not be accepted: without descriptors the next one fails as well.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Connections a process keeps to one peer for fragments; a call over it waits in line.
pub const CONNECTIONS_PER_PEER_MAX: usize = 32;

/// Bytes of calls that a process receives at once; a call over it waits unread, in the kernel's buffers.
pub const RECEIVING_BYTES_MAX: u64 = 512 << 20;

/// Idle connections are closed after this: longer than any pause of a busy cluster, shorter than most middleboxes.
pub const IDLE_CLOSE: Duration = Duration::from_secs(50);

/// Longest wait for a connection: a host that is down answers nothing, and the caller has other hosts to ask.
pub const CONNECT_WAIT_MAX: Duration = Duration::from_secs(2);

/// Longest time a peer may take to send its request after the connection was made.
pub const RECEIVE_WAIT_MAX: Duration = Duration::from_secs(60);

const _: () = assert!((HEAD_BYTES_MAX + PAYLOAD_BYTES_MAX) as u64 <= RECEIVING_BYTES_MAX);
