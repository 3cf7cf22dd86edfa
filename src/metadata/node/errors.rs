//! Errors of opening and starting a node.

use std::io;

use cairn_types::{ErrorKind, HasKind};

use crate::log::OpenLogError;

/// A node could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenNodeError {
    /// The identity file cannot be read, or is damaged.
    #[error("read the identity of the metadata directory")]
    Identity(#[source] io::Error),
    /// The log cannot be read.
    #[error("open the log of the metadata directory")]
    Log(#[source] OpenLogError),
    /// There is a log, and no identity that it belongs to.
    #[error("the metadata directory has a log and no identity")]
    LogWithoutIdentity,
}

impl HasKind for OpenNodeError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Identity(_) | Self::LogWithoutIdentity => ErrorKind::Corrupt,
            Self::Log(_) => ErrorKind::Unavailable,
        }
    }
}

/// A node has not started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// It waits to be invited to a cluster.
    #[error("the node waits to be invited to a cluster")]
    NotInvited,
    /// It could not reach a majority of each of its shards in time.
    #[error("the node did not reach a majority of each of its shards in time")]
    NoMajority,
    /// It is quarantined.
    #[error("the node is quarantined: {0}")]
    Quarantined(String),
}

impl HasKind for StartError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotInvited | Self::NoMajority => ErrorKind::Unavailable,
            Self::Quarantined(_) => ErrorKind::Corrupt,
        }
    }
}
