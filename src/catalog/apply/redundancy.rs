//! Fragments that are missing, and come back.
//!
//! # Invariants
//! E8: the run's row says which of its blobs' fragments are missing; the degraded row repeats it for the blobs that miss
//! one, and the counts are those of the degraded rows. Only runs that a version or part holds are counted.

use bytes::Bytes;
use cairn_types::{BlobId, FragmentIndex};

use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::runs::degraded_blob;
use crate::command::FragmentNote;
use crate::keys::{degraded_key, run_key, run_page_key};
use crate::limits::BLOBS_PER_PAGE;
use crate::reply::{Refusal, Reply};
use crate::rows::{BlobPlace, DegradedRow, FragmentSet, Holder, RunPageRow, RunRow};
use crate::state::{CatalogRead, ReadError};

/// A missing fragment is durable after all.
pub(super) fn clear<S: CatalogRead>(draft: &mut Draft<'_, S>, note: &FragmentNote) -> Result<Reply, Halt> {
    change(draft, note, |missing, index| {
        missing.remove(index);
    })
}

/// A fragment is gone.
pub(super) fn mark<S: CatalogRead>(draft: &mut Draft<'_, S>, note: &FragmentNote) -> Result<Reply, Halt> {
    change(draft, note, FragmentSet::insert)
}

fn change<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    note: &FragmentNote,
    edit: impl Fn(&mut FragmentSet, FragmentIndex),
) -> Result<Reply, Halt> {
    let label = &note.label;
    if !draft.shard.range.contains(label.bucket, label.key.as_bytes()) {
        return refuse(Refusal::WrongShard);
    }
    let key = run_key(label.bucket, &label.key, label.run);
    let held = draft.get::<RunRow>(&key)?.filter(|row| !matches!(row.holder, Holder::Garbage(_)));
    let Some(mut run) = held else { return Ok(Reply::done()) };
    let Some(mut found) = find(draft, note, &run)? else { return Ok(Reply::done()) };
    let before = found.place.missing;
    let Some(index) = found.place.geometry.index(note.index) else { return refuse(Refusal::OutOfBounds) };
    edit(&mut found.place.missing, index);
    if found.place.missing == before {
        return Ok(Reply::done());
    }
    draft.uncount_degraded(before.count())?;
    draft.count_degraded(found.place.missing.count())?;
    update_degraded_row(draft, note, &found)?;
    run.degraded += u32::from(before.is_empty());
    run.degraded -= u32::from(found.place.missing.is_empty());
    match found.page {
        None => run.blobs[found.slot] = found.place,
        Some((page_key, mut page)) => {
            page.blobs[found.slot] = found.place;
            draft.put(page_key, &page);
        }
    }
    draft.put(key, &run);
    Ok(Reply::done())
}

/// A blob of a run, and where in the rows it stands.
struct Found {
    ordinal: u32,
    slot: usize,
    place: BlobPlace,
    page: Option<(Bytes, RunPageRow)>,
}

fn find<S: CatalogRead>(draft: &Draft<'_, S>, note: &FragmentNote, run: &RunRow) -> Result<Option<Found>, ReadError> {
    if let Some((slot, place)) = position(&run.blobs, note.blob) {
        return Ok(Some(Found { ordinal: slot as u32, slot, place, page: None }));
    }
    for (page, _) in (1u32..).zip(&run.pages) {
        let key = run_page_key(note.label.bucket, &note.label.key, note.label.run, page);
        let row: RunPageRow = draft.named(&key)?;
        if let Some((slot, place)) = position(&row.blobs, note.blob) {
            let ordinal = page * BLOBS_PER_PAGE as u32 + slot as u32;
            return Ok(Some(Found { ordinal, slot, place, page: Some((key, row)) }));
        }
    }
    Ok(None)
}

fn position(blobs: &[BlobPlace], blob: BlobId) -> Option<(usize, BlobPlace)> {
    blobs.iter().enumerate().find(|(_, place)| place.blob == blob).map(|(slot, place)| (slot, place.clone()))
}

fn update_degraded_row<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    note: &FragmentNote,
    found: &Found,
) -> Result<(), ReadError> {
    let label = &note.label;
    let key = degraded_key(draft.shard.shard, label.bucket, &label.key, label.run);
    let mut row: DegradedRow = draft.get(&key)?.unwrap_or_default();
    row.blobs.retain(|blob| blob.blob != note.blob);
    if !found.place.missing.is_empty() {
        let place = row.blobs.partition_point(|blob| blob.ordinal < found.ordinal);
        row.blobs.insert(place, degraded_blob(found.ordinal, &found.place));
    }
    if row.blobs.is_empty() {
        draft.delete(key);
    } else {
        draft.put(key, &row);
    }
    Ok(())
}
