//! Why a directory was not opened.

use std::io;
use std::path::PathBuf;

use cairn_types::{ErrorKind, HasKind};

/// A directory that cannot be used as a disk.
#[derive(Debug, thiserror::Error)]
pub enum OpenDiskError {
    /// Another process (or another part of this one) has it open.
    #[error("directory {path} is already open in another process")]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// It is a file.
    #[error("{path} is not a directory")]
    NotADirectory {
        /// What was named.
        path: PathBuf,
    },
    /// The system refused.
    #[error("open directory {path}")]
    Io {
        /// The directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl HasKind for OpenDiskError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::InUse { .. } => ErrorKind::Conflict,
            Self::NotADirectory { .. } => ErrorKind::Invalid,
            Self::Io { .. } => ErrorKind::Unavailable,
        }
    }
}
