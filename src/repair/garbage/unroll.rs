//! Garbage of uploads and buckets becomes garbage of runs.
//!
//! Rows are made in ascending order, and those that unrolling makes are the highest: one walk up the table meets them all.
//! No fragment is touched, so this waits for no reader.

use cairn_catalog::command::{CommandBody, UnrollGarbage};
use cairn_catalog::reply::Reply;
use cairn_catalog::rows::{GarbageId, GarbageRow};
use cairn_types::{LogIndex, ShardId};

use super::{Settled, list};
use crate::collected::Collected;
use crate::error::{CollectError, ShardStep};
use crate::limits::UNROLL_STEPS_MAX;
use crate::round::{Round, unexpected};

/// Unrolls what there is in every shard.
pub(crate) async fn unroll(round: &Round, collected: &mut Collected) -> Settled {
    let mut to = std::collections::BTreeMap::new();
    for shard in &round.shards {
        match unroll_shard(round, *shard, collected).await {
            Ok(at) => {
                to.insert(*shard, at);
            }
            Err(error) => collected.fail(error),
        }
    }
    Settled { since: round.core.context.clock.now(), to }
}

/// Walks up the new rows; returns up to where there are only rows of runs.
async fn unroll_shard(round: &Round, shard: ShardId, collected: &mut Collected) -> Result<LogIndex, CollectError> {
    let core = &round.core;
    let mut after = core.progress(shard, |progress| progress.unrolled_to);
    loop {
        let (page, at) = list(round, shard, after, LogIndex(0)).await?;
        let mut unrolled = 0;
        for entry in &page.entries {
            if !matches!(entry.row, GarbageRow::Run(_)) {
                unroll_row(round, shard, entry.id).await?;
                unrolled += 1;
            }
            after = entry.id;
            core.progress(shard, |progress| {
                progress.unrolled_to = progress.unrolled_to.max(entry.id);
                progress.has_garbage = true;
            });
        }
        collected.rows_unrolled += unrolled;
        if !page.more && unrolled == 0 {
            core.progress(shard, |progress| progress.marks.note(core.context.clock.now(), at));
            return Ok(at);
        }
    }
}

async fn unroll_row(round: &Round, shard: ShardId, row: GarbageId) -> Result<(), CollectError> {
    for _ in 0..UNROLL_STEPS_MAX {
        let body = CommandBody::UnrollGarbage(UnrollGarbage { row });
        match round.submit(shard, ShardStep::Unroll, body).await? {
            Reply::Stepped(step) if step.more => {}
            Reply::Stepped(_) => return Ok(()),
            _ => return Err(unexpected(shard, ShardStep::Unroll)),
        }
    }
    Err(CollectError::Deadline)
}
