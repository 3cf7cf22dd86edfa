//! Sessions, as every shard hears of them.

use cairn_types::record::record;
use cairn_types::{BlobSequence, SessionId};

use crate::rows::NumberSet;

record! {
    /// Declares blobs of the command's session resolved: none below the floor, the exceptions apart, will be introduced.
    /// What was resolved before stays resolved, in whatever order these commands arrive.
    #[derive(Eq)]
    pub struct ResolveBlobs {
        /// The floor.
        1 => pub floor: BlobSequence,
        /// Sequences below it that are still in use.
        2 => pub exceptions: NumberSet,
    }
}

record! {
    /// Fences every session below the horizon that is not listed. Sent to each shard with what the root shard says; one
    /// that is not newer than the shard's horizon does nothing.
    #[derive(Eq)]
    pub struct Fence {
        /// The root's horizon: sessions below it are listed or fenced.
        1 => pub horizon: SessionId,
        /// The living below it.
        2 => pub live: NumberSet,
    }
}
