//! Runs that are collected.

use cairn_types::Label;

use super::draft::Draft;
use super::halt::{Halt, refuse};
use crate::command::GarbageDone;
use crate::keys::{garbage_key, run_key, run_page_key};
use crate::limits::GARBAGE_DONE_MAX;
use crate::reply::{Refusal, Reply};
use crate::rows::{GarbageId, GarbageRow, Holder, RunRow};
use crate::state::{CatalogRead, contradiction};

/// Removes the run rows and the garbage rows. Rows of parts and buckets are unrolled, not declared done.
pub(super) fn done<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &GarbageDone) -> Result<Reply, Halt> {
    if command.rows.len() > GARBAGE_DONE_MAX {
        return refuse(Refusal::OutOfBounds);
    }
    let mut rows = command.rows.clone();
    rows.sort_unstable();
    rows.dedup();
    for id in rows {
        match draft.get(&garbage_key(draft.shard.shard, id))? {
            None => {}
            Some(GarbageRow::Run(label)) => remove_run(draft, id, &label)?,
            Some(GarbageRow::Upload(_) | GarbageRow::Bucket(_)) => return refuse(Refusal::OutOfBounds),
        }
    }
    Ok(Reply::done())
}

fn remove_run<S: CatalogRead>(draft: &mut Draft<'_, S>, id: GarbageId, label: &Label) -> Result<(), Halt> {
    let key = run_key(label.bucket, &label.key, label.run);
    let row: RunRow = draft.named(&key)?;
    if row.holder != Holder::Garbage(id) {
        return Err(contradiction(&key, "the run is held by another").into());
    }
    for (page, _) in (1u32..).zip(&row.pages) {
        draft.delete(run_page_key(label.bucket, &label.key, label.run, page));
    }
    draft.delete(key);
    draft.delete(garbage_key(draft.shard.shard, id));
    Ok(())
}
