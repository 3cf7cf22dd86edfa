//! What the gateway knows of an object.

use cairn_types::{UnixMillis, VersionId};

use super::ShownSettings;
use crate::checksum::{ChecksumValue, ObjectChecksum};
use crate::condition::ETag;
use crate::header::{StandardHeaders, UserMetadata};
use crate::range::ByteRange;

/// Everything of a version that an answer may show.
#[derive(Clone, PartialEq, Debug)]
pub struct ObjectFacts {
    /// Its size in bytes.
    pub size: u64,
    /// Its entity tag.
    pub etag: ETag,
    /// When it became visible.
    pub last_modified: UnixMillis,
    /// The headers kept with it.
    pub headers: StandardHeaders,
    /// The metadata kept with it.
    pub user_metadata: UserMetadata,
    /// Its checksum.
    pub checksum: Option<ObjectChecksum>,
    /// How many parts it was made of; none if it was put whole.
    pub parts_count: Option<u32>,
    /// Its id, where the bucket shows ids.
    pub version_id: Option<VersionId>,
    /// What else it carries.
    pub settings: ShownSettings,
}

/// One part of a multipart object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PartFacts {
    /// Where its bytes lie in the object.
    pub bytes: ByteRange,
    /// Its checksum.
    pub checksum: Option<ChecksumValue>,
}
