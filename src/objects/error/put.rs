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
    /// The version whose metadata was to be replaced is not the latest null version any more: read and decide anew.
    #[error("the source changed since it was read")]
    SourceChanged,
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
            Self::SourceChanged | Self::StagedLost => ErrorKind::Unavailable,
            Self::Metadata(source) => source.kind(),
            Self::Stopped => ErrorKind::Unknown,
        }
    }
}
