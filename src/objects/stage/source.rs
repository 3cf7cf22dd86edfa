//! What a body is staged for.

use cairn_encryption::{BodyCipher, PartSalt};
use cairn_s3::checksum::ChecksumAlgorithm;
use cairn_types::{BucketId, ObjectKey};

/// What a body is staged for.
#[derive(Clone, Debug)]
pub struct StageTarget {
    /// Bucket of the version or part.
    pub bucket: BucketId,
    /// Its key: the label of every fragment.
    pub key: ObjectKey,
    /// Bytes of the body, where they are known beforehand.
    pub length: Option<u64>,
    /// A checksum to compute beside CRC-64: one that was promised, and that nobody computes on the way here.
    pub checksum: Option<ChecksumAlgorithm>,
    /// What encrypts it, if anything.
    pub seal: Option<BodySeal>,
}

/// What encrypts a body.
#[derive(Clone, Debug)]
pub struct BodySeal {
    /// Its cipher; of this body alone.
    pub cipher: BodyCipher,
    /// What its entity tag tells.
    pub etag: SealedETag,
    /// The salt of the cipher: a part's row keeps it.
    pub salt: PartSalt,
}

/// What the entity tag of an encrypted body tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SealedETag {
    /// The MD5 of its bytes.
    Md5,
    /// Nothing.
    Opaque,
}
