//! One version.

use bytes::Bytes;
use cairn_types::record::{record, record_choice};
use cairn_types::{ObjectKey, RunId, VersionOrder};

use crate::command::KeyScope;
use crate::rows::{BlobPlace, Nothing, VersionRow};

record_choice! {
    /// Which version.
    pub enum VersionTarget {
        /// The latest.
        1 => Latest(Nothing),
        /// The null version.
        2 => Null(Nothing),
        /// The version of that id (never the null version).
        3 => Ordered(VersionOrder),
        /// The version of that order, the null version too: to go on with a body that was begun.
        4 => Exact(VersionOrder),
    }
}

record_choice! {
    /// Which part of the body to bring along.
    pub enum BodyWish {
        /// None (HEAD).
        1 => Nothing(Nothing),
        /// From this stored byte on.
        2 => From(u64),
        /// The last so many stored bytes.
        3 => Tail(u64),
        /// From the start of the part at this place, counted from 0, on.
        4 => FromPart(u32),
    }
}

record! {
    /// Asks for a version. Where the body is long the answer holds its first stretches, and the asker goes on with
    /// [`VersionTarget::Exact`] and [`BodyWish::From`].
    pub struct LookupVersion {
        /// The key.
        1 => pub scope: KeyScope,
        /// Which version.
        2 => pub target: VersionTarget,
        /// Which bytes.
        3 => pub body: BodyWish,
    }
}

record! {
    /// Consecutive bytes of a body.
    pub struct BodyStretch {
        /// Place of its first byte in the stored body.
        1 => pub offset: u64,
        /// Stored bytes.
        2 => pub length: u64,
        /// Number of the part that it belongs to; absent if the body has no parts.
        3 => pub part: Option<u16>,
        /// Place of the part's first byte in the stored body.
        4 => pub part_offset: u64,
        /// The bytes themselves, where they are inline.
        5 => pub inline: Option<Bytes>,
        /// The run, where they are not.
        6 => pub run: RunId,
        /// The blobs of the stretch, in order.
        7 => pub blobs: Vec<BlobPlace>,
        /// Salt of the part's nonces.
        8 => pub encryption_salt: Bytes,
        /// Key of the run's label, where it is not the version's: it was renamed, or appended to under another name.
        9 => pub label: Option<ObjectKey>,
    }
}

record! {
    /// A version.
    pub struct VersionFound {
        /// Its row; delete markers are found too.
        1 => pub version: VersionRow,
        /// Whether it is the key's latest.
        2 => pub latest: bool,
        /// Stretches of its body, consecutive, the first one holding the first byte wished for.
        3 => pub stretches: Vec<BodyStretch>,
        /// Stored bytes of the body.
        4 => pub stored_length: u64,
    }
}
