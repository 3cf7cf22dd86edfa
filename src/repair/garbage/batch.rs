//! Runs whose fragments are deleted together.

use std::collections::{BTreeMap, BTreeSet};

use cairn_catalog::command::{CommandBody, GarbageDone};
use cairn_catalog::limits::GARBAGE_DONE_MAX;
use cairn_catalog::query::{Answer, GarbageEntry, Query, RunBlobs};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::{BlobPlace, GarbageId, GarbageRow};
use cairn_metadata::MetadataError;
use cairn_types::{DiskId, Label, ShardId};
use futures::future::join_all;

use crate::collected::Collected;
use crate::disks::{DiskFailure, Disks, Name};
use crate::error::{CollectError, ShardStep};
use crate::places::Placed;
use crate::round::{Round, unexpected};

/// Runs of one shard, and their fragments by disk.
pub(super) struct Batch<'a> {
    round: &'a Round,
    disks: &'a Disks<'a>,
    shard: ShardId,
    runs: Vec<Run>,
    fragments: BTreeMap<DiskId, Vec<Name>>,
    count: usize,
}

struct Run {
    row: GarbageId,
    disks: BTreeSet<DiskId>,
    bytes: u64,
}

impl<'a> Batch<'a> {
    pub(super) fn new(round: &'a Round, disks: &'a Disks<'a>, shard: ShardId) -> Self {
        Self { round, disks, shard, runs: Vec::new(), fragments: BTreeMap::new(), count: 0 }
    }

    /// Fragments in it.
    pub(super) fn fragments(&self) -> usize {
        self.count
    }

    /// Adds a run, whole or not at all. Rows that are still to be unrolled are passed over.
    pub(super) async fn gather(&mut self, entry: GarbageEntry) -> Result<(), CollectError> {
        let GarbageRow::Run(label) = &entry.row else { return Ok(()) };
        let mut blobs = entry.blobs;
        for page in 1..=entry.pages {
            match self.page(label, page).await? {
                Some(more) => blobs.extend(more),
                // Another collector was faster.
                None => return Ok(()),
            }
        }
        for blob in &blobs {
            let deadline = self.round.call_deadline();
            self.round.places.know(&self.round.core, Placed::from(blob), deadline).await?;
        }
        self.add(entry.id, &blobs);
        Ok(())
    }

    /// Deletes the fragments, then the rows of those runs that no disk holds back; `false` if one does. Empties the batch.
    pub(super) async fn finish(&mut self, collected: &mut Collected) -> Result<bool, CollectError> {
        let fragments = std::mem::take(&mut self.fragments);
        let runs = std::mem::take(&mut self.runs);
        self.count = 0;
        let mut busy = BTreeSet::new();
        let deletes = fragments.iter().map(|(disk, names)| async { (*disk, self.disks.delete(*disk, names).await) });
        for (disk, result) in join_all(deletes).await {
            match result {
                Ok(()) => collected.fragments_deleted += fragments[&disk].len() as u64,
                Err(DiskFailure::Down) => {}
                Err(DiskFailure::Later(error)) => {
                    collected.fail(error);
                    busy.insert(disk);
                }
            }
        }
        let (kept, done): (Vec<Run>, Vec<Run>) = runs.into_iter().partition(|run| !run.disks.is_disjoint(&busy));
        collected.runs_kept += kept.len() as u64;
        for some in done.chunks(GARBAGE_DONE_MAX) {
            self.remove_rows(some).await?;
            collected.runs += some.len() as u64;
            collected.run_bytes += some.iter().map(|run| run.bytes).sum::<u64>();
        }
        Ok(kept.is_empty())
    }

    fn add(&mut self, row: GarbageId, blobs: &[BlobPlace]) {
        let mut run = Run { row, disks: BTreeSet::new(), bytes: 0 };
        for blob in blobs {
            run.bytes += blob.length;
            // Those counted as missing too: they may have come late.
            for (disk, index) in self.round.places.disks_of(Placed::from(blob)) {
                run.disks.insert(disk);
                self.fragments.entry(disk).or_default().push((blob.blob, index));
                self.count += 1;
            }
        }
        self.runs.push(run);
    }

    async fn page(&self, label: &Label, page: u32) -> Result<Option<Vec<BlobPlace>>, CollectError> {
        let (shard, step) = (self.shard, ShardStep::ReadRun);
        let query = RunBlobs { label: label.clone(), page, ..RunBlobs::default() };
        match self.round.ask(shard, step, Query::RunBlobs(query)).await {
            Ok(answered) => match answered.answer {
                Answer::RunPage(found) => Ok(Some(found.blobs)),
                _ => Err(unexpected(shard, step)),
            },
            Err(CollectError::Shard { source: MetadataError::Refused(Refusal::NoSuchKey(_)), .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn remove_rows(&self, runs: &[Run]) -> Result<(), CollectError> {
        let rows = runs.iter().map(|run| run.row).collect();
        let body = CommandBody::GarbageDone(GarbageDone { rows, ..GarbageDone::default() });
        self.round.submit(self.shard, ShardStep::FinishRows, body).await.map(drop)
    }
}
