//! Multipart uploads.

use bytes::Bytes;
use cairn_types::record::record;
use cairn_types::{CanonicalId, UploadId};

use super::publish::{Body, Precondition};
use super::scope::KeyScope;
use crate::rows::{AttemptId, BodyFacts, ChecksumForm, ObjectMeta, VersioningMode};

record! {
    /// Begins an upload under an id that the proposer drew.
    pub struct CreateUpload {
        /// The key.
        1 => pub scope: KeyScope,
        /// Its id.
        2 => pub upload: UploadId,
        /// Who begins it.
        3 => pub initiator: CanonicalId,
        /// What the object will have.
        4 => pub meta: ObjectMeta,
        /// Checksum that the client chose.
        5 => pub checksum: Option<ChecksumForm>,
    }
}

record! {
    /// Publishes a part of an open upload; an earlier part of the number becomes garbage. The command is the attempt.
    pub struct PublishPart {
        /// The key.
        1 => pub scope: KeyScope,
        /// The upload.
        2 => pub upload: UploadId,
        /// The part's number.
        3 => pub number: u16,
        /// What was measured on it.
        4 => pub facts: BodyFacts,
        /// The bytes.
        5 => pub body: Body,
        /// Goes into every nonce of this part.
        6 => pub encryption_salt: Bytes,
    }
}

record! {
    /// A part that Complete lists.
    #[derive(Copy, Eq)]
    pub struct ListedPart without unknown {
        /// Its number.
        1 => pub number: u16,
        /// The attempt that the proposer read; absent where it found no such part or another ETag or checksum.
        2 => pub attempt: Option<AttemptId>,
    }
}

record! {
    /// Makes the listed parts a version. The proposer read the part rows, compared what the client listed, and computed
    /// the object's ETag and checksums from them; that the parts are still those is verified here, by their attempts.
    pub struct CompleteUpload {
        /// The key.
        1 => pub scope: KeyScope,
        /// Versioning of the bucket under that configuration.
        2 => pub versioning: VersioningMode,
        /// What must be true.
        3 => pub precondition: Precondition,
        /// The upload.
        4 => pub upload: UploadId,
        /// The parts in the order listed.
        5 => pub parts: Vec<ListedPart>,
        /// ETag and checksums of the object; the size is verified against the parts.
        6 => pub facts: BodyFacts,
        /// Size that the client expects (`x-amz-mp-object-size`).
        7 => pub expected_size: Option<u64>,
    }
}

record! {
    /// Ends an upload; its parts become garbage.
    pub struct AbortUpload {
        /// The key.
        1 => pub scope: KeyScope,
        /// The upload.
        2 => pub upload: UploadId,
    }
}
