//! Appending.

use bytes::Bytes;
use cairn_types::record::record;
use cairn_types::{UploadId, VersionOrder};

use super::publish::{Body, Precondition};
use super::scope::KeyScope;
use crate::rows::{BodyFacts, ObjectMeta, VersioningMode};

record! {
    /// Appends to the latest version, in a bucket without versioning; where there is none and the offset is 0, makes it.
    /// The version is replaced by one that has the same parts and one more: nothing is copied, nothing becomes garbage.
    pub struct AppendObject {
        /// The key.
        1 => pub scope: KeyScope,
        /// Versioning of the bucket under that configuration.
        2 => pub versioning: VersioningMode,
        /// What must be true.
        3 => pub precondition: Precondition,
        /// Where the bytes begin, as clients count: the object's size.
        4 => pub offset: u64,
        /// The version that the ETag and checksums below were computed from; absent where the key had none. Refused when
        /// another is there.
        5 => pub source: Option<VersionOrder>,
        /// What is true of the object with the new bytes: size, ETag, checksums.
        6 => pub whole: BodyFacts,
        /// What was measured on the new bytes.
        7 => pub part: BodyFacts,
        /// What the object will have, if it is made; one that is there keeps what it has.
        8 => pub meta: ObjectMeta,
        /// The new bytes.
        9 => pub body: Body,
        /// Goes into every nonce of them.
        10 => pub encryption_salt: Bytes,
        /// Id that the object's parts will lie under, if it has none yet: drawn by the proposer.
        11 => pub upload: UploadId,
    }
}
