//! Why an engine was not opened.

use std::io;
use std::path::PathBuf;

use cairn_types::{ErrorKind, HasKind};

/// An engine that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenKvError {
    /// Its folder cannot be made or cleaned.
    #[error("prepare the folder {path} of the engine")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The engine refused: in use, damaged, or not to be read.
    #[error("open the engine in {path}")]
    Engine {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: rocksdb::Error,
    },
}

impl HasKind for OpenKvError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Engine { source, .. } if source.kind() == rocksdb::ErrorKind::Corruption => ErrorKind::Corrupt,
            Self::Folder { .. } | Self::Engine { .. } => ErrorKind::Unavailable,
        }
    }
}
