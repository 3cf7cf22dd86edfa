//! Whether a query may be answered here, and rows in bulk.

use std::ops::Range;

use bytes::Bytes;

use crate::apply::{Halt, governed, refuse};
use crate::command::{BucketScope, KeyScope};
use crate::keys::{ShardContext, share_key};
use crate::reply::Refusal;
use crate::rows::{Row, ShareRow};
use crate::state::{CatalogRead, ReadError, contradiction, decode_row, read_row};

/// The open share of a key's bucket, if the key is this shard's and the configuration governs.
pub(super) fn enter_key<S: CatalogRead>(state: &S, shard: &ShardContext, scope: &KeyScope) -> Result<ShareRow, Halt> {
    if !shard.range.contains(scope.bucket, scope.key.as_bytes()) {
        return refuse(Refusal::WrongShard);
    }
    enter_bucket(state, shard, BucketScope { bucket: scope.bucket, config_version: scope.config_version })
}

/// The open share of a bucket, if the configuration governs.
pub(super) fn enter_bucket<S: CatalogRead>(
    state: &S,
    shard: &ShardContext,
    scope: BucketScope,
) -> Result<ShareRow, Halt> {
    let row = read_row(state, &share_key(shard.shard, scope.bucket))?;
    Ok(governed(row, scope.bucket, scope.config_version)?)
}

/// Rows of a range, decoded, with their keys.
pub(super) fn rows<'a, R: Row + 'a, S: CatalogRead>(
    state: &'a S,
    range: &Range<Bytes>,
) -> impl Iterator<Item = Result<(Bytes, R), ReadError>> + use<'a, R, S> {
    state.scan(&range.start[..]..&range.end[..]).map(|row| {
        let (key, value) = row?;
        let row = decode_row(&key, value)?;
        Ok((key, row))
    })
}

/// At most `max` rows of `range`, and whether there are more.
pub(super) fn page<R: Row, S: CatalogRead>(
    state: &S,
    range: &Range<Bytes>,
    max: usize,
) -> Result<(Vec<(Bytes, R)>, bool), ReadError> {
    let mut found: Vec<(Bytes, R)> = rows(state, range).take(max.saturating_add(1)).collect::<Result<_, _>>()?;
    let more = found.len() > max;
    found.truncate(max);
    Ok((found, more))
}

/// The lowest key above `key`.
pub(super) fn just_after(key: &[u8]) -> Bytes {
    let mut after = Vec::with_capacity(key.len() + 1);
    after.extend_from_slice(key);
    after.push(0);
    after.into()
}

/// The eight bytes at the end of a key of a shard's table, as a number.
pub(super) fn trailing_id(key: &Bytes) -> Result<u64, ReadError> {
    let raw = key.get(5..).and_then(|raw| raw.try_into().ok());
    raw.map(u64::from_be_bytes).ok_or_else(|| contradiction(key, "the key does not end with an id"))
}

/// What follows the first `skip` bytes of a key, as text.
pub(super) fn trailing_text(key: &Bytes, skip: usize) -> Result<String, ReadError> {
    let raw = key.get(skip..).map(<[u8]>::to_vec).and_then(|raw| String::from_utf8(raw).ok());
    raw.ok_or_else(|| contradiction(key, "the key does not end with a name"))
}
