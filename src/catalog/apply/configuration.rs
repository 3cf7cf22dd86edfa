//! Buckets as a data shard knows them.
//!
//! # Invariants
//! E5: once a configuration version is recorded, nothing decided under an older one is applied. C6: a seal stands only on
//! a share without versions and delete markers, and nothing is added to a sealed share. E10: a seal is forgotten when no
//! session can know the bucket any more; from then on the bucket is unknown, which is refused as well.

use cairn_types::SessionId;

use super::draft::Draft;
use super::fence::sessions_below;
use super::halt::{Halt, refuse};
use super::share::governed;
use crate::command::{BucketScope, ForgetBucket, RecordConfiguration, SealBucket};
use crate::keys::{deleted_bucket_key, horizon_key, share_key};
use crate::reply::{Refusal, Reply};
use crate::rows::{BucketGarbage, DeletedBucketRow, GarbageRow, HorizonRow, ShareRow, ShareState};
use crate::state::CatalogRead;

/// Records a configuration version.
pub(super) fn record<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &RecordConfiguration) -> Result<Reply, Halt> {
    let scope = command.scope;
    let mut row = match read_share(draft, scope)? {
        Some(row) => governed(Some(row), scope.bucket, scope.config_version)?,
        None => ShareRow::default(),
    };
    row.config_version = scope.config_version;
    draft.put(share_key(draft.shard.shard, scope.bucket), &row);
    Ok(Reply::done())
}

/// Seals or unseals. A seal that comes late names an older configuration than the bucket's next state, and is refused.
pub(super) fn seal<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &SealBucket) -> Result<Reply, Halt> {
    let scope = command.scope;
    let mut row = read_share(draft, scope)?.unwrap_or_default();
    if scope.config_version < row.config_version {
        return Err(Refusal::StaleConfiguration(row.config_version).into());
    }
    row.config_version = scope.config_version;
    if command.sealed && row.state == ShareState::Open {
        if row.usage.versions + row.usage.markers > 0 {
            return refuse(Refusal::BucketNotEmpty);
        }
        if row.usage.uploads > 0 {
            let garbage = BucketGarbage { bucket: scope.bucket, before: draft.index, ..BucketGarbage::default() };
            draft.put_garbage(&GarbageRow::Bucket(garbage));
        }
        row.usage.uploads = 0;
        row.usage.part_bytes = 0;
        row.uploads_cut = draft.index;
    }
    row.state = if command.sealed { ShareState::Sealed } else { ShareState::Open };
    draft.put(share_key(draft.shard.shard, scope.bucket), &row);
    Ok(Reply::done())
}

/// Removes a seal; in the root shard, the note that seals stand.
pub(super) fn forget<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &ForgetBucket) -> Result<Reply, Halt> {
    if draft.shard.is_root() {
        let key = deleted_bucket_key(command.bucket);
        if draft.get::<DeletedBucketRow>(&key)?.is_some() {
            draft.delete(key);
        }
        return Ok(Reply::done());
    }
    let key = share_key(draft.shard.shard, command.bucket);
    let Some(row) = draft.get::<ShareRow>(&key)? else { return Ok(Reply::done()) };
    if row.state != ShareState::Sealed {
        return refuse(Refusal::BucketBusy);
    }
    let feed_rows = row.feed.map_or(0, |feed| feed.rows);
    if feed_rows > 0 || !all_fenced_below(draft, command.sessions_below)? {
        return refuse(Refusal::NotYet);
    }
    draft.delete(key);
    Ok(Reply::done())
}

fn all_fenced_below<S: CatalogRead>(draft: &Draft<'_, S>, below: SessionId) -> Result<bool, Halt> {
    let horizon: HorizonRow = draft.get(&horizon_key(draft.shard.shard))?.unwrap_or_default();
    Ok(horizon.horizon >= below && sessions_below(draft, below)?.is_empty())
}

fn read_share<S: CatalogRead>(draft: &Draft<'_, S>, scope: BucketScope) -> Result<Option<ShareRow>, Halt> {
    if !draft.shard.range.overlaps(scope.bucket) {
        return refuse(Refusal::WrongShard);
    }
    Ok(draft.get(&share_key(draft.shard.shard, scope.bucket))?)
}
