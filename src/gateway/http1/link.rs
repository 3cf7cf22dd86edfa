//! What a connection's two halves, the gate and the handler of requests, tell each other.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use cairn_s3::S3Error;
use parking_lot::Mutex;

/// Shared by the gate and the handler of one connection.
#[derive(Default)]
pub(crate) struct Link {
    /// Heads that were handed to the handler.
    handled: AtomicU64,
    /// Whether `refused` holds anything: looked at once per request.
    is_refused: AtomicBool,
    /// The number of the head that stands for a refused one, and its error.
    refused: Mutex<Option<(u64, S3Error)>>,
    /// The number of the last head that will be read, if there is one; 0 if not.
    last: AtomicU64,
    /// The connection ends while the client may still be sending.
    lingers: AtomicBool,
}

impl Link {
    /// The gate refused head number `head` (from 1).
    pub(super) fn refuse(&self, head: u64, error: S3Error) {
        *self.refused.lock() = Some((head, error));
        self.is_refused.store(true, Ordering::Release);
        self.end_after(head);
        self.linger();
    }

    /// No head after number `head` will be read.
    pub(super) fn end_after(&self, head: u64) {
        self.last.store(head, Ordering::Release);
    }

    /// Whether the client may still be sending when the connection ends.
    pub(super) fn lingers(&self) -> bool {
        self.lingers.load(Ordering::Acquire)
    }

    /// The client may still be sending when the connection ends.
    pub(crate) fn linger(&self) {
        self.lingers.store(true, Ordering::Release);
    }

    /// Takes the next request: its number.
    pub(crate) fn next(&self) -> u64 {
        self.handled.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The error of request `head`, if it stands for one that was refused.
    pub(crate) fn refusal(&self, head: u64) -> Option<S3Error> {
        if !self.is_refused.load(Ordering::Acquire) {
            return None;
        }
        self.refused.lock().take_if(|(number, _)| *number == head).map(|(_, error)| error)
    }

    /// Whether request `head` is the connection's last.
    pub(crate) fn is_last(&self, head: u64) -> bool {
        self.last.load(Ordering::Acquire) == head
    }
}
