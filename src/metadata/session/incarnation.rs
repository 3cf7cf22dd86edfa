//! One registration of a session.

use std::sync::atomic::{AtomicBool, Ordering};

use cairn_types::SessionId;

use super::blobs::Blobs;
use super::numbers::Numbers;

/// What belongs to one session id, and ends with it.
pub(crate) struct Incarnation {
    pub(crate) session: SessionId,
    pub(crate) numbers: Numbers,
    pub(crate) blobs: Blobs,
    ended: AtomicBool,
}

impl Incarnation {
    pub(crate) fn new(session: SessionId) -> Self {
        Self { session, numbers: Numbers::default(), blobs: Blobs::default(), ended: AtomicBool::new(false) }
    }

    /// Marks it as closed by its owner: it is not followed by another.
    pub(crate) fn end(&self) -> SessionId {
        self.ended.store(true, Ordering::Release);
        self.session
    }

    /// Whether its owner closed it.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}
