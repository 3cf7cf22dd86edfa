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
    fenced: AtomicBool,
}

impl Incarnation {
    pub(crate) fn new(session: SessionId) -> Self {
        Self {
            session,
            numbers: Numbers::default(),
            blobs: Blobs::default(),
            ended: AtomicBool::new(false),
            fenced: AtomicBool::new(false),
        }
    }

    /// Marks it as closed by its owner: it is not followed by another.
    pub(crate) fn end(&self) -> SessionId {
        self.ended.store(true, Ordering::Release);
        self.session
    }

    /// A shard said that it is fenced.
    pub(crate) fn set_fenced(&self) {
        self.fenced.store(true, Ordering::Release);
    }

    /// Whether a shard said so.
    pub(crate) fn is_fenced(&self) -> bool {
        self.fenced.load(Ordering::Acquire)
    }

    /// Whether its owner closed it.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}
