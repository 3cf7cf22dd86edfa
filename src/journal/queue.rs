//! Appends that wait for the writer.
//!
//! # Limits
//! [`QUEUE_BYTES_MAX`], [`QUEUE_APPENDS_MAX`].

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::error::AppendError;
use crate::limits::{FLUSH_BYTES_TARGET, QUEUE_APPENDS_MAX, QUEUE_BYTES_MAX};
use crate::options::Reserve;
use crate::position::Place;
use crate::record::Record;

/// Result of an append: where its records lie, now durable.
pub(crate) type Outcome = Result<Vec<Place>, AppendError>;

/// Told the outcome, in the order of the appends.
pub(crate) type Done = Box<dyn FnOnce(Outcome) + Send + 'static>;

/// One append.
pub(crate) struct Queued {
    pub(crate) records: Vec<Record>,
    pub(crate) bytes: u64,
    pub(crate) reserve: Reserve,
    pub(crate) done: Done,
}

/// What the queue hands to the writer.
pub(crate) enum Work {
    /// Appends, oldest first.
    Batch(VecDeque<Queued>),
    /// Nothing waits and nothing more will come.
    Close,
}

/// Whether appends are taken.
///
/// ```text
/// Open ── close ──> Closing ── drained ──> Closed
///   └───── failure ──> Fenced (for good)
/// ```
enum State {
    Open,
    Closing,
    Closed,
    Fenced(Arc<io::Error>),
}

struct Inner {
    state: State,
    items: VecDeque<Queued>,
    /// Bytes that wait or are being written.
    bytes: u64,
}

/// Between those who append and the one who writes.
pub(crate) struct Queue {
    inner: Mutex<Inner>,
    changed: Notify,
}

impl Queue {
    pub(crate) fn new() -> Self {
        let inner = Inner { state: State::Open, items: VecDeque::new(), bytes: 0 };
        Self { inner: Mutex::new(inner), changed: Notify::new() }
    }

    /// Takes an append, or refuses it; `done` is called only if it was taken.
    pub(crate) fn push(&self, queued: Queued) -> Result<(), AppendError> {
        let mut inner = self.inner.lock();
        match &inner.state {
            State::Open => {}
            State::Fenced(error) => return Err(AppendError::Fenced(Arc::clone(error))),
            State::Closing | State::Closed => return Err(AppendError::Closed),
        }
        if inner.bytes + queued.bytes > QUEUE_BYTES_MAX || inner.items.len() >= QUEUE_APPENDS_MAX {
            return Err(AppendError::Busy);
        }
        inner.bytes += queued.bytes;
        inner.items.push_back(queued);
        drop(inner);
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for appends and takes as many as make a batch.
    ///
    /// # Cancel safety
    /// Cancel-safe: nothing is taken before it returns.
    pub(crate) async fn next(&self) -> Work {
        loop {
            if let Some(work) = self.take() {
                return work;
            }
            self.changed.notified().await;
        }
    }

    /// The bytes of a batch are out of memory.
    pub(crate) fn written(&self, bytes: u64) {
        self.inner.lock().bytes -= bytes;
    }

    /// Takes no more appends; those that wait are still written.
    pub(crate) fn close(&self) {
        let mut inner = self.inner.lock();
        if matches!(inner.state, State::Open) {
            inner.state = State::Closing;
        }
        drop(inner);
        self.changed.notify_one();
    }

    /// There is no writer any more: those who wait are dropped, which tells them.
    pub(crate) fn stop(&self) {
        let waiting = {
            let mut inner = self.inner.lock();
            if !matches!(inner.state, State::Fenced(_)) {
                inner.state = State::Closed;
            }
            std::mem::take(&mut inner.items)
        };
        drop(waiting);
    }

    /// Refuses everything from now on; appends that wait are told.
    pub(crate) fn fence(&self, error: &Arc<io::Error>) {
        let waiting = {
            let mut inner = self.inner.lock();
            inner.state = State::Fenced(Arc::clone(error));
            std::mem::take(&mut inner.items)
        };
        for queued in waiting {
            self.written(queued.bytes);
            (queued.done)(Err(AppendError::Fenced(Arc::clone(error))));
        }
        self.changed.notify_one();
    }

    /// Why nothing is acknowledged any more.
    pub(crate) fn fenced(&self) -> Option<Arc<io::Error>> {
        match &self.inner.lock().state {
            State::Fenced(error) => Some(Arc::clone(error)),
            State::Open | State::Closing | State::Closed => None,
        }
    }

    fn take(&self) -> Option<Work> {
        let mut inner = self.inner.lock();
        let mut batch = VecDeque::new();
        let mut bytes = 0;
        while bytes < FLUSH_BYTES_TARGET
            && let Some(queued) = inner.items.pop_front()
        {
            bytes += queued.bytes;
            batch.push_back(queued);
        }
        if !batch.is_empty() {
            return Some(Work::Batch(batch));
        }
        match inner.state {
            State::Open => None,
            State::Closing | State::Closed => {
                inner.state = State::Closed;
                Some(Work::Close)
            }
            State::Fenced(_) => Some(Work::Close),
        }
    }
}
