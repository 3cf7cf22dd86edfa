//! Limits of the seams.

use std::time::Duration;

/// How long a shutdown waits for aborted tasks to be dropped: one poll, unless a task never yields.
pub const ABORT_WAIT: Duration = Duration::from_secs(1);
