//! Keys of rows that belong to a shard as a whole.

use bytes::Bytes;
use cairn_types::{BlobId, BucketId, Label, NodeId, ObjectKey, RequestNumber, RunId, SessionId, ShardId};

use super::table::Table;
use crate::rows::{FeedPosition, GarbageId};

/// Table and shard: where all rows of the shard in the table begin.
pub fn shard_prefix(table: Table, shard: ShardId) -> Vec<u8> {
    let mut raw = Vec::with_capacity(32);
    raw.push(table.byte());
    raw.extend_from_slice(&shard.to_be_bytes());
    raw
}

pub(super) fn with_suffix(table: Table, shard: ShardId, suffix: &[&[u8]]) -> Bytes {
    let mut raw = shard_prefix(table, shard);
    suffix.iter().for_each(|piece| raw.extend_from_slice(piece));
    raw.into()
}

/// The shard's horizon.
pub fn horizon_key(shard: ShardId) -> Bytes {
    with_suffix(Table::Horizon, shard, &[])
}

/// A living session.
pub fn session_key(shard: ShardId, session: SessionId) -> Bytes {
    with_suffix(Table::Session, shard, &[&session.to_be_bytes()])
}

/// A kept reply.
pub fn reply_key(shard: ShardId, session: SessionId, number: RequestNumber) -> Bytes {
    with_suffix(Table::Reply, shard, &[&session.to_be_bytes(), &number.to_be_bytes()])
}

/// Where the kept replies of a session begin.
pub fn replies_prefix(shard: ShardId, session: SessionId) -> Vec<u8> {
    let mut raw = shard_prefix(Table::Reply, shard);
    raw.extend_from_slice(&session.to_be_bytes());
    raw
}

/// A garbage row.
pub fn garbage_key(shard: ShardId, id: GarbageId) -> Bytes {
    with_suffix(Table::Garbage, shard, &[&id.index.to_be_bytes(), &id.ordinal.to_be_bytes()])
}

/// The degraded blobs of a run.
pub fn degraded_key(shard: ShardId, bucket: BucketId, key: &ObjectKey, run: RunId) -> Bytes {
    let run = run.0.to_be_bytes();
    with_suffix(Table::Degraded, shard, &[&bucket.to_be_bytes(), key.as_bytes(), &[0], &run])
}

/// The run that a key of [`degraded_key`] names.
pub fn label_of_degraded(raw: &[u8]) -> Option<Label> {
    let bucket = BucketId(u64::from_be_bytes(raw.get(5..13)?.try_into().ok()?));
    let rest = raw.get(13..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    let key = ObjectKey::parse(rest[..end].to_vec()).ok()?;
    let run = BlobId::from_be_bytes(rest[end + 1..].try_into().ok()?);
    Some(Label { bucket, key, run: RunId(run) })
}

/// How many blobs are degraded.
pub fn degraded_count_key(shard: ShardId) -> Bytes {
    with_suffix(Table::DegradedCount, shard, &[])
}

/// The shard's share of a bucket.
pub fn share_key(shard: ShardId, bucket: BucketId) -> Bytes {
    with_suffix(Table::Share, shard, &[&bucket.to_be_bytes()])
}

/// A change of a bucket.
pub fn feed_key(shard: ShardId, bucket: BucketId, at: FeedPosition) -> Bytes {
    let place = [&bucket.to_be_bytes()[..], &at.index.to_be_bytes(), &at.ordinal.to_be_bytes()];
    with_suffix(Table::Feed, shard, &place)
}

/// A member's last recorded start.
pub fn generation_key(shard: ShardId, node: NodeId) -> Bytes {
    with_suffix(Table::Generation, shard, &[&node.to_be_bytes()])
}

/// The running digest.
pub fn digest_key(shard: ShardId) -> Bytes {
    with_suffix(Table::Digest, shard, &[])
}
