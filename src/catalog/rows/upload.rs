//! Multipart uploads and their parts.

use cairn_types::record::{record, record_choice, record_enum};
use cairn_types::{CanonicalId, ConfigVersion, LogIndex, ObjectKey, RequestNumber, RunId, SessionId, UnixMillis};

use super::checksum::Checksum;
use super::checksum::ChecksumForm;
use super::etag::ETag;
use super::version::{InlinePlace, ObjectMeta};
use bytes::Bytes;

record_enum! {
    /// State of an upload. Only open ones have a row today; the others keep their numbers for a Complete in steps.
    pub enum UploadState {
        /// Takes parts.
        1 => Open,
        /// A Complete is under way.
        2 => Completing,
        /// Became a version.
        3 => Done,
        /// Aborted.
        4 => Aborted,
    }
}

record! {
    /// Row of an upload.
    pub struct UploadRow {
        /// When it began.
        1 => pub initiated: UnixMillis,
        /// Log index of the command that began it.
        2 => pub created: LogIndex,
        /// Who began it (its owner stands in the metadata).
        3 => pub initiator: CanonicalId,
        /// What the object will have: all that CreateMultipartUpload took.
        4 => pub meta: ObjectMeta,
        /// Checksum that the client chose.
        5 => pub checksum: Option<ChecksumForm>,
        /// Its state.
        6 => pub state: UploadState,
        /// Parts it has now.
        7 => pub parts: u32,
        /// Bytes of those parts.
        8 => pub part_bytes: u64,
        /// Configuration it was decided with.
        9 => pub config_version: ConfigVersion,
    }
}

record! {
    /// Names one upload of one part: the command that published it.
    #[derive(Copy, Eq, PartialOrd, Ord, Hash)]
    pub struct AttemptId without unknown {
        /// Its session.
        1 => pub session: SessionId,
        /// Its number.
        2 => pub number: RequestNumber,
    }
}

record! {
    /// A run that lies under another key than the part that holds it.
    #[derive(Eq)]
    pub struct RunElsewhere {
        /// The run.
        1 => pub run: RunId,
        /// The key that its label says.
        2 => pub key: ObjectKey,
    }
}

record_choice! {
    /// Where a part's bytes are.
    pub enum PartBody {
        /// In a row of their own beside the part.
        1 => Inline(InlinePlace),
        /// In a run under the same key.
        2 => Run(RunId),
        /// In a run under another key: appended after a rename, or renamed before the first append.
        3 => RunElsewhere(RunElsewhere),
    }
}

impl PartBody {
    /// The body that is `run`, labelled with `label`, of a part whose row lies under `home`.
    pub fn of_run(run: RunId, label: &ObjectKey, home: &ObjectKey) -> Self {
        match label == home {
            true => Self::Run(run),
            false => Self::RunElsewhere(RunElsewhere { run, key: label.clone(), ..RunElsewhere::default() }),
        }
    }

    /// The run, if it is one, and the key of its label; `home` is the key that the part's row lies under.
    pub fn run<'a>(&'a self, home: &'a ObjectKey) -> Option<(RunId, &'a ObjectKey)> {
        match self {
            Self::Inline(_) => None,
            Self::Run(run) => Some((*run, home)),
            Self::RunElsewhere(place) => Some((place.run, &place.key)),
        }
    }
}

record! {
    /// Row of a part: of an open upload, or of the manifest of a version.
    pub struct PartRow {
        /// Which upload of this part number it is.
        1 => pub attempt: AttemptId,
        /// Bytes as clients see them.
        2 => pub size: u64,
        /// ETag: MD5 of the part.
        3 => pub etag: ETag,
        /// When it was published.
        4 => pub modified: UnixMillis,
        /// Checksums.
        5 => pub checksums: Vec<Checksum>,
        /// CRC-64/XZ, where known.
        6 => pub crc64_xz: Option<u64>,
        /// Where its bytes are.
        7 => pub body: PartBody,
        /// Stored bytes.
        8 => pub length: u64,
        /// Goes into every nonce of this part.
        9 => pub encryption_salt: Bytes,
    }
}
