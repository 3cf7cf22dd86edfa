//! Limits of collection.

use std::time::Duration;

use cairn_catalog::limits::{BLOBS_PER_CHECK_MAX, BLOBS_PER_PAGE, ENTRIES_PER_QUERY_MAX};
use cairn_metadata::limits::{LEASE, RENEW_INTERVAL};
use cairn_storage::limits::LIST_FRAGMENTS_MAX;

/// Pause between looks at the garbage tables, unless set otherwise: a look costs a read in each shard, and space that comes
/// back late is space that a busy disk lacks.
pub const GARBAGE_INTERVAL_DEFAULT: Duration = Duration::from_secs(15);

/// Pause between sweeps of the disks, unless set otherwise. What a sweep finds is rare: it needs a crash or a failure.
pub const SWEEP_INTERVAL_DEFAULT: Duration = Duration::from_secs(3_600);

/// Fragments that the background looks at or deletes in a second, on each disk, unless set otherwise: a disk of a million
/// fragments is swept in less than ten minutes, and a delete is a small record among others in a flush.
pub const FRAGMENTS_PER_SECOND_DEFAULT: u32 = 2_000;

/// How long garbage is left alone before the oldest open reads are asked for, unless set otherwise: by then every session
/// that lives has reported the reads that began before it was garbage.
pub const READER_GRACE_DEFAULT: Duration = Duration::from_secs(12);

/// Garbage waits for open reads so long at most.
pub const READERS_AWAITED_MAX: Duration = Duration::from_secs(24 * 3_600);

/// How exactly that is kept.
pub const AWAITED_MARK_SPACING: Duration = Duration::from_secs(3_600);

/// Wait for one answer of a disk. One that does not answer in that time counts as down.
pub const DISK_CALL_MAX: Duration = Duration::from_secs(10);

/// Wait for one answer of a shard: outlives an election.
pub const SHARD_CALL_MAX: Duration = Duration::from_secs(15);

/// Wait for the oldest open reads: a new leader of the root shard knows them only after a whole lease.
pub const OLDEST_READS_MAX: Duration = LEASE.saturating_add(SHARD_CALL_MAX);

/// Garbage rows asked for at once: with the first blobs of each run about half a MiB.
pub const GARBAGE_ROWS_PER_PAGE: u32 = 128;

/// Steps of one unrolling row in one round; the next round goes on. The longest upload takes 157.
pub const UNROLL_STEPS_MAX: u32 = 4_096;

/// Fragments of garbage runs that are gathered before they are deleted; one run more may lie above it.
pub const FRAGMENTS_PER_BATCH: usize = 16_384;

/// Fragments in one call to a disk.
pub const FRAGMENTS_PER_CALL: usize = 1_000;

/// Fragments that a disk reads back in one call: even the longest take less than [`DISK_CALL_MAX`].
pub const FRAGMENTS_PER_VERIFY: usize = 8;

/// Disks swept at once.
pub const SWEEPS_AT_ONCE: usize = 4;

/// Degraded runs asked for at once.
pub const DEGRADED_PER_PAGE: u32 = 128;

/// Pages of degraded runs that one turn of the background looks at in a shard; the next turn goes on behind them.
pub const DEGRADED_PAGES_PER_TURN: u32 = 16;

/// Longest turn of the background over the garbage tables.
pub const GARBAGE_TURN_MAX: Duration = Duration::from_secs(3_600);

/// Longest sweep of the background.
pub const SWEEP_TURN_MAX: Duration = Duration::from_secs(24 * 3_600);

/// Failures that one report names; further ones are counted.
pub const FAILURES_NAMED_MAX: usize = 64;

const _: () = assert!(FRAGMENTS_PER_CALL <= BLOBS_PER_CHECK_MAX && FRAGMENTS_PER_CALL <= LIST_FRAGMENTS_MAX);
const _: () = assert!(GARBAGE_ROWS_PER_PAGE as usize <= ENTRIES_PER_QUERY_MAX && BLOBS_PER_PAGE <= 64);
const _: () = assert!(READER_GRACE_DEFAULT.as_secs() >= 2 * RENEW_INTERVAL.as_secs());
