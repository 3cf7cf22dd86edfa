//! Limits of the journal.

use cairn_runtime::disk::SECTOR_BYTES;
use cairn_types::{KIB, MIB};

/// From this length on a payload starts on a sector boundary and is written without a copy; below it, it is packed: the
/// padding of up to two sectors would cost more than the copy.
pub const ALIGNED_PAYLOAD_BYTES_MIN: usize = 64 * KIB as usize;

/// Largest payload of one record: the largest blob in a geometry with one data cell.
pub const PAYLOAD_BYTES_MAX: usize = 64 * MIB as usize;

/// Largest head of one record: bounds what recovery and reads take into memory for one frame.
pub const HEAD_BYTES_MAX: usize = 16 * MIB as usize;

/// A batch takes no more appends once it has this many bytes, so that the first of them does not wait for a long write.
pub const FLUSH_BYTES_TARGET: u64 = 8 * MIB;

/// Bytes of appends that wait or are being written. The owner's permits are meant to be smaller; this is the backstop.
pub const QUEUE_BYTES_MAX: u64 = 512 * MIB;

/// Appends that wait.
pub const QUEUE_APPENDS_MAX: usize = 65_536;

/// Most records of one append.
pub const APPEND_RECORDS_MAX: usize = 65_536;

/// Smallest file: header, one flush, seal.
pub const FILE_BYTES_MIN: u64 = 4 * SECTOR_BYTES;

/// How many flushes may pass before the free space of the device is looked up again.
pub const SPACE_CHECK_FLUSHES: u32 = 64;

/// What a walk over flush headers reads at once: several small flushes cost one read, a large one is skipped.
pub const WALK_WINDOW_BYTES: usize = 64 * KIB as usize;

/// What a replay reads at once.
pub const REPLAY_WINDOW_BYTES: usize = MIB as usize;

const _: () = assert!(ALIGNED_PAYLOAD_BYTES_MIN as u64 >= SECTOR_BYTES);
const _: () = assert!(FLUSH_BYTES_TARGET <= QUEUE_BYTES_MAX);
const _: () = assert!(PAYLOAD_BYTES_MAX as u64 + HEAD_BYTES_MAX as u64 <= QUEUE_BYTES_MAX);
