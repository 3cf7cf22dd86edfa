//! The one task that changes the index, in the order in which records became durable.
//!
//! # Invariants
//! After a failed write to the index nothing is acknowledged until a restart has replayed the segments: the indexed point
//! must not pass a record that the index lacks.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};

use crate::batch::Change;
use crate::error::WriteError;
use crate::index::Index;
use crate::lead_cache::LeadCache;
use crate::limits::BATCH_CHANGES_MAX;

/// Told when the index took a piece of work.
pub(crate) type Waiter = oneshot::Sender<Result<(), WriteError>>;

struct Work {
    changes: Vec<Change>,
    waiter: Waiter,
}

#[derive(Default)]
struct State {
    work: VecDeque<Work>,
    is_closed: bool,
    failed: Option<Arc<io::Error>>,
}

/// Work that waits for the applier. Bounded by what the journal and its callers let through.
#[derive(Default)]
pub(crate) struct ApplierQueue {
    state: Mutex<State>,
    changed: Notify,
}

impl ApplierQueue {
    /// Queues changes; `waiter` is told when the index has them.
    pub(crate) fn push(&self, changes: Vec<Change>, waiter: Waiter) {
        let refused = {
            let mut state = self.state.lock();
            match (&state.failed, state.is_closed) {
                (Some(error), _) => Some(WriteError::Index(Arc::clone(error))),
                (None, true) => Some(WriteError::Closed),
                (None, false) => {
                    state.work.push_back(Work { changes, waiter });
                    self.changed.notify_one();
                    return;
                }
            }
        };
        if let Some(error) = refused {
            // Whoever dropped the future does not want to know.
            let _ = waiter.send(Err(error));
        }
    }

    /// Queues changes and waits until the index has them.
    pub(crate) async fn apply(&self, changes: Vec<Change>) -> Result<(), WriteError> {
        let (waiter, told) = oneshot::channel();
        self.push(changes, waiter);
        told.await.unwrap_or(Err(WriteError::Closed))
    }

    /// Why the index takes nothing any more.
    pub(crate) fn failed(&self) -> Option<Arc<io::Error>> {
        self.state.lock().failed.clone()
    }

    /// Lets the applier end once nothing waits.
    pub(crate) fn close(&self) {
        self.state.lock().is_closed = true;
        self.changed.notify_one();
    }

    fn take(&self) -> Option<Vec<Work>> {
        let mut state = self.state.lock();
        let (mut batch, mut changes) = (Vec::new(), 0);
        while changes < BATCH_CHANGES_MAX
            && let Some(work) = state.work.pop_front()
        {
            changes += work.changes.len();
            batch.push(work);
        }
        (!batch.is_empty() || state.is_closed).then_some(batch)
    }

    fn fail(&self, error: &Arc<io::Error>) {
        let waiting = {
            let mut state = self.state.lock();
            state.failed = Some(Arc::clone(error));
            std::mem::take(&mut state.work)
        };
        for work in waiting {
            let _ = work.waiter.send(Err(WriteError::Index(Arc::clone(error))));
        }
    }
}

/// Applies work until the queue is closed.
pub(crate) async fn run(queue: Arc<ApplierQueue>, index: Arc<Index>, cache: Arc<LeadCache>) {
    loop {
        let Some(batch) = queue.take() else {
            queue.changed.notified().await;
            continue;
        };
        if batch.is_empty() {
            return;
        }
        let (mut changes, mut waiters) = (Vec::new(), Vec::with_capacity(batch.len()));
        for work in batch {
            changes.extend(work.changes);
            waiters.push(work.waiter);
        }
        let result = match index.apply(changes).await {
            Ok(stale) => {
                cache.forget(&stale);
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "the index of a disk takes no more writes");
                let error = Arc::new(error);
                queue.fail(&error);
                Err(WriteError::Index(error))
            }
        };
        for waiter in waiters {
            let _ = waiter.send(result.clone());
        }
    }
}
