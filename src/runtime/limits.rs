//! Limits of the seams.

use std::time::Duration;

/// How long a shutdown waits for aborted tasks to be dropped: one poll, unless a task never yields.
pub const ABORT_WAIT: Duration = Duration::from_secs(1);

/// Threads of one disk. Enough to keep a flash device's queue filled with reads while a sync runs; more only adds stacks.
pub const DISK_THREADS: usize = 8;
/// Calls waiting for a disk's threads; callers over it wait in line.
pub const DISK_QUEUE_MAX: usize = 1_024;

/// Threads of one engine for reads that block.
pub const KV_READ_THREADS: usize = 4;
/// Threads of one engine for stalled and large writes, flushes and replacements: apart, so that a stall holds up no read.
pub const KV_WRITE_THREADS: usize = 3;
/// Calls waiting for either of an engine's sets of threads.
pub const KV_QUEUE_MAX: usize = 1_024;
/// Values from this size lie in blob files, so that compaction does not copy them.
pub const KV_BLOB_BYTES_MIN: u64 = 4_096;
/// Rows of a prefix that a scan steps over before it seeks past them: a step costs about a tenth of a seek.
pub const KV_STEPS_BEFORE_SEEK: usize = 8;
/// Rows of a replacement held in memory until they are written as one file.
pub const KV_REPLACE_FILE_BYTES: usize = 32 * 1024 * 1024;

/// Smallest pooled buffer.
pub const BUFFER_BYTES_MIN: usize = 64 * 1024;
/// Largest pooled buffer; a larger one goes back to the allocator.
pub const BUFFER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Buffers that one disk keeps for its direct reads and copied writes.
pub const DISK_POOL_BYTES: usize = 16 * 1024 * 1024;

/// Connections waiting to be accepted.
pub const LISTEN_BACKLOG: i32 = 4_096;
/// Silence after which the kernel asks a peer whether it is still there.
pub const TCP_KEEPALIVE: Duration = Duration::from_secs(60);
/// Slices of one vectored write: Linux's IOV_MAX.
pub const IO_SLICES_MAX: usize = 1_024;

const _: () = assert!(LISTEN_BACKLOG >= 1_024, "a restart's thundering herd fits");
const _: () = assert!(BUFFER_BYTES_MIN.is_power_of_two() && BUFFER_BYTES_MAX.is_power_of_two());
const _: () = assert!(BUFFER_BYTES_MIN as u64 >= crate::disk::SECTOR_BYTES);
/// Batches from this size are applied on an engine's thread: copying them would hold an executor thread for too long.
pub const KV_INLINE_BATCH_BYTES_MAX: usize = 256 * 1024;
