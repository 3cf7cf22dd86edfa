//! The running digest of a shard's writes.

use cairn_types::record::record;
use cairn_types::{Digest128, LogIndex};

record! {
    /// Digest of every write up to an index: equal on all members, whatever batches they applied in.
    #[derive(Copy, Eq)]
    pub struct DigestRow without unknown {
        /// The last command in it.
        1 => pub index: LogIndex,
        /// The digest.
        2 => pub digest: Digest128,
    }
}
