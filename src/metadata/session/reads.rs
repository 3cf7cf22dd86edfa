//! Reads that a session has open.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_types::{LogIndex, ShardId};
use parking_lot::Mutex;

/// Open reads by shard and index, counted.
#[derive(Default)]
pub(crate) struct OpenReads(Mutex<BTreeMap<ShardId, BTreeMap<LogIndex, u64>>>);

/// A read that is open until dropped.
pub struct OpenRead {
    shard: ShardId,
    at: LogIndex,
    reads: Arc<OpenReads>,
}

impl OpenRead {
    pub(crate) fn begin(reads: Arc<OpenReads>, shard: ShardId, at: LogIndex) -> Self {
        *reads.0.lock().entry(shard).or_default().entry(at).or_default() += 1;
        Self { shard, at, reads }
    }
}

impl Drop for OpenRead {
    fn drop(&mut self) {
        let mut shards = self.reads.0.lock();
        let Some(reads) = shards.get_mut(&self.shard) else { return };
        if let Some(count) = reads.get_mut(&self.at) {
            *count -= 1;
            if *count == 0 {
                reads.remove(&self.at);
            }
        }
        if reads.is_empty() {
            shards.remove(&self.shard);
        }
    }
}

impl OpenReads {
    /// By shard, the oldest.
    pub(crate) fn oldest(&self) -> BTreeMap<ShardId, LogIndex> {
        let shards = self.0.lock();
        let oldest =
            |(shard, reads): (&ShardId, &BTreeMap<LogIndex, u64>)| reads.first_key_value().map(|(at, _)| (*shard, *at));
        shards.iter().filter_map(oldest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Arc, LogIndex, OpenRead, OpenReads, ShardId};

    #[test]
    fn the_oldest_read_counts_until_all_that_began_with_it_are_done() {
        let reads = Arc::new(OpenReads::default());
        let begin = |at| OpenRead::begin(Arc::clone(&reads), ShardId(2), LogIndex(at));
        let (first, twin, later) = (begin(5), begin(5), begin(9));
        drop(first);
        assert_eq!(reads.oldest(), [(ShardId(2), LogIndex(5))].into());
        drop(twin);
        assert_eq!(reads.oldest(), [(ShardId(2), LogIndex(9))].into());
        drop(later);
        assert!(reads.oldest().is_empty());
    }
}
