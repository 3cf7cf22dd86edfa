//! Which shard holds a key.
//!
//! A position in the metadata key space is the bucket id, 8 bytes big-endian, then the bytes of the key (or of any text
//! that sorts among keys: a prefix, a marker). Data shards are ranges of positions; the root shard is beside them.

use std::cmp::Ordering;

use bytes::Bytes;
use cairn_types::record::record;
use cairn_types::{BucketId, Epoch, NodeId, ShardId};

record! {
    /// A range of positions.
    #[derive(Eq)]
    pub struct ShardRange without unknown {
        /// First position.
        1 => pub start: Bytes,
        /// First position after the range; `None`: the range has no end.
        2 => pub end: Option<Bytes>,
    }
}

impl ShardRange {
    /// Whether the position of `key` in `bucket` is in the range.
    pub fn contains(&self, bucket: BucketId, key: &[u8]) -> bool {
        let before_end = |end: &Bytes| compare(bucket, key, end).is_lt();
        compare(bucket, key, &self.start).is_ge() && self.end.as_ref().is_none_or(before_end)
    }

    /// Whether any position of `bucket` is in the range.
    pub fn touches(&self, bucket: BucketId) -> bool {
        let ends_before = self.end.as_ref().is_some_and(|end| compare(bucket, b"", end).is_ge());
        let starts_after = self.start[..] >= after(bucket)[..];
        !ends_before && (!starts_after || bucket == BucketId(u64::MAX))
    }

    /// The key of `bucket` at which the range ends; `None`: the rest of the bucket is in the range. Where a LIST goes on.
    pub fn key_end(&self, bucket: BucketId) -> Option<Bytes> {
        let end = self.end.as_ref()?;
        let id = bucket.to_be_bytes();
        end.starts_with(&id).then(|| end.slice(id.len()..))
    }
}

record! {
    /// One data shard.
    #[derive(Eq)]
    pub struct ShardInfo {
        /// Its id.
        1 => pub id: ShardId,
        /// What it holds.
        2 => pub range: ShardRange,
        /// Its Raft members.
        3 => pub members: Vec<NodeId>,
    }
}

record! {
    /// All shards.
    #[derive(Eq)]
    pub struct ShardMap {
        /// Version of the map; only grows.
        1 => pub epoch: Epoch,
        /// Members of the root shard.
        2 => pub root_members: Vec<NodeId>,
        /// Data shards, in the order of their ranges.
        3 => pub shards: Vec<ShardInfo>,
    }
}

impl ShardMap {
    /// The map of a new cluster: `shards` equal ranges of bucket ids (which are random), ids from 1 on.
    pub fn initial(shards: u32, members: &[NodeId]) -> Self {
        let bound = |number: u32| {
            let first = (u128::from(number) << 64) / u128::from(shards.max(1));
            Bytes::copy_from_slice(&(first as u64).to_be_bytes())
        };
        let range = |number: u32| ShardRange {
            start: if number == 0 { Bytes::new() } else { bound(number) },
            end: (number + 1 < shards).then(|| bound(number + 1)),
        };
        let shard = |number: u32| ShardInfo {
            id: ShardId(number + 1),
            range: range(number),
            members: members.to_vec(),
            ..ShardInfo::default()
        };
        let shards = (0..shards).map(shard).collect();
        Self { epoch: Epoch(1), root_members: members.to_vec(), shards, ..Self::default() }
    }

    /// The shard that holds `key` of `bucket`. `None` only if the map [is no partition](Self::is_partition).
    pub fn shard_for(&self, bucket: BucketId, key: &[u8]) -> Option<&ShardInfo> {
        let place = self.place_for(bucket, key)?;
        self.shards.get(place).filter(|shard| shard.range.contains(bucket, key))
    }

    /// The shards that hold keys of `bucket` from `from` on, in order: a LIST asks one after the other.
    pub fn shards_from(&self, bucket: BucketId, from: &[u8]) -> impl Iterator<Item = &ShardInfo> {
        let first = self.place_for(bucket, from).unwrap_or(0);
        self.shards[first..].iter().take_while(move |shard| shard.range.touches(bucket))
    }

    /// The shards that hold a share of `bucket`, in order.
    pub fn shards_of(&self, bucket: BucketId) -> impl Iterator<Item = &ShardInfo> {
        self.shards_from(bucket, b"")
    }

    /// The data shard `id`.
    pub fn shard(&self, id: ShardId) -> Option<&ShardInfo> {
        self.shards.iter().find(|shard| shard.id == id)
    }

    /// The members of the shard `id`, the root shard included.
    pub fn members(&self, id: ShardId) -> Option<&[NodeId]> {
        if id == ShardId::ROOT {
            return Some(&self.root_members);
        }
        self.shard(id).map(|shard| shard.members.as_slice())
    }

    /// Whether every position is in exactly one range, and the ids are distinct and not the root's (E4).
    pub fn is_partition(&self) -> bool {
        let joins = |pair: &[ShardInfo]| pair[0].range.end.as_ref() == Some(&pair[1].range.start);
        let is_range = |shard: &ShardInfo| shard.range.end.as_ref().is_none_or(|end| shard.range.start < *end);
        let mut ids: Vec<ShardId> = self.shards.iter().map(|shard| shard.id).collect();
        ids.sort_unstable();
        ids.first().is_some_and(|id| *id != ShardId::ROOT)
            && ids.windows(2).all(|pair| pair[0] < pair[1])
            && self.shards.windows(2).all(joins)
            && self.shards.iter().all(is_range)
            && self.shards.first().is_some_and(|first| first.range.start.is_empty())
            && self.shards.last().is_some_and(|last| last.range.end.is_none())
    }

    /// The last shard that starts at or before the position.
    fn place_for(&self, bucket: BucketId, key: &[u8]) -> Option<usize> {
        let starts = |shard: &ShardInfo| compare(bucket, key, &shard.range.start).is_ge();
        self.shards.partition_point(starts).checked_sub(1)
    }
}

/// Compares the position of `key` in `bucket` with `bound`, without joining the two.
fn compare(bucket: BucketId, key: &[u8], bound: &[u8]) -> Ordering {
    let id = bucket.to_be_bytes();
    let (head, tail) = bound.split_at(bound.len().min(id.len()));
    id[..].cmp(head).then_with(|| key.cmp(tail))
}

/// First position after `bucket`.
fn after(bucket: BucketId) -> [u8; 8] {
    bucket.0.wrapping_add(1).to_be_bytes()
}
