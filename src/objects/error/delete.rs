//! Deleting.

use cairn_catalog::reply::Refusal;
use cairn_metadata::MetadataError;
use cairn_types::{ErrorKind, HasKind};

use super::BucketRefusal;

/// Nothing was deleted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DeleteError {
    /// The caller's view of the bucket is not the one that governs.
    #[error("decided under another view of the bucket")]
    Bucket(#[source] BucketRefusal),
    /// A condition does not hold.
    #[error("a condition does not hold")]
    PreconditionFailed,
    /// A condition asks for a version, and there is none.
    #[error("the key has no version to match")]
    NoSuchKey,
    /// Retention or a legal hold protects the version.
    #[error("the version is locked")]
    Locked,
    /// The shard has no answer.
    #[error("ask the catalog")]
    Metadata(#[source] MetadataError),
    /// The process is stopping: the command may take effect.
    #[error("stopped before the answer came")]
    Stopped,
}

impl From<MetadataError> for DeleteError {
    fn from(error: MetadataError) -> Self {
        if let Some(refusal) = BucketRefusal::of_error(&error) {
            return Self::Bucket(refusal);
        }
        match error {
            MetadataError::Refused(Refusal::PreconditionFailed(_)) => Self::PreconditionFailed,
            MetadataError::Refused(Refusal::NoSuchKey(_) | Refusal::NoSuchVersion(_)) => Self::NoSuchKey,
            MetadataError::Refused(Refusal::Locked(_)) => Self::Locked,
            other => Self::Metadata(other),
        }
    }
}

impl HasKind for DeleteError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Bucket(source) => source.kind(),
            Self::PreconditionFailed => ErrorKind::Conflict,
            Self::NoSuchKey => ErrorKind::NotFound,
            Self::Locked => ErrorKind::Denied,
            Self::Metadata(source) => source.kind(),
            Self::Stopped => ErrorKind::Unknown,
        }
    }
}
