//! The calling side.

use std::net::SocketAddr;

use async_trait::async_trait;
use cairn_runtime::Instant;
use cairn_types::{ErrorKind, HasKind};

use crate::message::{Failure, Message, Method};

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The service answered with a failure of its own.
    #[error(transparent)]
    Failed(Failure),
    /// No connection: nothing happened.
    #[error("{peer} cannot be reached: {reason}")]
    Unreachable {
        /// Whom we called.
        peer: SocketAddr,
        /// What the connection said.
        reason: String,
    },
    /// The request was sent and the answer did not come: it may have happened.
    #[error("the answer of {peer} was lost: {reason}")]
    Lost {
        /// Whom we called.
        peer: SocketAddr,
        /// What the connection said.
        reason: String,
    },
    /// The deadline passed: it may have happened, or may still.
    #[error("{peer} did not answer in time")]
    Deadline {
        /// Whom we called.
        peer: SocketAddr,
    },
}

impl HasKind for CallError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Failed(failure) => failure.kind,
            Self::Unreachable { .. } => ErrorKind::Unavailable,
            Self::Lost { .. } | Self::Deadline { .. } => ErrorKind::Unknown,
        }
    }
}

/// Carries calls to other processes.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Calls `method` at `peer`.
    ///
    /// # Cancel safety
    /// Dropping the call loses only its answer.
    async fn call(
        &self,
        peer: SocketAddr,
        method: Method,
        message: Message,
        deadline: Instant,
    ) -> Result<Message, CallError>;
}
