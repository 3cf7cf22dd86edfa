//! Runs: introduced once, held by one.
//!
//! # Invariants
//! E2: a run's row names one holder; moving the hold rewrites that row and nothing else. E3: a blob is introduced only
//! by a command of its own living session, at or above the session's blob floor (or excepted from it), and once.

use std::collections::BTreeSet;

use bytes::Bytes;
use cairn_types::{BucketId, Label, ObjectKey, RunId};

use super::draft::Draft;
use super::halt::{Halt, refuse};
use crate::command::KeyScope;
use crate::keys::{degraded_key, run_key, run_page_key};
use crate::limits::{BLOBS_PER_PAGE, BLOBS_PER_RUN_MAX};
use crate::reply::Refusal;
use crate::rows::{BlobPlace, DegradedBlob, DegradedRow, GarbageRow, Holder, RunPageRow, RunRow, StagedRun};
use crate::state::{CatalogRead, ReadError, contradiction};

/// Introduces a staged run under `holder`.
pub(super) fn introduce<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    scope: &KeyScope,
    staged: &StagedRun,
    holder: Holder,
) -> Result<(), Halt> {
    check_introducible(draft, staged)?;
    let key = run_key(scope.bucket, &scope.key, staged.run);
    if draft.get::<RunRow>(&key)?.is_some() {
        return Err(Refusal::BlobNotIntroducible(staged.run.0).into());
    }
    let degraded = degraded_blobs(&staged.blobs);
    for blob in &degraded {
        draft.count_degraded(blob.missing.count())?;
    }
    let mut pages = staged.blobs.chunks(BLOBS_PER_PAGE);
    let first = pages.next().unwrap_or_default();
    let mut row = RunRow {
        holder,
        length: staged.length(),
        blobs: first.to_vec(),
        degraded: degraded.len() as u32,
        ..RunRow::default()
    };
    let mut offset: u64 = first.iter().map(|blob| blob.length).sum();
    for (page, blobs) in (1u32..).zip(pages) {
        row.pages.push(offset);
        offset += blobs.iter().map(|blob| blob.length).sum::<u64>();
        let page_row = RunPageRow { blobs: blobs.to_vec(), ..RunPageRow::default() };
        draft.put(run_page_key(scope.bucket, &scope.key, staged.run, page), &page_row);
    }
    draft.put(key, &row);
    if !degraded.is_empty() {
        let row = DegradedRow { blobs: degraded, ..DegradedRow::default() };
        draft.put(degraded_key(draft.shard.shard, scope.bucket, &scope.key, staged.run), &row);
    }
    Ok(())
}

fn check_introducible<S: CatalogRead>(draft: &Draft<'_, S>, staged: &StagedRun) -> Result<(), Halt> {
    let total = staged.blobs.iter().try_fold(0u64, |sum, blob| sum.checked_add(blob.length));
    if !(1..=BLOBS_PER_RUN_MAX).contains(&staged.blobs.len()) || total.is_none() {
        return refuse(Refusal::OutOfBounds);
    }
    if staged.run.0.session != draft.session {
        return Err(Refusal::BlobNotIntroducible(staged.run.0).into());
    }
    let mut seen = BTreeSet::new();
    for place in &staged.blobs {
        let introducible = place.blob.session == draft.session
            && !draft.session_row.is_resolved(place.blob.sequence)
            && seen.insert(place.blob.sequence);
        if !introducible {
            return Err(Refusal::BlobNotIntroducible(place.blob).into());
        }
        let fragments = place.geometry.fragments();
        if place.length == 0 || place.missing.numbers().any(|number| number >= fragments) {
            return refuse(Refusal::OutOfBounds);
        }
    }
    Ok(())
}

fn degraded_blobs(blobs: &[BlobPlace]) -> Vec<DegradedBlob> {
    let missing = (0u32..).zip(blobs).filter(|(_, blob)| !blob.missing.is_empty());
    missing.map(|(ordinal, blob)| degraded_blob(ordinal, blob)).collect()
}

/// A blob with its place in the run, as the degraded row keeps it.
pub(super) fn degraded_blob(ordinal: u32, blob: &BlobPlace) -> DegradedBlob {
    DegradedBlob {
        blob: blob.blob,
        ordinal,
        group: blob.group,
        group_epoch: blob.group_epoch,
        geometry: blob.geometry,
        missing: blob.missing,
        ..DegradedBlob::default()
    }
}

/// Moves the hold of a run to another holder.
pub(super) fn move_hold<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    key: &Bytes,
    from: &Holder,
    to: Holder,
) -> Result<RunRow, ReadError> {
    let mut row: RunRow = draft.named(key)?;
    if row.holder != *from {
        return Err(contradiction(key, "the run is held by another"));
    }
    row.holder = to;
    draft.put(key.clone(), &row);
    Ok(row)
}

/// Puts a run on the garbage table. Its degraded blobs are nobody's concern any more.
pub(super) fn discard<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    (bucket, key): (BucketId, &ObjectKey),
    run: RunId,
    holder: &Holder,
) -> Result<(), ReadError> {
    let label = Label { bucket, key: key.clone(), run };
    let garbage = draft.put_garbage(&GarbageRow::Run(label));
    let row_key = run_key(bucket, key, run);
    let mut row: RunRow = draft.named(&row_key)?;
    if row.holder != *holder {
        return Err(contradiction(&row_key, "the run is held by another"));
    }
    row.holder = Holder::Garbage(garbage);
    if row.degraded > 0 {
        row.degraded = 0;
        let degraded_key = degraded_key(draft.shard.shard, bucket, key, run);
        let degraded: DegradedRow = draft.named(&degraded_key)?;
        for blob in &degraded.blobs {
            draft.uncount_degraded(blob.missing.count())?;
        }
        draft.delete(degraded_key);
    }
    draft.put(row_key, &row);
    Ok(())
}
