//! Refusals that have to do with the bucket as a whole.

use cairn_catalog::reply::Refusal;
use cairn_metadata::MetadataError;
use cairn_types::{ConfigVersion, ErrorKind, HasKind};

/// A shard does not take requests on the bucket as the caller sees it: look the bucket up, decide anew, call again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BucketRefusal {
    /// A newer configuration governs: at least this one.
    #[error("configuration {0} governs the bucket")]
    Stale(ConfigVersion),
    /// The bucket is being deleted, or is gone, since this configuration.
    #[error("the bucket is sealed since configuration {0}")]
    Sealed(ConfigVersion),
    /// The shard never heard of the bucket, or has forgotten it.
    #[error("the shard does not know the bucket")]
    Unknown,
}

impl BucketRefusal {
    /// The refusal as one of the bucket, if it is.
    pub(crate) fn of(refusal: &Refusal) -> Option<Self> {
        match refusal {
            Refusal::StaleConfiguration(current) => Some(Self::Stale(*current)),
            Refusal::BucketSealed(sealed) => Some(Self::Sealed(sealed.scope.config_version)),
            Refusal::UnknownBucket(_) => Some(Self::Unknown),
            _ => None,
        }
    }

    /// As [`BucketRefusal::of`], of a failed call.
    pub(crate) fn of_error(error: &MetadataError) -> Option<Self> {
        error.refusal().and_then(Self::of)
    }

    /// Lowest configuration version to look for.
    pub fn at_least(&self) -> ConfigVersion {
        match self {
            Self::Stale(version) | Self::Sealed(version) => *version,
            Self::Unknown => ConfigVersion(0),
        }
    }
}

impl HasKind for BucketRefusal {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Stale(_) => ErrorKind::Unavailable,
            Self::Sealed(_) | Self::Unknown => ErrorKind::NotFound,
        }
    }
}
