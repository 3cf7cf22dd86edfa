//! Runs and whether fragments are still wanted.
//!
//! # Invariants
//! D5: a fragment is collectable only if no run row names its blob and none ever will: its blob is resolved, or its
//! session fenced. The label that the fragment carries says where that row would be.

use crate::apply::{Halt, living, refuse};
use crate::keys::{ShardContext, run_key, run_page_key};
use crate::limits::BLOBS_PER_CHECK_MAX;
use crate::query::{Answer, BlobCheck, BlobState, CheckBlobs, CheckedBlobs, RunBlobs, RunPage};
use crate::reply::Refusal;
use crate::rows::{Holder, RunPageRow, RunRow};
use crate::state::{CatalogRead, ReadError, named_row, read_row};

/// One page of a run.
pub(super) fn run_blobs<S: CatalogRead>(state: &S, shard: &ShardContext, query: &RunBlobs) -> Result<Answer, Halt> {
    let label = &query.label;
    if !shard.range.contains(label.bucket, label.key.as_bytes()) {
        return refuse(Refusal::WrongShard);
    }
    let Some(mut run) = read_row::<RunRow>(state, &run_key(label.bucket, &label.key, label.run))? else {
        return refuse(Refusal::NoSuchKey);
    };
    let pages = run.pages.len();
    if query.page as usize > pages {
        return refuse(Refusal::OutOfBounds);
    }
    let mut blobs = std::mem::take(&mut run.blobs);
    if query.page > 0 {
        let key = run_page_key(label.bucket, &label.key, label.run, query.page);
        blobs = named_row::<RunPageRow>(state, &key)?.blobs;
    }
    let more = (query.page as usize) < pages;
    Ok(Answer::RunPage(Box::new(RunPage { run, blobs, more, ..RunPage::default() })))
}

/// One state per blob.
pub(super) fn check<S: CatalogRead>(state: &S, shard: &ShardContext, query: &CheckBlobs) -> Result<Answer, Halt> {
    if query.blobs.len() > BLOBS_PER_CHECK_MAX {
        return refuse(Refusal::OutOfBounds);
    }
    let states = query.blobs.iter().map(|blob| check_one(state, shard, blob)).collect::<Result<_, _>>()?;
    Ok(Answer::Checked(CheckedBlobs { states, ..CheckedBlobs::default() }))
}

fn check_one<S: CatalogRead>(state: &S, shard: &ShardContext, check: &BlobCheck) -> Result<BlobState, ReadError> {
    let label = &check.label;
    if !shard.range.contains(label.bucket, label.key.as_bytes()) {
        return Ok(BlobState::WrongShard);
    }
    let run = read_row::<RunRow>(state, &run_key(label.bucket, &label.key, label.run))?;
    if let Some(run) = run
        && names(state, check, &run)?
    {
        return Ok(match run.holder {
            Holder::Version(_) | Holder::Part(_) => BlobState::Referenced,
            Holder::Garbage(_) => BlobState::Garbage,
        });
    }
    // Staged for the run, but not part of it (a second attempt took its place), or of a run that is gone or to come.
    Ok(match living(state, shard, check.blob.session)? {
        None => BlobState::Collectable,
        Some(session) if session.is_resolved(check.blob.sequence) => BlobState::Collectable,
        Some(_) => BlobState::Undecided,
    })
}

fn names<S: CatalogRead>(state: &S, check: &BlobCheck, run: &RunRow) -> Result<bool, ReadError> {
    if run.blobs.iter().any(|place| place.blob == check.blob) {
        return Ok(true);
    }
    for (page, _) in (1u32..).zip(&run.pages) {
        let key = run_page_key(check.label.bucket, &check.label.key, check.label.run, page);
        if named_row::<RunPageRow>(state, &key)?.blobs.iter().any(|place| place.blob == check.blob) {
            return Ok(true);
        }
    }
    Ok(false)
}
