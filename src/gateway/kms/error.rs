//! Why a key does not serve.

use cairn_encryption::UnwrapError;
use cairn_metadata::MetadataError;
use cairn_types::{ErrorKind, HasKind};

/// Why a key does not serve.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum KeyError {
    /// There is none of that name, or not of the version that encrypted.
    #[error("key '{0}' does not exist")]
    NotFound(String),
    /// It is switched off.
    #[error("key '{0}' is disabled")]
    Disabled(String),
    /// There is one of that name already.
    #[error("key '{0}' exists already")]
    Exists(String),
    /// It has as many versions as its row has room for.
    #[error("key '{0}' cannot be rotated any more")]
    TooManyVersions(String),
    /// The catalog has no answer.
    #[error("ask the catalog for a key")]
    Catalog(#[source] MetadataError),
    /// The row is not that of a key.
    #[error("the row of key '{0}' cannot be read")]
    Row(String),
    /// What the key or the cluster key encrypted does not open.
    #[error("decrypt a key")]
    Unwrap(#[source] UnwrapError),
}

impl HasKind for KeyError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Disabled(_) => ErrorKind::Denied,
            Self::Exists(_) | Self::TooManyVersions(_) => ErrorKind::Conflict,
            Self::Catalog(source) => source.kind(),
            Self::Row(_) | Self::Unwrap(_) => ErrorKind::Corrupt,
        }
    }
}
