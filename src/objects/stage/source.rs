//! What a body is staged for.

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
}
