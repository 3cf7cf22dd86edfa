//! What a shard knows of sessions, buckets and feeds.

use cairn_types::record::record;
use cairn_types::{BucketId, SessionId};

use crate::rows::{FeedPosition, FeedRow, SessionRow, ShareRow};

record! {
    /// Asks how a session stands.
    #[derive(Copy, Eq)]
    pub struct SessionState without unknown {
        /// The session.
        1 => pub session: SessionId,
    }
}

record! {
    /// How a session stands in a shard.
    #[derive(Eq)]
    pub struct SessionStanding {
        /// The shard's horizon.
        1 => pub horizon: SessionId,
        /// The session's row, if it is listed.
        2 => pub row: Option<SessionRow>,
        /// Whether it is fenced.
        3 => pub fenced: bool,
    }
}

record! {
    /// Asks for a bucket's share.
    #[derive(Copy, Eq)]
    pub struct BucketUsage without unknown {
        /// The bucket.
        1 => pub bucket: BucketId,
    }
}

record! {
    /// A share.
    #[derive(Eq)]
    pub struct ShareFound {
        /// Its row, if the shard knows the bucket.
        1 => pub share: Option<ShareRow>,
    }
}

record! {
    /// Asks for changes of a bucket.
    #[derive(Copy, Eq)]
    pub struct FollowFeed without unknown {
        /// The bucket.
        1 => pub bucket: BucketId,
        /// Changes after this one.
        2 => pub after: FeedPosition,
        /// So many at most.
        3 => pub max: u32,
    }
}

record! {
    /// A change.
    #[derive(Eq)]
    pub struct FollowedChange {
        /// Its place.
        1 => pub position: FeedPosition,
        /// What it was.
        2 => pub row: FeedRow,
    }
}

record! {
    /// Changes of a bucket.
    #[derive(Eq)]
    pub struct FeedPage {
        /// In order.
        1 => pub changes: Vec<FollowedChange>,
        /// Whether there are more.
        2 => pub more: bool,
        /// The feed was cut, or is off: a resync is due.
        3 => pub broken: bool,
    }
}
