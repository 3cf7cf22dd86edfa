//! Sessions as each shard knows them.

use bytes::Bytes;
use cairn_types::record::record;
use cairn_types::{BlobSequence, Generation, RequestNumber, SessionId};

use super::number_set::NumberSet;

record! {
    /// Row of a living session in a shard.
    #[derive(Eq)]
    pub struct SessionRow {
        /// Requests below it are resolved: their replies are gone and a repeat is refused.
        1 => pub request_floor: RequestNumber,
        /// Blobs below it are resolved.
        2 => pub blob_floor: BlobSequence,
        /// Sequences below the blob floor that are still in use.
        3 => pub blob_exceptions: NumberSet,
        /// Numbers whose replies are kept.
        4 => pub replies: NumberSet,
    }
}

impl SessionRow {
    /// Whether blob `sequence` can never be introduced any more.
    pub fn is_resolved(&self, sequence: BlobSequence) -> bool {
        sequence < self.blob_floor && !self.blob_exceptions.contains(sequence.0)
    }
}

record! {
    /// A shard's horizon: a session below it that is not listed is fenced.
    #[derive(Copy, Eq)]
    pub struct HorizonRow without unknown {
        /// The lowest session that may appear without being listed.
        1 => pub horizon: SessionId,
    }
}

record! {
    /// The last start of a node that a shard has recorded.
    #[derive(Eq)]
    pub struct GenerationRow {
        /// Its generation.
        1 => pub generation: Generation,
        /// Random bytes of that start, so that a repeat of the same announcement is not taken for an old copy.
        2 => pub start: Bytes,
    }
}
