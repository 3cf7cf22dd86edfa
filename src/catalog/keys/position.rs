//! Ranges of keys.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use cairn_types::{BucketId, RegionNumber, ShardId};

use super::table::Table;

/// A place in the key space of all buckets. Orders by bucket, then by the bytes of the key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct KeyPosition {
    /// The bucket.
    pub bucket: BucketId,
    /// A key or the beginning of one.
    pub key: Bytes,
}

impl KeyPosition {
    /// The place of the lowest key that begins with `key` in `bucket`.
    pub fn new(bucket: BucketId, key: impl Into<Bytes>) -> Self {
        Self { bucket, key: key.into() }
    }

    /// Its bytes in `table`: every row of a key at or after it sorts at or after them.
    pub(crate) fn in_table(&self, table: Table) -> Vec<u8> {
        let mut raw = Vec::with_capacity(9 + self.key.len());
        raw.push(table.byte());
        raw.extend_from_slice(&self.bucket.to_be_bytes());
        raw.extend_from_slice(&self.key);
        raw
    }
}

/// The keys of a shard.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct KeyRange {
    /// The first place in it.
    pub start: KeyPosition,
    /// The first place after it; `None` is the end of all keys.
    pub end: Option<KeyPosition>,
}

impl KeyRange {
    /// Every key.
    pub fn all() -> Self {
        Self { start: KeyPosition::default(), end: None }
    }

    /// No key: the range of the root shard.
    pub fn none() -> Self {
        Self { start: KeyPosition::default(), end: Some(KeyPosition::default()) }
    }

    /// Whether a place lies in it.
    pub fn contains(&self, bucket: BucketId, key: &[u8]) -> bool {
        let at = (bucket, key);
        (self.start.bucket, &*self.start.key) <= at && self.end.as_ref().is_none_or(|end| at < (end.bucket, &*end.key))
    }

    /// Whether any key of a bucket may lie in it.
    pub fn overlaps(&self, bucket: BucketId) -> bool {
        self.start.bucket <= bucket && self.end.as_ref().is_none_or(|end| (bucket, &[][..]) < (end.bucket, &*end.key))
    }

    /// The part of it that belongs to one bucket.
    pub fn within(self, bucket: BucketId) -> Self {
        let start = self.start.max(KeyPosition::new(bucket, Bytes::new()));
        // The last bucket has no place after it but the end.
        let after = bucket.0.checked_add(1).map(|next| KeyPosition::new(BucketId(next), Bytes::new()));
        let end = match (self.end, after) {
            (Some(end), Some(after)) => Some(end.min(after)),
            (end, after) => end.or(after),
        };
        Self { start, end }
    }

    /// Where it ends within a bucket: `None` if the bucket ends before.
    pub fn end_within(&self, bucket: BucketId) -> Option<Bytes> {
        self.end.as_ref().filter(|end| end.bucket == bucket).map(|end| end.key.clone())
    }
}

impl fmt::Display for KeyRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:?}..", self.start.bucket, self.start.key)?;
        match &self.end {
            Some(end) => write!(f, "{}/{:?}", end.bucket, end.key),
            None => Ok(()),
        }
    }
}

/// What a shard is, as far as applying a command depends on it: equal on all members.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShardContext {
    /// The shard.
    pub shard: ShardId,
    /// Its keys; none for the root shard.
    pub range: KeyRange,
    /// The cluster's region.
    pub region: RegionNumber,
}

impl ShardContext {
    /// Whether it is the root shard.
    pub fn is_root(&self) -> bool {
        self.shard == ShardId::ROOT
    }
}

/// One range of keys for each table that the shard has rows in: all of its rows and no others.
pub fn shard_ranges(context: &ShardContext) -> Vec<Range<Bytes>> {
    let mut ranges = Vec::new();
    if !context.is_root() {
        ranges.extend(Table::OF_OBJECTS.into_iter().map(|table| object_range(table, &context.range)));
    }
    let of_shard = |table: Table| super::prefix_range(super::shard_prefix(table, context.shard));
    ranges.extend(Table::OF_SHARDS.into_iter().map(of_shard));
    if context.is_root() {
        ranges.extend(Table::OF_ROOT.into_iter().map(of_shard));
    }
    ranges
}

/// The rows of a table of objects whose keys lie in `range`.
pub(crate) fn object_range(table: Table, range: &KeyRange) -> Range<Bytes> {
    let end = match &range.end {
        Some(end) => end.in_table(table),
        None => vec![table.byte() + 1],
    };
    Bytes::from(range.start.in_table(table))..Bytes::from(end)
}

/// The lowest byte string above all that begin with `prefix`; `None` if there is none.
pub fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let kept = prefix.iter().rposition(|byte| *byte != 0xff)?;
    let mut after = prefix[..=kept].to_vec();
    after[kept] += 1;
    Some(after)
}
