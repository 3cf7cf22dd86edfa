//! Change feeds.

use cairn_types::BucketId;
use cairn_types::record::record;

use crate::rows::FeedPosition;

record! {
    /// Switches a bucket's feed on or off in this shard. On begins a new feed, also in place of a broken one; the reply
    /// says from where. Off leaves rows to [`TrimFeed`].
    #[derive(Copy, Eq)]
    pub struct SetFeed without unknown {
        /// The bucket.
        1 => pub bucket: BucketId,
        /// On, or off.
        2 => pub on: bool,
    }
}

record! {
    /// Removes feed rows that no cursor needs, a bounded number at a time; the reply says whether there are more.
    #[derive(Copy, Eq)]
    pub struct TrimFeed without unknown {
        /// The bucket.
        1 => pub bucket: BucketId,
        /// The lowest cursor: rows below it go.
        2 => pub below: FeedPosition,
    }
}
