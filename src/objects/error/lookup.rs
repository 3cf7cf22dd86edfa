//! Finding a version.

use cairn_catalog::reply::Refusal;
use cairn_metadata::MetadataError;
use cairn_types::{ErrorKind, HasKind};

use super::BucketRefusal;

/// A version was not found.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LookupError {
    /// The caller's view of the bucket is not the one that governs.
    #[error("decided under another view of the bucket")]
    Bucket(#[source] BucketRefusal),
    /// The key has no version.
    #[error("the key has no version")]
    NoSuchKey,
    /// The key has no version of that id.
    #[error("the key has no such version")]
    NoSuchVersion,
    /// The shard has no answer.
    #[error("ask the catalog")]
    Metadata(#[source] MetadataError),
}

impl From<MetadataError> for LookupError {
    fn from(error: MetadataError) -> Self {
        if let Some(refusal) = BucketRefusal::of_error(&error) {
            return Self::Bucket(refusal);
        }
        match error {
            MetadataError::Refused(Refusal::NoSuchKey(_)) => Self::NoSuchKey,
            MetadataError::Refused(Refusal::NoSuchVersion(_)) => Self::NoSuchVersion,
            other => Self::Metadata(other),
        }
    }
}

impl HasKind for LookupError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Bucket(source) => source.kind(),
            Self::NoSuchKey | Self::NoSuchVersion => ErrorKind::NotFound,
            Self::Metadata(source) => source.kind(),
        }
    }
}
