//! Listing.

use cairn_metadata::MetadataError;
use cairn_types::{ErrorKind, HasKind};

use super::BucketRefusal;

/// A listing has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ListError {
    /// The caller's view of the bucket is not the one that governs.
    #[error("decided under another view of the bucket")]
    Bucket(#[source] BucketRefusal),
    /// A shard has no answer.
    #[error("ask the catalog")]
    Metadata(#[source] MetadataError),
}

impl From<MetadataError> for ListError {
    fn from(error: MetadataError) -> Self {
        BucketRefusal::of_error(&error).map_or(Self::Metadata(error), Self::Bucket)
    }
}

impl HasKind for ListError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Bucket(source) => source.kind(),
            Self::Metadata(source) => source.kind(),
        }
    }
}
