//! Blobs that count as degraded although their fragments came late: the disk is asked first.
//!
//! # Invariants
//! E8: a fragment is noted as there only on the disk's word that it is there, durably, and reads back whole. One that the
//! disk knows to be damaged is not read again.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use cairn_catalog::command::{CommandBody, FragmentNote};
use cairn_catalog::query::{Answer, DegradedEntry, DegradedPage, ListDegraded, Query};
use cairn_catalog::rows::DegradedBlob;
use cairn_types::{DiskId, ShardId};

use crate::collected::Collected;
use crate::disks::{DiskFailure, Disks, Name};
use crate::error::{CollectError, ShardStep};
use crate::limits::{DEGRADED_PER_PAGE, FRAGMENTS_PER_CALL, FRAGMENTS_PER_VERIFY};
use crate::places::Placed;
use crate::round::{Round, unexpected};

/// Looks at the degraded blobs of every shard, or at the next `pages` of each.
pub(crate) async fn clear(round: &Round, pages: Option<u32>) -> Collected {
    let mut collected = Collected::default();
    let disks = round.disks();
    for shard in &round.shards {
        let result = clear_shard(round, &disks, *shard, pages, &mut collected).await;
        collected.take(result);
    }
    collected.disks_down.extend(disks.down());
    collected
}

async fn clear_shard(
    round: &Round,
    disks: &Disks<'_>,
    shard: ShardId,
    pages: Option<u32>,
    collected: &mut Collected,
) -> Result<(), CollectError> {
    let mut after = match pages {
        None => Bytes::new(),
        Some(_) => round.core.progress(shard, |progress| progress.degraded_after.clone()),
    };
    for _ in 0..pages.unwrap_or(u32::MAX) {
        let page = list(round, shard, after).await?;
        after = page.next.clone();
        for (disk, suspects) in suspects(round, page.entries, collected).await? {
            let result = clear_on(round, disks, shard, (disk, suspects), collected).await;
            collected.take(result);
        }
        if after.is_empty() {
            break;
        }
    }
    if pages.is_some() {
        round.core.progress(shard, |progress| progress.degraded_after = after);
    }
    Ok(())
}

async fn list(round: &Round, shard: ShardId, after: Bytes) -> Result<DegradedPage, CollectError> {
    let step = ShardStep::ListDegraded;
    let query = ListDegraded { after, max: DEGRADED_PER_PAGE, ..ListDegraded::default() };
    match round.ask(shard, step, Query::ListDegraded(query)).await?.answer {
        Answer::Degraded(page) => Ok(page),
        _ => Err(unexpected(shard, step)),
    }
}

/// A missing fragment, and what to say of it if it is there.
struct Suspect {
    name: Name,
    note: FragmentNote,
}

/// The missing fragments of a page by the disk that should have them.
async fn suspects(
    round: &Round,
    entries: Vec<DegradedEntry>,
    collected: &mut Collected,
) -> Result<BTreeMap<DiskId, Vec<Suspect>>, CollectError> {
    let mut suspects: BTreeMap<DiskId, Vec<Suspect>> = BTreeMap::new();
    for entry in entries {
        for blob in &entry.blobs {
            let placed = Placed { group: blob.group, epoch: blob.group_epoch, geometry: blob.geometry };
            match round.places.know(&round.core, placed, round.call_deadline()).await {
                Ok(()) => {}
                Err(error @ CollectError::UnknownGroup { .. }) => {
                    collected.fail(error);
                    continue;
                }
                Err(error) => return Err(error),
            }
            for (disk, name) in missing(round, placed, blob) {
                let (label, index) = (entry.label.clone(), name.1.get());
                let note = FragmentNote { label, blob: blob.blob, index, ..FragmentNote::default() };
                suspects.entry(disk).or_default().push(Suspect { name, note });
            }
        }
    }
    Ok(suspects)
}

fn missing(round: &Round, placed: Placed, blob: &DegradedBlob) -> Vec<(DiskId, Name)> {
    let disks = round.places.disks_of(placed).into_iter();
    let missing = disks.filter(|(_, index)| blob.missing.contains(*index));
    missing.map(|(disk, index)| (disk, (blob.blob, index))).collect()
}

async fn clear_on(
    round: &Round,
    disks: &Disks<'_>,
    shard: ShardId,
    (disk, suspects): (DiskId, Vec<Suspect>),
    collected: &mut Collected,
) -> Result<(), CollectError> {
    for some in suspects.chunks(FRAGMENTS_PER_CALL) {
        let names = some.iter().map(|suspect| suspect.name).collect();
        let there = match there(disks, disk, names).await {
            Ok(there) => there,
            Err(DiskFailure::Down) => return Ok(()),
            Err(DiskFailure::Later(error)) => return Err(error),
        };
        for suspect in some.iter().filter(|suspect| there.contains(&suspect.name)) {
            let body = CommandBody::ClearDegraded(suspect.note.clone());
            round.submit(shard, ShardStep::ClearDegraded, body).await?;
            collected.cleared += 1;
        }
    }
    Ok(())
}

/// Those of the fragments that are there. Most are not: what a disk does not have costs no reading.
async fn there(disks: &Disks<'_>, disk: DiskId, names: Vec<Name>) -> Result<BTreeSet<Name>, DiskFailure> {
    let mut there = BTreeSet::new();
    for some in disks.contained(disk, names).await?.chunks(FRAGMENTS_PER_VERIFY) {
        there.extend(disks.verified(disk, some.to_vec()).await?);
    }
    Ok(there)
}
