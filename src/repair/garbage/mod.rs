//! The garbage tables of the shards.
//!
//! # Invariants
//! D5: what a garbage row holds is nobody else's, and stays so: its fragments may be deleted whenever. E2: the run row goes
//! last, after a durable tombstone of every fragment on every disk of its group that is up. A disk that is down is not
//! waited for: when it is back, its sweep finds the fragments, since no row names their blobs any more.
//!
//! # Readers
//! A run waits for reads that began before it was garbage, so that they are not cut off. Sessions report their open reads
//! with their renewals: garbage is left alone for the readers' grace, then the oldest reads are asked for, and only rows
//! that no reported read is older than are collected; after a day all are.
//!
//! # Crash
//! Nothing here outlives the process but what the shards say: a new process begins with the first row.

mod batch;
mod collect;
mod readers;
mod unroll;

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_catalog::query::{Answer, GarbagePage, ListGarbage, Query};
use cairn_catalog::rows::GarbageId;
use cairn_runtime::Instant;
use cairn_types::{LogIndex, ShardId};

pub(crate) use self::collect::collect;
use self::readers::Marks;
pub(crate) use self::unroll::unroll;
use crate::error::{CollectError, ShardStep};
use crate::limits::GARBAGE_ROWS_PER_PAGE;
use crate::round::{Round, unexpected};

/// What a process knows of a shard's garbage; to forget it costs work, no more.
#[derive(Default)]
pub(crate) struct Progress {
    /// Rows up to this one are rows of runs.
    unrolled_to: GarbageId,
    /// Whether there may be rows of runs.
    pub(crate) has_garbage: bool,
    /// Where the shard was at times past.
    marks: Marks,
    /// Where the look at degraded runs goes on.
    pub(crate) degraded_after: Bytes,
}

/// How far the shards were at a time.
pub(crate) struct Settled {
    /// The time.
    pub(crate) since: Instant,
    /// Rows made up to here were there then, all of them rows of runs.
    to: BTreeMap<ShardId, LogIndex>,
}

/// A page of garbage, and the last command that it takes into account.
async fn list(
    round: &Round,
    shard: ShardId,
    after: GarbageId,
    before: LogIndex,
) -> Result<(GarbagePage, LogIndex), CollectError> {
    let step = ShardStep::ListGarbage;
    let query = ListGarbage { after, before, max: GARBAGE_ROWS_PER_PAGE, ..ListGarbage::default() };
    let answered = round.ask(shard, step, Query::ListGarbage(query)).await?;
    match answered.answer {
        Answer::Garbage(page) => Ok((page, answered.at)),
        _ => Err(unexpected(shard, step)),
    }
}
