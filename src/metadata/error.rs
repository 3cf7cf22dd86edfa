//! Why a command or a question has no answer.

use cairn_catalog::reply::Refusal;
use cairn_types::{ErrorKind, HasKind, SessionId, ShardId};

/// Why a call on the catalog failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MetadataError {
    /// The shard refused: nothing was changed.
    #[error("the shard refused")]
    Refused(#[source] Refusal),
    /// No member could serve it before the deadline; nothing happened.
    #[error("no member of shard {shard} could serve the call in time")]
    Unavailable {
        /// The shard.
        shard: ShardId,
    },
    /// The members are over a limit; nothing happened.
    #[error("the members of shard {shard} are busy")]
    Busy {
        /// The shard.
        shard: ShardId,
    },
    /// The answer did not come before the deadline: the command took effect once, or not at all.
    #[error("the answer of shard {shard} did not come in time")]
    Unknown {
        /// The shard.
        shard: ShardId,
    },
    /// The session was fenced; the work has to begin anew under the next one. Nothing happened.
    #[error("session {session} is fenced")]
    SessionLost {
        /// The session.
        session: SessionId,
    },
    /// Rows contradict each other, or are not what was written.
    #[error("rows of shard {shard} are damaged")]
    Corrupt {
        /// The shard.
        shard: ShardId,
    },
    /// The answer is not of the kind that was asked for.
    #[error("shard {shard} gave an answer of another kind")]
    UnexpectedAnswer {
        /// The shard.
        shard: ShardId,
    },
}

impl MetadataError {
    /// The refusal, if that is what it is.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl HasKind for MetadataError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::Unavailable { .. } | Self::SessionLost { .. } => ErrorKind::Unavailable,
            Self::Busy { .. } => ErrorKind::Busy,
            Self::Unknown { .. } => ErrorKind::Unknown,
            Self::Corrupt { .. } => ErrorKind::Corrupt,
            Self::UnexpectedAnswer { .. } => ErrorKind::Bug,
        }
    }
}
