//! What a command answers.

mod refusal;

use cairn_types::record::{record, record_choice};
use cairn_types::{BucketId, ConfigVersion, DiskId, LogIndex, NodeId, SessionId, VersionId, VersionOrder};

pub use refusal::{Refusal, SealedBy, WrongPart};

use crate::rows::{AttemptId, BodyFacts, Nothing};

record! {
    /// A version is visible.
    #[derive(Eq)]
    pub struct Published {
        /// Its order; the time of it is the last-modified time.
        1 => pub order: VersionOrder,
        /// Whether it is the null version.
        2 => pub null: bool,
    }
}

impl Published {
    /// What clients call the version.
    pub fn id(&self) -> VersionId {
        if self.null { VersionId::Null } else { VersionId::Ordered(self.order) }
    }
}

record! {
    /// A delete is done, also where there was nothing to delete.
    #[derive(Eq)]
    pub struct Deleted {
        /// The version that was removed, or the delete marker that was written; absent where nothing changed.
        1 => pub version: Option<Published>,
        /// Whether that version is a delete marker, written or removed.
        2 => pub marker: bool,
        /// Whether it was written (else removed).
        3 => pub written: bool,
    }
}

record! {
    /// A part is published.
    #[derive(Eq)]
    pub struct PartPublished {
        /// Its attempt.
        1 => pub attempt: AttemptId,
        /// When.
        2 => pub modified: cairn_types::UnixMillis,
    }
}

record! {
    /// An upload is complete.
    #[derive(Eq)]
    pub struct Completed {
        /// The version.
        1 => pub version: Published,
        /// Its size, ETag and checksums: after a repeat, those of the first time.
        2 => pub facts: BodyFacts,
    }
}

record! {
    /// A bounded step is done.
    #[derive(Eq)]
    pub struct Stepped {
        /// Whether there is more to do.
        1 => pub more: bool,
    }
}

record! {
    /// A feed is on or off.
    #[derive(Eq)]
    pub struct FeedSet {
        /// From which index changes are written; where it is off, up to which they were.
        1 => pub at: LogIndex,
    }
}

record! {
    /// A bucket is made or changed.
    #[derive(Eq)]
    pub struct BucketChanged {
        /// The bucket.
        1 => pub bucket: BucketId,
        /// Its configuration version now.
        2 => pub config_version: ConfigVersion,
    }
}

record_choice! {
    /// Answer to a command.
    pub enum Reply {
        /// It is done and there is nothing to say.
        1 => Done(Nothing),
        /// It was refused and changed nothing.
        2 => Refused(Refusal),
        /// A version is visible.
        3 => Published(Published),
        /// A delete is done.
        4 => Deleted(Deleted),
        /// A part is published.
        5 => PartPublished(PartPublished),
        /// An upload is complete.
        6 => Completed(Completed),
        /// A bounded step is done.
        7 => Stepped(Stepped),
        /// A feed is on or off.
        8 => FeedSet(FeedSet),
        /// A session is open.
        9 => SessionOpened(SessionId),
        /// A node is registered.
        10 => NodeRegistered(NodeId),
        /// A disk is registered.
        11 => DiskRegistered(DiskId),
        /// A bucket is made or changed.
        12 => BucketChanged(BucketChanged),
        /// A document is put; its version.
        13 => DocumentPut(u64),
    }
}

impl Reply {
    /// Done, with nothing to say.
    pub fn done() -> Self {
        Self::Done(Nothing::default())
    }
}
