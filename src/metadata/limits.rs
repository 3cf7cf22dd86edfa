//! Limits of the metadata layer.

use std::time::Duration;

use cairn_types::MIB;

/// Bytes of entries in one AppendEntries: large enough to fill a link, small enough not to hold up a heartbeat.
pub const APPEND_BYTES_MAX: usize = MIB as usize;

/// Entries in one AppendEntries.
pub const APPEND_ENTRIES_MAX: u64 = 1_024;

/// Bytes of rows in one message of a snapshot.
pub const SNAPSHOT_CHUNK_BYTES: usize = MIB as usize;

/// Longest command: the longest document of the root shard with room for its envelope; fits a message.
pub const COMMAND_BYTES_MAX: usize = 6 * MIB as usize;

/// Bytes of commands that a node has taken and not answered; above it a call waits, then is told that the node is busy.
pub const PROPOSED_BYTES_MAX: u64 = 64 * MIB;

/// Commands waiting for one Raft core.
pub const RAFT_QUEUE_MAX: u64 = 1_024;

/// Entries that one batch of rows takes.
pub const APPLY_ENTRIES_MAX: usize = 256;

/// Bytes of commands that one batch of rows takes: keeps a batch well below a memtable.
pub const APPLY_BYTES_MAX: usize = 4 * MIB as usize;

/// Entries kept behind the flushed state, so that a member that was away shortly needs no snapshot.
pub const ENTRIES_KEPT: u64 = 1_000;

/// Bytes of log entries in memory that make the node flush its state early.
pub const LOG_BYTES_BEFORE_FLUSH: u64 = 128 * MIB;

/// Files of the log that make the node cut the logs of all shards down to the flushed state: a shard that is idle must not
/// hold back the space of the others.
pub const LOG_FILES_MAX: usize = 8;

/// Free bytes of the log's device below which commands that add something are refused; those that make room, fences and
/// votes are still taken.
pub const LOG_RESERVE_BYTES: u64 = 256 * MIB;

/// Pause between flushes of the state of a node that writes little.
pub const FLUSH_INTERVAL: Duration = Duration::from_secs(30);

/// How often the need for a flush is looked at.
pub const FLUSH_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Heartbeat of a leader.
pub const HEARTBEAT: Duration = Duration::from_millis(250);

/// Shortest time without a leader before an election.
pub const ELECTION_MIN: Duration = Duration::from_millis(1_000);

/// Longest time without a leader before an election.
pub const ELECTION_MAX: Duration = Duration::from_millis(2_000);

/// Time for one whole snapshot.
pub const SNAPSHOT_TIMEOUT: Duration = Duration::from_secs(600);

/// A part-received snapshot that hears nothing for so long is dropped.
pub const SNAPSHOT_IDLE: Duration = Duration::from_secs(60);

/// How long a caller waits for one member before it asks another one.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// First pause of a caller that found no leader; doubles up to [`RETRY_PAUSE_MAX`].
pub const RETRY_PAUSE_MIN: Duration = Duration::from_millis(10);

/// Longest pause of a caller that found no leader: a quarter of a heartbeat's order, so that a new leader is found soon.
pub const RETRY_PAUSE_MAX: Duration = Duration::from_millis(200);

/// A session that was not renewed for so long is fenced. Long enough to outlive an election with its pauses.
pub const LEASE: Duration = Duration::from_secs(30);

/// How often a session renews its lease.
pub const RENEW_INTERVAL: Duration = Duration::from_secs(5);

/// How often a session raises its blob floors in the shards.
pub const RESOLVE_INTERVAL: Duration = Duration::from_secs(10);

/// How long a session's background calls take at most.
pub const BACKGROUND_TIMEOUT: Duration = Duration::from_secs(10);

/// How often the root's leader looks for expired sessions.
pub const LEASE_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// How often the root's leader looks for bucket deletions that were left behind, and for seals to forget. A deletion
/// is left behind if it was seen by two looks.
pub const CLOSING_CHECK_INTERVAL: Duration = Duration::from_secs(30);

/// How often members compare their running digests.
pub const DIGEST_CHECK_INTERVAL: Duration = Duration::from_secs(10);

/// Members compare the running digest at multiples of this index.
pub const DIGEST_EVERY: u64 = 256;

/// Digests that a member remembers.
pub const DIGESTS_KEPT: usize = 64;

/// Pause between attempts of a starting node to reach a majority.
pub const HELLO_PAUSE: Duration = Duration::from_millis(200);

/// How long a starting node waits for one peer's answer.
pub const HELLO_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a stopping node waits for its tasks.
pub const STOP_GRACE: Duration = Duration::from_secs(10);

/// Data shards of a new cluster: few and large, since each costs timers; bucket ids spread over them.
pub const DATA_SHARDS: u32 = 8;

/// Voters of a shard; further members are learners that stand by.
pub const VOTERS_MAX: usize = 3;

const _: () = assert!(ELECTION_MIN.as_millis() > 2 * HEARTBEAT.as_millis());
const _: () = assert!(LEASE.as_secs() >= 3 * RENEW_INTERVAL.as_secs());
