//! Limits of the data path, each with its unit and its reason.

use std::time::Duration;

use cairn_catalog::limits::BLOBS_PER_RUN_MAX;
use cairn_erasure::limits::BLOB_BYTES_MAX;
use cairn_types::{GIB, KIB, MIB};

/// Largest body of one PUT or part (S3).
pub const BODY_BYTES_MAX: u64 = 5 * GIB;

/// Inline limit unless set otherwise: below it a version's bytes ride in its publish command, which costs one synced
/// batch instead of `k + m` fragments.
pub const INLINE_BYTES_DEFAULT: u64 = 16 * KIB;

/// Blob size where the memory budget is scarce: two in flight of each of many bodies still make progress.
pub const BLOB_BYTES_SCARCE: u64 = 4 * MIB;

/// Memory for the stripes of bodies on their way in, unless set otherwise. 256 uploads at once stay well under 1 GiB.
pub const STAGE_BYTES_DEFAULT: u64 = 384 * MIB;

/// Memory for what is read ahead of clients, unless set otherwise.
pub const READAHEAD_BYTES_DEFAULT: u64 = 256 * MIB;

/// Bytes of a body that are encoded in one stretch of buffers: few enough to stay in the processor's cache, and buffers
/// of one stretch come from the pool.
pub const STRETCH_BYTES: u64 = MIB;

/// Blobs of one body that are on their way at once: one is being synced while the next one flows.
pub const BLOBS_IN_FLIGHT: usize = 2;

/// Bytes from which the MD5 runs beside those of other bodies; fewer are hashed where they are.
pub const MD5_TASK_BYTES_MIN: usize = 512 * KIB as usize;

/// Bodies that one task hashes: two passes of as many as run side by side.
pub const BODIES_PER_HASHER: usize = 2 * cairn_md5::LANES;

/// Tasks that hash; a body more than they have room for joins the one with the fewest.
pub const HASHERS_MAX: usize = 16;

/// Bytes of each body that are hashed before others have their turn: some 0.2 ms for all bodies of a task.
pub const HASHER_TURN_BYTES: usize = 32 * KIB as usize;

/// Wait for memory before a body is admitted; after it the answer is `Busy`. Long enough for the first blobs of 256
/// bodies to pass through slow disks, and no longer than clients wait for an answer (the AWS SDKs: 60 s).
pub const ADMISSION_WAIT_MAX: Duration = Duration::from_secs(55);

/// Wait for memory of an admitted body's next blob. Blobs finish without each other, so the line moves.
pub const ADMITTED_WAIT_MAX: Duration = Duration::from_secs(120);

/// Wait for the permits of all fragments in one group, then another group is tried.
pub const RESERVE_WAIT_MAX: Duration = Duration::from_secs(5);

/// Time for one blob in all groups that are tried, the waits for their permits included.
pub const BLOB_WRITE_MAX: Duration = Duration::from_secs(120);

/// Time for one fragment to become durable.
pub const FRAGMENT_PUT_MAX: Duration = Duration::from_secs(30);

/// Groups that may fail to take a blob, not counting those that are busy.
pub const GROUPS_TRIED_MAX: usize = 4;

/// Once the floor is reached the rest has so many times the median of this blob's puts.
pub const REST_WAIT_MEDIANS: u32 = 4;

/// Shortest wait for the rest: below it a pause of the scheduler would mark blobs degraded.
pub const REST_WAIT_MIN: Duration = Duration::from_millis(20);

/// Longest wait for the rest.
pub const REST_WAIT_MAX: Duration = Duration::from_secs(1);

/// Time for one call to the catalog.
pub const CATALOG_CALL_MAX: Duration = Duration::from_secs(20);

/// Pause before a command of a fenced session is tried under the next one.
pub const SESSION_PAUSE: Duration = Duration::from_millis(50);

/// How often the placement map is looked up without a reason.
pub const MAP_REFRESH: Duration = Duration::from_secs(2);

/// Time for one lookup of the placement map.
pub const MAP_CALL_MAX: Duration = Duration::from_secs(5);

/// Keys of one DeleteObjects that are under way at once.
pub const DELETES_IN_FLIGHT: usize = 16;

/// Times that a Complete is decided anew because a part changed under it.
pub const COMPLETE_TRIES_MAX: usize = 4;

/// Times that an append is decided anew because another version took the object's place.
pub const APPEND_TRIES_MAX: usize = 4;

/// Bytes of a body that one window of a read covers.
pub const WINDOW_BYTES: u64 = MIB;

/// Windows of a read that are fetched ahead where memory is free; else the next one is fetched when it is asked for.
pub const WINDOWS_AHEAD: usize = 3;

/// Time for reading cells of one fragment.
pub const FRAGMENT_READ_MAX: Duration = Duration::from_secs(10);

/// Shortest time before a late fragment is hedged: below it the extra reads cost more than they save.
pub const HEDGE_MIN: Duration = Duration::from_millis(10);

/// Longest time before a late fragment is hedged.
pub const HEDGE_MAX: Duration = Duration::from_secs(1);

/// Latencies of reads that the hedging remembers.
pub const LATENCIES_KEPT: usize = 256;

/// Longest wait for fragments that their blob was staged without: they hold memory, and repair makes up for them.
pub const LATE_WAIT_MAX: Duration = Duration::from_secs(5);

/// Fragments found lost by reads that wait to be looked into: a disk that lost many fills it, the scrub finds the rest.
pub const LOST_QUEUED_MAX: usize = 1_024;

/// Fragments remembered as looked into.
pub const LOST_SEEN_MAX: usize = 8_192;

/// How long: by then every read that began with the old manifest has ended, and a fragment may have been lost again.
pub const LOST_SEEN_FOR: Duration = Duration::from_secs(600);

/// Time for a disk to read a whole fragment back.
pub const FRAGMENT_VERIFY_MAX: Duration = Duration::from_secs(30);

const _: () = assert!(LOST_QUEUED_MAX <= LOST_SEEN_MAX);
const _: () = assert!(BODY_BYTES_MAX / BLOB_BYTES_SCARCE < BLOBS_PER_RUN_MAX as u64);
const _: () = assert!(BLOB_BYTES_SCARCE <= BLOB_BYTES_MAX);
const _: () = assert!(STRETCH_BYTES <= BLOB_BYTES_SCARCE);
