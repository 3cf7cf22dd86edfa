//! Garbage and degraded runs.

use bytes::Bytes;
use cairn_types::LogIndex;

use super::entry::{just_after, page};
use crate::apply::Halt;
use crate::keys::{
    ShardContext, Table, degraded_count_key, garbage_key, label_of_degraded, prefix_range, run_key, shard_prefix,
};
use crate::limits::ENTRIES_PER_QUERY_MAX;
use crate::query::{Answer, DegradedEntry, DegradedPage, GarbageEntry, GarbagePage, ListDegraded, ListGarbage};
use crate::rows::{DegradedRow, GarbageId, GarbageRow, RunRow};
use crate::state::{CatalogRead, ReadError, contradiction, named_row, read_row};

/// Garbage rows, those of runs with their first blobs.
pub(super) fn list<S: CatalogRead>(state: &S, shard: &ShardContext, query: &ListGarbage) -> Result<Answer, Halt> {
    let all = prefix_range(shard_prefix(Table::Garbage, shard.shard));
    let end = match query.before {
        LogIndex(0) => all.end,
        before => garbage_key(shard.shard, GarbageId { index: before, ordinal: 0 }),
    };
    let start = just_after(&garbage_key(shard.shard, query.after));
    if start >= end {
        return Ok(Answer::Garbage(GarbagePage::default()));
    }
    let max = (query.max as usize).min(ENTRIES_PER_QUERY_MAX);
    let (rows, more) = page(state, &(start..end), max)?;
    let entries = rows.into_iter().map(|(key, row)| entry(state, &key, row)).collect::<Result<_, _>>()?;
    Ok(Answer::Garbage(GarbagePage { entries, more, ..GarbagePage::default() }))
}

fn entry<S: CatalogRead>(state: &S, key: &Bytes, row: GarbageRow) -> Result<GarbageEntry, ReadError> {
    let id = garbage_id(key).ok_or_else(|| contradiction(key, "not the key of garbage"))?;
    let run: Option<RunRow> = match &row {
        GarbageRow::Run(label) => Some(named_row(state, &run_key(label.bucket, &label.key, label.run))?),
        GarbageRow::Upload(_) | GarbageRow::Bucket(_) => None,
    };
    let (blobs, pages) = run.map_or((Vec::new(), 0), |run| (run.blobs, run.pages.len() as u32));
    Ok(GarbageEntry { id, row, blobs, pages, ..GarbageEntry::default() })
}

fn garbage_id(key: &[u8]) -> Option<GarbageId> {
    let index = u64::from_be_bytes(key.get(5..13)?.try_into().ok()?);
    let ordinal = u32::from_be_bytes(key.get(13..)?.try_into().ok()?);
    Some(GarbageId { index: LogIndex(index), ordinal })
}

/// How many blobs are below full redundancy.
pub(super) fn degraded_count<S: CatalogRead>(state: &S, shard: &ShardContext) -> Result<Answer, Halt> {
    let count = read_row(state, &degraded_count_key(shard.shard))?.unwrap_or_default();
    Ok(Answer::DegradedCount(count))
}

/// Which.
pub(super) fn degraded<S: CatalogRead>(state: &S, shard: &ShardContext, query: &ListDegraded) -> Result<Answer, Halt> {
    let all = prefix_range(shard_prefix(Table::Degraded, shard.shard));
    let start = all.start.clone().max(just_after(&query.after));
    if start >= all.end {
        return Ok(Answer::Degraded(DegradedPage::default()));
    }
    let max = (query.max as usize).clamp(1, ENTRIES_PER_QUERY_MAX);
    let (rows, more) = page::<DegradedRow, _>(state, &(start..all.end), max)?;
    let last = rows.last().map(|(key, _)| key.clone());
    let next = last.filter(|_| more).unwrap_or_default();
    let labelled = |(key, row): (Bytes, DegradedRow)| {
        let label = label_of_degraded(&key).ok_or_else(|| contradiction(&key, "not the key of a degraded run"))?;
        Ok(DegradedEntry { label, blobs: row.blobs, ..DegradedEntry::default() })
    };
    let entries = rows.into_iter().map(labelled).collect::<Result<_, ReadError>>()?;
    Ok(Answer::Degraded(DegradedPage { entries, next, ..DegradedPage::default() }))
}
