//! The row that says how far a shard is applied (docs/formats/raft.md).

use bytes::Bytes;
use cairn_catalog::keys::{ShardContext, prefix_range, shard_ranges};
use cairn_types::ShardId;
use cairn_types::record::record;
use std::ops::Range;

use crate::raft::{LogIdRecord, StoredMembershipRecord};

/// Table of the applied ids; tables from 128 on are the keeper's of the rows.
const APPLIED_TABLE: u8 = 128;

record! {
    /// How far a shard is applied.
    #[derive(Eq)]
    pub struct AppliedRow {
        /// The last entry applied.
        1 => pub applied: Option<LogIdRecord>,
        /// Members as of that entry.
        2 => pub membership: StoredMembershipRecord,
    }
}

/// Key of the shard's [`AppliedRow`].
pub(crate) fn applied_key(shard: ShardId) -> Bytes {
    applied_prefix(shard).into()
}

fn applied_prefix(shard: ShardId) -> Vec<u8> {
    let mut raw = vec![APPLIED_TABLE];
    raw.extend_from_slice(&shard.to_be_bytes());
    raw
}

/// All rows of a shard, the applied id among them, in the order of keys.
pub(crate) fn ranges(context: &ShardContext) -> Vec<Range<Bytes>> {
    let mut ranges = shard_ranges(context);
    ranges.push(prefix_range(applied_prefix(context.shard)));
    ranges.sort_by(|left, right| left.start.cmp(&right.start));
    ranges
}
