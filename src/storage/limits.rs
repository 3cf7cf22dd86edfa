//! Limits of a storage node and its clients.

use std::time::Duration;

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

/// Fragments in one answer of a listing: about 1 MiB of labels at the usual key length.
pub const LIST_FRAGMENTS_MAX: usize = 4_096;

/// How often every node is asked whether it is there: well below the time that [`DOWN_RETRY`] would need to learn it.
pub const PING_INTERVAL: Duration = Duration::from_secs(1);

/// Wait for the answer.
pub const PING_WAIT_MAX: Duration = Duration::from_millis(800);

// A node that is down stays so from one ping to the next.
const _: () = assert!(PING_INTERVAL.as_millis() + PING_WAIT_MAX.as_millis() < DOWN_RETRY.as_millis());
