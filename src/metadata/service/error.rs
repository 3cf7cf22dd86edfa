//! Why a node did not do what it was asked to.

use cairn_rpc::{CallError, Failure};
use cairn_types::record::{Record, record, record_enum};
use cairn_types::{ErrorKind, HasKind, NodeId};

/// Why a node did not do what it was asked to. All but [`ServiceError::Unknown`]: nothing happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// Another member leads the shard.
    #[error("this member does not lead the shard")]
    NotLeader {
        /// Who may.
        hint: Option<NodeId>,
    },
    /// The node holds no member of the shard, or waits to be invited to a cluster.
    #[error("the node is no member of the shard")]
    NotMember,
    /// A majority does not know the node's start yet.
    #[error("the node has not started yet")]
    NotStarted,
    /// The node's log or state is damaged: it neither votes nor answers.
    #[error("the node is quarantined")]
    Quarantined,
    /// The node belongs to another cluster, or has another id.
    #[error("the node belongs to another cluster or has another id")]
    Foreign,
    /// The caller's generation was seen already or is over: an old copy of a directory.
    #[error("the caller's generation was seen already")]
    StaleGeneration,
    /// Over a limit.
    #[error("the node is busy")]
    Busy,
    /// The node could not be reached.
    #[error("the node cannot be reached")]
    Unreachable,
    /// It may have happened.
    #[error("the answer was lost")]
    Unknown,
    /// Rows are damaged.
    #[error("rows are damaged")]
    Corrupt,
    /// The message makes no sense here.
    #[error("the message is invalid")]
    Invalid,
}

record_enum! {
    /// Number of an error; never reused.
    pub enum ErrorNumber {
        /// An error that this build does not know.
        1 => Unknown,
        /// Another leads.
        2 => NotLeader,
        /// No member.
        3 => NotMember,
        /// Not started.
        4 => NotStarted,
        /// Quarantined.
        5 => Quarantined,
        /// Of another cluster.
        6 => Foreign,
        /// An old copy.
        7 => StaleGeneration,
        /// Over a limit.
        8 => Busy,
        /// Not reached.
        9 => Unreachable,
        /// Damaged rows.
        10 => Corrupt,
        /// No sense.
        11 => Invalid,
    }
}

record! {
    /// An error on the wire.
    #[derive(Eq)]
    pub struct ErrorRecord {
        /// Which.
        1 => pub number: ErrorNumber,
        /// Who may lead.
        2 => pub hint: Option<NodeId>,
    }
}

impl ServiceError {
    fn number(&self) -> ErrorNumber {
        match self {
            Self::NotLeader { .. } => ErrorNumber::NotLeader,
            Self::NotMember => ErrorNumber::NotMember,
            Self::NotStarted => ErrorNumber::NotStarted,
            Self::Quarantined => ErrorNumber::Quarantined,
            Self::Foreign => ErrorNumber::Foreign,
            Self::StaleGeneration => ErrorNumber::StaleGeneration,
            Self::Busy => ErrorNumber::Busy,
            Self::Unreachable => ErrorNumber::Unreachable,
            Self::Unknown => ErrorNumber::Unknown,
            Self::Corrupt => ErrorNumber::Corrupt,
            Self::Invalid => ErrorNumber::Invalid,
        }
    }

    fn of_record(record: ErrorRecord) -> Self {
        match record.number {
            ErrorNumber::NotLeader => Self::NotLeader { hint: record.hint },
            ErrorNumber::NotMember => Self::NotMember,
            ErrorNumber::NotStarted => Self::NotStarted,
            ErrorNumber::Quarantined => Self::Quarantined,
            ErrorNumber::Foreign => Self::Foreign,
            ErrorNumber::StaleGeneration => Self::StaleGeneration,
            ErrorNumber::Busy => Self::Busy,
            ErrorNumber::Unreachable => Self::Unreachable,
            ErrorNumber::Unknown => Self::Unknown,
            ErrorNumber::Corrupt => Self::Corrupt,
            ErrorNumber::Invalid => Self::Invalid,
        }
    }
}

impl HasKind for ServiceError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotLeader { .. } | Self::NotMember | Self::NotStarted | Self::Quarantined | Self::Unreachable => {
                ErrorKind::Unavailable
            }
            Self::Foreign | Self::StaleGeneration => ErrorKind::Denied,
            Self::Busy => ErrorKind::Busy,
            Self::Unknown => ErrorKind::Unknown,
            Self::Corrupt => ErrorKind::Corrupt,
            Self::Invalid => ErrorKind::Invalid,
        }
    }
}

impl From<&ServiceError> for Failure {
    fn from(error: &ServiceError) -> Self {
        let hint = match error {
            ServiceError::NotLeader { hint } => *hint,
            _ => None,
        };
        let record = ErrorRecord { number: error.number(), hint, ..ErrorRecord::default() };
        Self { kind: error.kind(), detail: record.encode(), text: error.to_string() }
    }
}

impl From<CallError> for ServiceError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Failed(failure) if failure.detail.is_empty() => Self::of_kind(failure.kind),
            CallError::Failed(failure) => ErrorRecord::decode(failure.detail).map_or(Self::Unknown, Self::of_record),
            CallError::Unreachable { .. } => Self::Unreachable,
            CallError::Lost { .. } | CallError::Deadline { .. } => Self::Unknown,
        }
    }
}

impl ServiceError {
    /// The error of a layer between that knows kinds alone.
    fn of_kind(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Busy => Self::Busy,
            ErrorKind::Unavailable => Self::Unreachable,
            ErrorKind::Invalid => Self::Invalid,
            ErrorKind::Corrupt => Self::Corrupt,
            ErrorKind::Denied => Self::Foreign,
            ErrorKind::NotFound => Self::NotMember,
            ErrorKind::Conflict | ErrorKind::Unknown | ErrorKind::Bug => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::{CallError, ErrorKind, Failure, NodeId, ServiceError};

    #[test]
    fn errors_survive_the_wire() {
        let all = [
            ServiceError::NotLeader { hint: Some(NodeId(3)) },
            ServiceError::NotLeader { hint: None },
            ServiceError::NotMember,
            ServiceError::NotStarted,
            ServiceError::Quarantined,
            ServiceError::Foreign,
            ServiceError::StaleGeneration,
            ServiceError::Busy,
            ServiceError::Unreachable,
            ServiceError::Unknown,
            ServiceError::Corrupt,
            ServiceError::Invalid,
        ];
        for error in all {
            assert_eq!(ServiceError::from(CallError::Failed(Failure::from(&error))), error);
        }
    }

    #[test]
    fn a_lost_answer_may_have_happened_and_a_refused_connection_has_not() {
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let lost = CallError::Lost { peer, reason: String::new() };
        assert_eq!(ServiceError::from(lost), ServiceError::Unknown);
        assert_eq!(ServiceError::from(CallError::Deadline { peer }), ServiceError::Unknown);
        let refused = CallError::Unreachable { peer, reason: String::new() };
        assert_eq!(ServiceError::from(refused), ServiceError::Unreachable);
        let plain = CallError::Failed(Failure::plain(ErrorKind::Busy, "full"));
        assert_eq!(ServiceError::from(plain), ServiceError::Busy);
    }
}
