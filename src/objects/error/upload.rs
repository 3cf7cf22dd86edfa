//! Multipart uploads.

use cairn_catalog::reply::Refusal;
use cairn_metadata::MetadataError;
use cairn_types::{ErrorKind, HasKind};

use super::BucketRefusal;

/// An upload or a part of it did not go on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UploadError {
    /// The caller's view of the bucket is not the one that governs.
    #[error("decided under another view of the bucket")]
    Bucket(#[source] BucketRefusal),
    /// No such upload of this key.
    #[error("no such upload")]
    NoSuchUpload,
    /// A listed part does not exist, or has another ETag or checksum.
    #[error("part {0} is not the one listed")]
    InvalidPart(u16),
    /// Parts are not listed in ascending order.
    #[error("part {0} is out of order")]
    InvalidPartOrder(u16),
    /// A part that is not the last is too small.
    #[error("part {number} has only {size} bytes")]
    EntityTooSmall {
        /// The part.
        number: u16,
        /// Its size.
        size: u64,
    },
    /// The parts have another size in all than the client expects.
    #[error("the parts have {0} bytes in all")]
    SizeMismatch(u64),
    /// The checksum of the object is not the one that the client expects.
    #[error("the checksum of the parts is not the one expected")]
    BadDigest,
    /// A composite checksum needs one on every part, and this one has none.
    #[error("part {0} has no checksum of the upload's algorithm")]
    ChecksumMissing(u16),
    /// The precondition does not hold.
    #[error("the precondition does not hold")]
    PreconditionFailed,
    /// The precondition asks for a version, and the key has none.
    #[error("the key has no version to match")]
    NoSuchKey,
    /// Parts kept changing while they were completed.
    #[error("part {0} changed while it was completed")]
    PartChanged(u16),
    /// The session of the staged bytes is over, or they were published before: stage them anew.
    #[error("the staged bytes cannot be published any more")]
    StagedLost,
    /// The shard has no answer.
    #[error("ask the catalog")]
    Metadata(#[source] MetadataError),
    /// The process is stopping: the command may take effect.
    #[error("stopped before the answer came")]
    Stopped,
}

impl From<MetadataError> for UploadError {
    fn from(error: MetadataError) -> Self {
        match error {
            MetadataError::Refused(refusal) => Self::of_refusal(refusal),
            MetadataError::SessionLost { .. } => Self::StagedLost,
            other => Self::Metadata(other),
        }
    }
}

impl UploadError {
    fn of_refusal(refusal: Refusal) -> Self {
        if let Some(bucket) = BucketRefusal::of(&refusal) {
            return Self::Bucket(bucket);
        }
        match refusal {
            Refusal::NoSuchUpload(_) => Self::NoSuchUpload,
            Refusal::InvalidPart(part) => Self::InvalidPart(part.number),
            Refusal::InvalidPartOrder(part) => Self::InvalidPartOrder(part.number),
            Refusal::EntityTooSmall(part) => {
                Self::EntityTooSmall { number: part.number, size: part.size.unwrap_or_default() }
            }
            Refusal::PartChanged(part) => Self::PartChanged(part.number),
            Refusal::SizeMismatch(size) => Self::SizeMismatch(size),
            Refusal::PreconditionFailed(_) => Self::PreconditionFailed,
            Refusal::NoSuchKey(_) => Self::NoSuchKey,
            Refusal::BlobNotIntroducible(_) => Self::StagedLost,
            other => Self::Metadata(MetadataError::Refused(other)),
        }
    }
}

impl HasKind for UploadError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Bucket(source) => source.kind(),
            Self::NoSuchUpload | Self::NoSuchKey => ErrorKind::NotFound,
            Self::InvalidPart(_)
            | Self::InvalidPartOrder(_)
            | Self::EntityTooSmall { .. }
            | Self::SizeMismatch(_)
            | Self::ChecksumMissing(_)
            | Self::BadDigest => ErrorKind::Invalid,
            Self::PreconditionFailed => ErrorKind::Conflict,
            Self::PartChanged(_) | Self::StagedLost => ErrorKind::Unavailable,
            Self::Metadata(source) => source.kind(),
            Self::Stopped => ErrorKind::Unknown,
        }
    }
}
