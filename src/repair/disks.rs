//! Calls to disks: each has a deadline, and a disk that does not answer one counts as down.
//!
//! A disk that is down keeps fragments of runs whose rows are gone. That is no leak: when it is back, its sweep asks the
//! shards, which find no row.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use cairn_runtime::Instant;
use cairn_storage::{FoundFragment, FragmentService, StorageError};
use cairn_types::{BlobId, DiskId, FragmentIndex};
use parking_lot::Mutex;

use crate::error::{CollectError, DiskStep};
use crate::limits::{DISK_CALL_MAX, FRAGMENTS_PER_CALL};
use crate::round::Round;

/// A fragment's name.
pub(crate) type Name = (BlobId, FragmentIndex);

/// The disks of one part of a round.
pub(crate) struct Disks<'a> {
    round: &'a Round,
    down: Mutex<BTreeSet<DiskId>>,
}

/// A disk did not do what it was asked.
#[derive(Debug, PartialEq)]
pub(crate) enum DiskFailure {
    /// It is down, or takes no writes.
    Down,
    /// It is up: try again later.
    Later(CollectError),
}

impl<'a> Disks<'a> {
    pub(crate) fn new(round: &'a Round) -> Self {
        Self { round, down: Mutex::default() }
    }

    /// Those that turned out to be down.
    pub(crate) fn down(&self) -> BTreeSet<DiskId> {
        self.down.lock().clone()
    }

    /// Deletes fragments; on return their tombstones are durable.
    pub(crate) async fn delete(&self, disk: DiskId, names: &[Name]) -> Result<(), DiskFailure> {
        for some in names.chunks(FRAGMENTS_PER_CALL) {
            let call = |service: Arc<dyn FragmentService>, until| {
                let some = some.to_vec();
                async move { service.delete(disk, some, until).await }
            };
            self.call(disk, DiskStep::Delete, call).await?;
            self.round.pace.spend(&self.round.core.context.clock, some.len()).await;
        }
        Ok(())
    }

    /// A page of the disk's fragments; empty at the end.
    pub(crate) async fn list(&self, disk: DiskId, after: Option<Name>) -> Result<Vec<FoundFragment>, DiskFailure> {
        let call = |service: Arc<dyn FragmentService>, until| async move {
            service.list(disk, after, FRAGMENTS_PER_CALL, until).await
        };
        self.call(disk, DiskStep::List, call).await
    }

    /// Those of the fragments that the disk has, without looking at them; at most [`FRAGMENTS_PER_CALL`].
    pub(crate) async fn contained(&self, disk: DiskId, names: Vec<Name>) -> Result<Vec<Name>, DiskFailure> {
        let asked = names.clone();
        let call = |service: Arc<dyn FragmentService>, until| async move { service.contains(disk, asked, until).await };
        let there = self.call(disk, DiskStep::Contains, call).await?;
        named(disk, DiskStep::Contains, names, &there)
    }

    /// Those of the fragments that the disk reads back whole; at most [`FRAGMENTS_PER_VERIFY`](crate::limits::FRAGMENTS_PER_VERIFY).
    pub(crate) async fn verified(&self, disk: DiskId, names: Vec<Name>) -> Result<Vec<Name>, DiskFailure> {
        let asked = names.clone();
        let call = |service: Arc<dyn FragmentService>, until| async move { service.verify(disk, asked, until).await };
        let good = self.call(disk, DiskStep::Verify, call).await?;
        named(disk, DiskStep::Verify, names, &good)
    }

    async fn call<T, F>(
        &self,
        disk: DiskId,
        step: DiskStep,
        call: impl FnOnce(Arc<dyn FragmentService>, Instant) -> F,
    ) -> Result<T, DiskFailure>
    where
        F: Future<Output = Result<T, StorageError>>,
    {
        if self.down.lock().contains(&disk) {
            return Err(DiskFailure::Down);
        }
        self.round.go_on().map_err(DiskFailure::Later)?;
        let core = &self.round.core;
        let Some(service) = core.services.of(disk) else { return Err(self.is_down(disk)) };
        let until = self.round.deadline.min(core.context.clock.now() + DISK_CALL_MAX);
        // The wait is bounded here too: a service of the same process may have no deadline of its own.
        let result = core.context.clock.until(until, call(service, until)).await;
        match result.unwrap_or(Err(StorageError::Lost)) {
            Ok(value) => {
                core.services.note(disk, true);
                Ok(value)
            }
            Err(source) => Err(self.failure(disk, step, source)),
        }
    }

    fn failure(&self, disk: DiskId, step: DiskStep, source: StorageError) -> DiskFailure {
        match source {
            // Cut short by the end of the round: that says nothing about the disk.
            StorageError::Lost if self.round.go_on().is_err() => DiskFailure::Later(CollectError::Deadline),
            StorageError::NoSuchDisk(_)
            | StorageError::Fenced
            | StorageError::Unreachable
            | StorageError::Lost
            | StorageError::Io(_) => {
                tracing::debug!(%disk, %step, error = %source, "a disk is passed over");
                self.round.core.services.note(disk, false);
                self.is_down(disk)
            }
            StorageError::Busy
            | StorageError::Full
            | StorageError::NoSuchFragment
            | StorageError::StaleEpoch
            | StorageError::BelowSweptFloor
            | StorageError::Invalid(_)
            | StorageError::Corrupt => later(disk, step, source),
        }
    }

    fn is_down(&self, disk: DiskId) -> DiskFailure {
        self.down.lock().insert(disk);
        DiskFailure::Down
    }
}

/// The names that were answered with yes.
fn named(disk: DiskId, step: DiskStep, names: Vec<Name>, answers: &[bool]) -> Result<Vec<Name>, DiskFailure> {
    if answers.len() != names.len() {
        let source = StorageError::Invalid(format!("{} answers to {} questions", answers.len(), names.len()));
        return Err(later(disk, step, source));
    }
    Ok(names.into_iter().zip(answers).filter(|(_, yes)| **yes).map(|(name, _)| name).collect())
}

fn later(disk: DiskId, step: DiskStep, source: StorageError) -> DiskFailure {
    DiskFailure::Later(CollectError::Disk { disk, step, source })
}
