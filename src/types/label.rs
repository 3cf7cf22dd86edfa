//! Where a run's row lies.

use crate::record::record;
use crate::{BucketId, ObjectKey, RunId};

record! {
    /// Place of a run row in the catalog; every fragment carries it, so that whether a fragment is still referenced is
    /// one point read in one shard.
    #[derive(Eq, PartialOrd, Ord, Hash)]
    pub struct Label without unknown {
        /// Bucket whose share holds the row.
        1 => pub bucket: BucketId,
        /// Key under which it lies; does not change when the run's holder does.
        2 => pub key: ObjectKey,
        /// The run.
        3 => pub run: RunId,
    }
}
