//! Blob sequences of a session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_catalog::command::ResolveBlobs;
use cairn_catalog::limits::FLOOR_EXCEPTIONS_MAX;
use cairn_catalog::rows::NumberSet;
use cairn_types::{BlobId, BlobSequence, ShardId};
use parking_lot::Mutex;

use super::incarnation::Incarnation;

/// Gives sequences, knows which are in use, and what each shard was told.
#[derive(Default)]
pub(crate) struct Blobs(Mutex<Sequences>);

#[derive(Default)]
struct Sequences {
    last: u64,
    open: BTreeSet<u64>,
    told: BTreeMap<ShardId, ResolveBlobs>,
}

/// A blob in use: from before its first byte is sent until it is published or given up. Dropped, the blob counts as
/// resolved, and what nothing references of it is collected.
pub struct BlobTicket {
    blob: BlobId,
    incarnation: Arc<Incarnation>,
}

impl BlobTicket {
    pub(crate) fn take(incarnation: Arc<Incarnation>) -> Self {
        let mut sequences = incarnation.blobs.0.lock();
        sequences.last += 1;
        let sequence = sequences.last;
        sequences.open.insert(sequence);
        drop(sequences);
        Self { blob: BlobId::new(incarnation.session, BlobSequence(sequence)), incarnation }
    }

    /// The blob's id.
    pub fn blob(&self) -> BlobId {
        self.blob
    }
}

impl Drop for BlobTicket {
    fn drop(&mut self) {
        self.incarnation.blobs.0.lock().open.remove(&self.blob.sequence.0);
    }
}

impl Blobs {
    /// What `shard` has to be told; `None` if it knows.
    pub(crate) fn news(&self, shard: ShardId) -> Option<ResolveBlobs> {
        let sequences = self.0.lock();
        let floor = sequences.open.iter().nth(FLOOR_EXCEPTIONS_MAX).map_or(sequences.last + 1, |sequence| *sequence);
        let exceptions: NumberSet = sequences.open.range(..floor).copied().collect();
        let news = ResolveBlobs { floor: BlobSequence(floor), exceptions, ..ResolveBlobs::default() };
        let is_known = floor == 1 || sequences.told.get(&shard) == Some(&news);
        (!is_known).then_some(news)
    }

    /// `shard` was told.
    pub(crate) fn told(&self, shard: ShardId, news: ResolveBlobs) {
        self.0.lock().told.insert(shard, news);
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::SessionId;

    use super::{Arc, BlobSequence, BlobTicket, FLOOR_EXCEPTIONS_MAX, Incarnation, ShardId};

    const SHARD: ShardId = ShardId(1);

    #[test]
    fn a_slow_blob_is_excepted_from_the_floor_and_holds_only_itself() {
        let incarnation = Arc::new(Incarnation::new(SessionId(7)));
        assert!(incarnation.blobs.news(SHARD).is_none());
        let slow = BlobTicket::take(Arc::clone(&incarnation));
        drop(BlobTicket::take(Arc::clone(&incarnation)));
        let news = incarnation.blobs.news(SHARD).unwrap();
        assert_eq!(news.floor, BlobSequence(3));
        assert_eq!(news.exceptions.iter().collect::<Vec<_>>(), [1]);
        incarnation.blobs.told(SHARD, news);
        assert!(incarnation.blobs.news(SHARD).is_none());
        drop(slow);
        assert!(incarnation.blobs.news(SHARD).unwrap().exceptions.is_empty());
    }

    #[test]
    fn the_floor_stays_below_the_blob_that_there_is_no_exception_left_for() {
        let incarnation = Arc::new(Incarnation::new(SessionId(7)));
        let tickets: Vec<_> =
            (0..FLOOR_EXCEPTIONS_MAX + 5).map(|_| BlobTicket::take(Arc::clone(&incarnation))).collect();
        let news = incarnation.blobs.news(SHARD).unwrap();
        assert_eq!(news.floor.0, FLOOR_EXCEPTIONS_MAX as u64 + 1);
        assert_eq!(news.exceptions.len(), FLOOR_EXCEPTIONS_MAX);
        drop(tickets);
    }
}
