//! What a round did.

use std::collections::BTreeSet;

use cairn_types::DiskId;

use crate::error::CollectError;
use crate::limits::FAILURES_NAMED_MAX;

/// What a round did, and what it could not do.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Collected {
    /// Garbage rows of uploads and buckets that became garbage of runs.
    pub rows_unrolled: u64,
    /// Garbage runs that are gone.
    pub runs: u64,
    /// Stored bytes of those, without parity.
    pub run_bytes: u64,
    /// Fragments of those that disks were told to delete; some were never there.
    pub fragments_deleted: u64,
    /// Fragments that the sweep looked at.
    pub fragments_swept: u64,
    /// Fragments that the sweep deleted.
    pub orphans_deleted: u64,
    /// Payload bytes of those.
    pub orphan_bytes: u64,
    /// Late fragments that were noted.
    pub cleared: u64,
    /// Garbage runs that wait for a disk that is up but busy.
    pub runs_kept: u64,
    /// Shards in which garbage waits for open reads.
    pub shards_awaiting_readers: u64,
    /// Disks that did not take part because they are down or fenced; their next sweep finds what they missed.
    pub disks_down: BTreeSet<DiskId>,
    /// What was not done, and why; at most [`FAILURES_NAMED_MAX`].
    pub failed: Vec<CollectError>,
    /// Failures, those not named included.
    pub failures: u64,
}

impl Collected {
    /// Whether everything was looked at, on the shards and on the disks that are up.
    pub fn is_complete(&self) -> bool {
        self.failures == 0
    }

    /// Whether anything was done.
    pub fn did_something(&self) -> bool {
        self.rows_unrolled + self.runs + self.orphans_deleted + self.cleared > 0
    }

    /// A round that could not begin.
    pub(crate) fn failed(error: CollectError) -> Self {
        let mut collected = Self::default();
        collected.fail(error);
        collected
    }

    pub(crate) fn fail(&mut self, error: CollectError) {
        self.failures += 1;
        if self.failed.len() < FAILURES_NAMED_MAX {
            self.failed.push(error);
        }
    }

    /// Notes the failure of a step, if it is one.
    pub(crate) fn take(&mut self, result: Result<(), CollectError>) {
        if let Err(error) = result {
            self.fail(error);
        }
    }

    /// Adds what another part of the round did.
    pub(crate) fn add(&mut self, other: Self) {
        self.rows_unrolled += other.rows_unrolled;
        self.runs += other.runs;
        self.run_bytes += other.run_bytes;
        self.fragments_deleted += other.fragments_deleted;
        self.fragments_swept += other.fragments_swept;
        self.orphans_deleted += other.orphans_deleted;
        self.orphan_bytes += other.orphan_bytes;
        self.cleared += other.cleared;
        self.runs_kept += other.runs_kept;
        self.shards_awaiting_readers += other.shards_awaiting_readers;
        self.disks_down.extend(other.disks_down);
        self.failures += other.failures;
        let room = FAILURES_NAMED_MAX.saturating_sub(self.failed.len());
        self.failed.extend(other.failed.into_iter().take(room));
    }
}
