//! Limits of a disk's store.

use cairn_types::{GIB, KIB, MIB};

/// Bytes of a segment, unless set otherwise.
pub const SEGMENT_BYTES_DEFAULT: u64 = GIB;

/// Smallest segment: one blob in one data cell with its lead, header and seal.
pub const SEGMENT_BYTES_MIN: u64 = 128 * KIB;

/// Free bytes kept for the index, besides two segments.
pub const INDEX_RESERVE_BYTES: u64 = 256 * MIB;

/// Bytes of leads kept in memory, unless set otherwise: a lead takes 16 bytes a cell and some 150 more.
pub const LEAD_CACHE_BYTES_DEFAULT: usize = 32 * MIB as usize;

/// Reads up to this length go through the page cache, longer ones around it.
pub const CACHED_READ_BYTES_MAX: usize = 256 * KIB as usize;

/// Most changes that one batch of the index takes.
pub const BATCH_CHANGES_MAX: usize = 1_024;

/// Tombstones of one append.
pub const DELETES_PER_APPEND: usize = 4_096;

/// Payload bytes that compaction has in memory at once, unless one record is larger.
pub const COMPACTION_BYTES_IN_FLIGHT: u64 = 8 * MIB;

/// A segment is worth compacting when at most this share of its record bytes is live.
pub const COMPACTION_LIVE_PERCENT: u64 = 50;

/// Rows that a scrub looks through at once for those of damaged bytes.
pub const SCRUB_ROWS_PER_READ: usize = 4_096;

/// How often a read looks a fragment up again that was moved under it.
pub const READ_TRIES_MAX: u32 = 4;

/// Sessions and groups that the bounds of a disk name.
pub const BOUNDS_ENTRIES_MAX: usize = 65_536;
