//! Reading the bytes of a version.

use cairn_encryption::Damaged;
use cairn_metadata::MetadataError;
use cairn_types::{BlobId, ErrorKind, HasKind};

/// The bytes of a body end here: what was handed out before is right, the rest is not to be had.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// Fewer fragments than needed could be read.
    #[error("blob {blob}: {readable} of {needed} fragments can be read")]
    TooFewFragments {
        /// The blob.
        blob: BlobId,
        /// Good ones.
        readable: u8,
        /// `k`.
        needed: u8,
    },
    /// The version was replaced and collected meanwhile.
    #[error("the version is gone")]
    VersionGone,
    /// The catalog did not say where the bytes are.
    #[error("ask the catalog")]
    Metadata(#[source] MetadataError),
    /// The body is encrypted, and nobody unlocked it.
    #[error("the body is encrypted")]
    Locked,
    /// What is stored is not what was encrypted, or the key is another.
    #[error("decrypt the body")]
    Sealed(#[source] Damaged),
    /// The catalog describes a body that does not fit together.
    #[error("the manifest does not fit the version")]
    Manifest,
}

impl HasKind for ReadError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::TooFewFragments { .. } => ErrorKind::Unavailable,
            Self::VersionGone => ErrorKind::NotFound,
            Self::Metadata(source) => source.kind(),
            Self::Manifest | Self::Sealed(_) => ErrorKind::Corrupt,
            Self::Locked => ErrorKind::Bug,
        }
    }
}
