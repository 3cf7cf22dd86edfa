//! Limits of authentication.

use std::time::Duration;

/// How far the time of a request may be from ours, either way: AWS's 15 minutes.
pub const CLOCK_SKEW_MAX: Duration = Duration::from_secs(15 * 60);

/// Longest life of a presigned URL in seconds: AWS's 7 days.
pub const PRESIGNED_EXPIRES_SECONDS_MAX: u64 = 7 * 24 * 60 * 60;

/// How many signing keys a cache should hold: one is about 300 bytes, one access key needs one a day and region.
pub const SIGNING_KEYS_DEFAULT: usize = 4_096;
