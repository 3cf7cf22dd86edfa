//! Limits of a storage node and its clients.

use std::time::Duration;

use cairn_types::MIB;

/// Blobs that a disk takes at once, unless set otherwise: enough to keep a device busy, few enough to bound memory.
pub const BLOBS_IN_FLIGHT_DEFAULT: u32 = 32;

/// Longest time that room promised to another process is kept for it.
pub const RESERVATION_KEEP_MAX: Duration = Duration::from_secs(120);

/// Promises to other processes at once; more is `Busy`.
pub const RESERVATIONS_MAX: usize = 4_096;

/// Wait for the answer when room is given back unused: nobody needs it.
pub(crate) const RELEASE_WAIT_MAX: Duration = Duration::from_secs(5);

/// A disk that failed a call is asked again after this.
pub const DOWN_RETRY: Duration = Duration::from_secs(2);

/// How often a disk looks for segments to compact.
pub const MAINTENANCE_INTERVAL: Duration = Duration::from_secs(10);

/// Longest time between two reads of a byte by the scrub.
pub const SCRUB_WITHIN: Duration = Duration::from_secs(14 * 24 * 3_600);

/// From the begin of one round of the scrub to that of the next.
pub const SCRUB_INTERVAL: Duration = Duration::from_secs(7 * 24 * 3_600);

/// How long a round is paced to take at most.
pub const SCRUB_ROUND: Duration = Duration::from_secs(5 * 24 * 3_600);

/// Slowest pace: a disk of a TiB is read in five days at more than twice this, a small one is done within minutes and not in use.
pub const SCRUB_BYTES_PER_SECOND_MIN: u64 = MIB;

/// Bytes read before a pause, unless one record is longer: a tenth of a second of a slow disk at most.
pub const SCRUB_BURST_BYTES: u64 = MIB;

/// Bytes read before progress is saved: what a restart reads again.
pub const SCRUB_SAVE_BYTES: u64 = 256 * MIB;

// A byte read at the begin of one round may be read at the end of the next.
const _: () = assert!(SCRUB_INTERVAL.as_secs() + SCRUB_ROUND.as_secs() <= SCRUB_WITHIN.as_secs());

/// Fragments in one answer of a listing: about 1 MiB of labels at the usual key length.
pub const LIST_FRAGMENTS_MAX: usize = 4_096;

/// How often every node is asked whether it is there: well below the time that [`DOWN_RETRY`] would need to learn it.
pub const PING_INTERVAL: Duration = Duration::from_secs(1);

/// Wait for the answer.
pub const PING_WAIT_MAX: Duration = Duration::from_millis(800);

/// Wait for the space of a device in a status; after it the last answer is given.
pub const SPACE_WAIT_MAX: Duration = Duration::from_millis(200);

const _: () = assert!(SPACE_WAIT_MAX.as_millis() < PING_WAIT_MAX.as_millis());

// A node that is down stays so from one ping to the next.
const _: () = assert!(PING_INTERVAL.as_millis() + PING_WAIT_MAX.as_millis() < DOWN_RETRY.as_millis());
