//! Why a handler stops.

use crate::reply::Refusal;
use crate::rows::Nothing;
use crate::state::ReadError;

/// A handler ends here: what it drafted is dropped.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The reply is a refusal.
    Refused(Refusal),
    /// Rows could not be read: there is no reply.
    Unread(ReadError),
}

impl From<ReadError> for Halt {
    fn from(error: ReadError) -> Self {
        Self::Unread(error)
    }
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Stops with a refusal that needs no data.
pub(crate) fn refuse<T>(refusal: fn(Nothing) -> Refusal) -> Result<T, Halt> {
    Err(Halt::Refused(refusal(Nothing::default())))
}
