//! Publishing a version.

use cairn_catalog::reply::Refusal;
use cairn_metadata::MetadataError;
use cairn_types::{ErrorKind, HasKind};

use super::BucketRefusal;

/// A version was not published.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PutError {
    /// The caller's view of the bucket is not the one that governs.
    #[error("decided under another view of the bucket")]
    Bucket(#[source] BucketRefusal),
    /// The precondition does not hold.
    #[error("the precondition does not hold")]
    PreconditionFailed,
    /// The precondition asks for a version, and the key has none.
    #[error("the key has no version to match")]
    NoSuchKey,
    /// The version that was read is not the one there any more: read and decide anew.
    #[error("the source changed since it was read")]
    SourceChanged,
    /// Retention or a legal hold protects the version that would go.
    #[error("the version is locked")]
    Locked,
    /// Only objects of a bucket without versioning take appends.
    #[error("the bucket keeps versions")]
    VersionedBucket,
    /// The append does not begin at the object's end.
    #[error("the object has {0} bytes")]
    InvalidWriteOffset(u64),
    /// The object took as many appends as it can.
    #[error("the object takes no more appends")]
    TooManyAppends,
    /// The keys of a rename lie in different shards.
    #[error("the keys lie in different shards")]
    KeysApart,
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

impl From<MetadataError> for PutError {
    fn from(error: MetadataError) -> Self {
        if let Some(refusal) = BucketRefusal::of_error(&error) {
            return Self::Bucket(refusal);
        }
        match error {
            MetadataError::Refused(Refusal::PreconditionFailed(_)) => Self::PreconditionFailed,
            MetadataError::Refused(Refusal::NoSuchKey(_)) => Self::NoSuchKey,
            MetadataError::Refused(Refusal::SourceChanged(_)) => Self::SourceChanged,
            MetadataError::Refused(Refusal::Locked(_)) => Self::Locked,
            MetadataError::Refused(Refusal::VersionedBucket(_)) => Self::VersionedBucket,
            MetadataError::Refused(Refusal::InvalidWriteOffset(size)) => Self::InvalidWriteOffset(size),
            MetadataError::Refused(Refusal::TooManyAppends(_)) => Self::TooManyAppends,
            MetadataError::Refused(Refusal::KeysApart(_)) => Self::KeysApart,
            MetadataError::Refused(Refusal::BlobNotIntroducible(_)) | MetadataError::SessionLost { .. } => {
                Self::StagedLost
            }
            other => Self::Metadata(other),
        }
    }
}

impl HasKind for PutError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Bucket(source) => source.kind(),
            Self::PreconditionFailed => ErrorKind::Conflict,
            Self::NoSuchKey => ErrorKind::NotFound,
            Self::Locked => ErrorKind::Denied,
            Self::VersionedBucket | Self::InvalidWriteOffset(_) | Self::TooManyAppends | Self::KeysApart => {
                ErrorKind::Invalid
            }
            Self::SourceChanged | Self::StagedLost => ErrorKind::Unavailable,
            Self::Metadata(source) => source.kind(),
            Self::Stopped => ErrorKind::Unknown,
        }
    }
}
