//! Every bound of the catalog, with its unit and its reason.

use cairn_types::MIB;

/// Blobs in a run row itself; further ones lie in pages of as many. A page of 64 blobs is about 4 KiB: one block.
pub const BLOBS_PER_PAGE: usize = 64;

/// Blobs of one run: 5 GiB (the largest body of one PUT or part) in blobs of 4 MiB are 1,280.
pub const BLOBS_PER_RUN_MAX: usize = 2_048;

/// Pages of a run beside its row.
pub const PAGES_PER_RUN_MAX: usize = BLOBS_PER_RUN_MAX / BLOBS_PER_PAGE - 1;

/// Longest inline body in bytes: a bound of the state machine, above every setting of the inline limit.
pub const INLINE_BYTES_MAX: usize = MIB as usize;

/// Highest part number (S3).
pub const PART_NUMBER_MAX: u16 = 10_000;

/// Appends to one object (S3: `TooManyParts`).
pub const APPENDS_MAX: u32 = 10_000;

/// Number of the part that the first append writes: above every part of an upload, so that what an upload left to be
/// collected is never taken for one.
pub const APPENDED_PART_FIRST: u16 = PART_NUMBER_MAX + 1;

/// Highest number of a part row.
pub const PART_ROW_NUMBER_MAX: u16 = PART_NUMBER_MAX + APPENDS_MAX as u16;

/// Versions of a key, newest first, among which a repeated Complete looks for its own: more than come between a lost
/// answer and the next try.
pub const REPEATED_COMPLETE_VERSIONS_MAX: usize = 64;

/// Changes of one version in one command: there are fewer aspects.
pub const VERSION_CHANGES_MAX: usize = 8;

/// Access keys of one user, or of an account itself, that may be active at once.
pub const ACTIVE_KEYS_PER_USER_MAX: usize = 2;

/// Access keys of one user, or of an account itself, active or not: a command looks at all of them.
pub const ACCESS_KEYS_PER_USER_MAX: usize = 16;

/// Smallest part in bytes, the last one excepted (S3: `EntityTooSmall`).
pub const PART_BYTES_MIN: u64 = 5 * MIB;

/// Sessions in the registry. Each costs a row per shard, and a fence carries all of them.
pub const SESSIONS_MAX: usize = 1_024;

/// Replies kept for one session in one shard; a session with more commands under way is told to wait.
pub const REPLIES_PER_SESSION_MAX: usize = 4_096;

/// Sequences below a blob floor that may be excepted from it.
pub const FLOOR_EXCEPTIONS_MAX: usize = 4_096;

/// Garbage rows that one command may declare done.
pub const GARBAGE_DONE_MAX: usize = 32;

/// Parts or uploads that one command takes off a garbage row.
pub const UNROLL_STEP: usize = 64;

/// Feed rows that one command trims.
pub const FEED_TRIM_STEP: usize = 256;

/// Feed rows of one bucket in one shard; above it the feed is cut and a resync is due.
pub const FEED_ROWS_MAX: u64 = 1_000_000;

/// Rows that one command may write. The largest are a fence of every session, and garbage of the longest runs.
pub const WRITES_PER_COMMAND_MAX: usize = 3 * SESSIONS_MAX + REPLIES_PER_SESSION_MAX;

/// Rows that one query passes over before it answers with what it has; the asker goes on from there.
pub const ROWS_PER_QUERY_MAX: usize = 10_000;

/// Entries that one query returns, whatever is asked for.
pub const ENTRIES_PER_QUERY_MAX: usize = 1_000;

/// Stretches of a body that a lookup returns: enough for the first second of a stream, small enough for one message.
pub const STRETCHES_PER_ANSWER_MAX: usize = 16;

/// Blobs that one check takes.
pub const BLOBS_PER_CHECK_MAX: usize = 1_024;

/// Longest document of the root shard in bytes (the placement maps are the largest).
pub const DOCUMENT_BYTES_MAX: usize = 4 * MIB as usize;

const _: () = assert!(GARBAGE_DONE_MAX * (PAGES_PER_RUN_MAX + 3) + REPLIES_PER_SESSION_MAX <= WRITES_PER_COMMAND_MAX);
const _: () = assert!(UNROLL_STEP * 6 + REPLIES_PER_SESSION_MAX <= WRITES_PER_COMMAND_MAX);
const _: () = assert!(BLOBS_PER_RUN_MAX.is_multiple_of(BLOBS_PER_PAGE));
const _: () = assert!(APPENDS_MAX <= (u16::MAX - PART_NUMBER_MAX) as u32);
