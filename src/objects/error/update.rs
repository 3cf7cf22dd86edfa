//! Changing a version in place.

use cairn_catalog::reply::Refusal;
use cairn_metadata::MetadataError;
use cairn_types::{ErrorKind, HasKind};

use super::BucketRefusal;

/// A version was not changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UpdateError {
    /// The caller's view of the bucket is not the one that governs.
    #[error("decided under another view of the bucket")]
    Bucket(#[source] BucketRefusal),
    /// The key has no version.
    #[error("the key has no version")]
    NoSuchKey,
    /// The key has no version of that id.
    #[error("the key has no such version")]
    NoSuchVersion,
    /// The version is a delete marker: there is nothing to change.
    #[error("the version is a delete marker")]
    IsDeleteMarker,
    /// The change would shorten or weaken a retention that lasts.
    #[error("the version is locked")]
    Locked,
    /// Retention and legal hold need object lock, and the bucket has none.
    #[error("the bucket has no object lock")]
    ObjectLockOff,
    /// The shard has no answer.
    #[error("ask the catalog")]
    Metadata(#[source] MetadataError),
    /// The process is stopping: the command may take effect.
    #[error("stopped before the answer came")]
    Stopped,
}

impl From<MetadataError> for UpdateError {
    fn from(error: MetadataError) -> Self {
        if let Some(refusal) = BucketRefusal::of_error(&error) {
            return Self::Bucket(refusal);
        }
        match error {
            MetadataError::Refused(Refusal::NoSuchKey(_)) => Self::NoSuchKey,
            MetadataError::Refused(Refusal::NoSuchVersion(_)) => Self::NoSuchVersion,
            MetadataError::Refused(Refusal::IsDeleteMarker(_)) => Self::IsDeleteMarker,
            MetadataError::Refused(Refusal::Locked(_)) => Self::Locked,
            MetadataError::Refused(Refusal::ObjectLockOff(_)) => Self::ObjectLockOff,
            other => Self::Metadata(other),
        }
    }
}

impl HasKind for UpdateError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Bucket(source) => source.kind(),
            Self::NoSuchKey | Self::NoSuchVersion => ErrorKind::NotFound,
            Self::IsDeleteMarker | Self::ObjectLockOff => ErrorKind::Invalid,
            Self::Locked => ErrorKind::Denied,
            Self::Metadata(source) => source.kind(),
            Self::Stopped => ErrorKind::Unknown,
        }
    }
}
