//! Garbage of runs goes, fragments first.

use std::collections::BTreeMap;

use cairn_catalog::query::GarbageEntry;
use cairn_catalog::rows::GarbageId;
use cairn_types::{LogIndex, ShardId};

use super::batch::Batch;
use super::readers::collectable_to;
use super::{Settled, list};
use crate::collected::Collected;
use crate::disks::Disks;
use crate::error::CollectError;
use crate::limits::{FRAGMENTS_PER_BATCH, OLDEST_READS_MAX, READERS_AWAITED_MAX};
use crate::round::Round;

/// Collects, in every shard, the runs that were garbage when it was settled and that no open read may need.
pub(crate) async fn collect(round: &Round, settled: &Settled) -> Collected {
    let mut collected = Collected::default();
    let disks = round.disks();
    let oldest = oldest_reads(round).await.map_err(|error| collected.fail(error)).ok();
    for (shard, at) in &settled.to {
        // Not knowing the oldest read is to know of one that saw nothing.
        let oldest_read = oldest.as_ref().map_or(Some(LogIndex(0)), |oldest| oldest.get(shard).copied());
        let now = round.core.context.clock.now();
        let aged = round.core.progress(*shard, |progress| progress.marks.older_than(now, READERS_AWAITED_MAX));
        let to = collectable_to(*at, oldest_read, aged);
        let mut of_shard = OfShard { round, disks: &disks, shard: *shard, to, collected: Collected::default() };
        let result = of_shard.collect().await;
        of_shard.collected.take(result);
        collected.add(of_shard.collected);
    }
    collected.disks_down.extend(disks.down());
    collected
}

async fn oldest_reads(round: &Round) -> Result<BTreeMap<ShardId, LogIndex>, CollectError> {
    let until = round.deadline.min(round.core.context.clock.now() + OLDEST_READS_MAX);
    round.core.client.oldest_reads(until).await.map_err(CollectError::OldestReads)
}

struct OfShard<'a> {
    round: &'a Round,
    disks: &'a Disks<'a>,
    shard: ShardId,
    /// Rows made up to here.
    to: LogIndex,
    collected: Collected,
}

impl OfShard<'_> {
    async fn collect(&mut self) -> Result<(), CollectError> {
        let (core, shard) = (&self.round.core, self.shard);
        // Set again by whoever sees a row from here on.
        let had_garbage = core.progress(shard, |progress| std::mem::take(&mut progress.has_garbage));
        let result = match (had_garbage, self.to) {
            (false, _) => Ok(false),
            (true, LogIndex(0)) => Ok(true),
            (true, _) => self.collect_rows().await,
        };
        let newer = core.progress(shard, |progress| progress.unrolled_to.index > self.to);
        let is_left = *result.as_ref().unwrap_or(&true) || newer;
        core.progress(shard, |progress| progress.has_garbage |= had_garbage && is_left);
        self.collected.shards_awaiting_readers += u64::from(had_garbage && newer);
        result.map(drop)
    }

    /// Whether rows up to the bound are left.
    async fn collect_rows(&mut self) -> Result<bool, CollectError> {
        let mut after = GarbageId::default();
        let mut batch = Batch::new(self.round, self.disks, self.shard);
        let mut is_left = false;
        loop {
            let (page, _) = list(self.round, self.shard, after, self.to.next()).await?;
            after = page.entries.last().map_or(after, |entry| entry.id);
            for entry in page.entries {
                is_left |= !self.gather(&mut batch, entry).await?;
                if batch.fragments() >= FRAGMENTS_PER_BATCH {
                    is_left |= !batch.finish(&mut self.collected).await?;
                }
            }
            is_left |= !batch.finish(&mut self.collected).await?;
            if !page.more {
                return Ok(is_left);
            }
        }
    }

    /// `false` if the row stays for another round. One row whose group is unknown does not hold up the others.
    async fn gather(&mut self, batch: &mut Batch<'_>, entry: GarbageEntry) -> Result<bool, CollectError> {
        match batch.gather(entry).await {
            Ok(()) => Ok(true),
            Err(error @ CollectError::UnknownGroup { .. }) => {
                self.collected.fail(error);
                self.collected.runs_kept += 1;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
