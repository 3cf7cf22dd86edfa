//! A watched value for openraft.
//!
//! tokio's spreads its waiters over queues that it picks at random, so that the order in which they wake differs from run
//! to run. Here they wake in the order they came, which one seed repeats. Reading while reading is allowed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use openraft::async_runtime::watch::{RecvError, SendError, Watch, WatchReceiver, WatchSender};
use parking_lot::{RwLock, RwLockReadGuard};
use tokio::sync::Notify;

/// See the module.
pub(crate) struct OrderedWatch;

struct Shared<T> {
    value: RwLock<T>,
    /// Grows with each change, while the value is locked.
    version: AtomicU64,
    changed: Notify,
    senders: AtomicUsize,
    receivers: AtomicUsize,
}

/// Changes the value.
pub(crate) struct OrderedSender<T>(Arc<Shared<T>>);

/// Sees the value change.
pub(crate) struct OrderedReceiver<T> {
    shared: Arc<Shared<T>>,
    seen: u64,
}

impl<T> OrderedSender<T> {
    fn modify(&self, modify: impl FnOnce(&mut T) -> bool) -> bool {
        let mut value = self.0.value.write();
        if !modify(&mut value) {
            return false;
        }
        self.0.version.fetch_add(1, Ordering::Release);
        drop(value);
        self.0.changed.notify_waiters();
        true
    }
}

impl<T> OrderedReceiver<T> {
    fn of(shared: &Arc<Shared<T>>) -> Self {
        shared.receivers.fetch_add(1, Ordering::AcqRel);
        let seen = shared.version.load(Ordering::Acquire);
        Self { shared: Arc::clone(shared), seen }
    }
}

impl<T> Clone for OrderedSender<T> {
    fn clone(&self) -> Self {
        self.0.senders.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for OrderedSender<T> {
    fn drop(&mut self) {
        if self.0.senders.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.changed.notify_waiters();
        }
    }
}

impl<T> Clone for OrderedReceiver<T> {
    fn clone(&self) -> Self {
        self.shared.receivers.fetch_add(1, Ordering::AcqRel);
        Self { shared: Arc::clone(&self.shared), seen: self.seen }
    }
}

impl<T> Drop for OrderedReceiver<T> {
    fn drop(&mut self) {
        self.shared.receivers.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Watch for OrderedWatch {
    type Sender<T: Send + Sync> = OrderedSender<T>;
    type Receiver<T: Send + Sync> = OrderedReceiver<T>;
    type Ref<'a, T: Send + 'a> = RwLockReadGuard<'a, T>;

    fn channel<T: Send + Sync>(init: T) -> (OrderedSender<T>, OrderedReceiver<T>) {
        let shared = Arc::new(Shared {
            value: RwLock::new(init),
            version: AtomicU64::new(0),
            changed: Notify::new(),
            senders: AtomicUsize::new(1),
            receivers: AtomicUsize::new(0),
        });
        let receiver = OrderedReceiver::of(&shared);
        (OrderedSender(shared), receiver)
    }
}

impl<T: Send + Sync> WatchSender<OrderedWatch, T> for OrderedSender<T> {
    fn send(&self, value: T) -> Result<(), SendError<T>> {
        if self.0.receivers.load(Ordering::Acquire) == 0 {
            return Err(SendError(value));
        }
        self.modify(|current| {
            *current = value;
            true
        });
        Ok(())
    }

    fn send_if_modified<F>(&self, modify: F) -> bool
    where
        F: FnOnce(&mut T) -> bool,
    {
        self.modify(modify)
    }

    fn borrow_watched(&self) -> RwLockReadGuard<'_, T> {
        self.0.value.read_recursive()
    }

    fn subscribe(&self) -> OrderedReceiver<T> {
        OrderedReceiver::of(&self.0)
    }
}

impl<T: Send + Sync> WatchReceiver<OrderedWatch, T> for OrderedReceiver<T> {
    async fn changed(&mut self) -> Result<(), RecvError> {
        loop {
            let mut notified = std::pin::pin!(self.shared.changed.notified());
            // Before looking: a change in between is heard.
            notified.as_mut().enable();
            let version = self.shared.version.load(Ordering::Acquire);
            if version != self.seen {
                self.seen = version;
                return Ok(());
            }
            if self.shared.senders.load(Ordering::Acquire) == 0 {
                return Err(RecvError(()));
            }
            notified.await;
        }
    }

    fn borrow_watched(&self) -> RwLockReadGuard<'_, T> {
        self.shared.value.read_recursive()
    }

    fn borrow_and_update(&mut self) -> RwLockReadGuard<'_, T> {
        let value = self.shared.value.read_recursive();
        self.seen = self.shared.version.load(Ordering::Acquire);
        value
    }
}

#[cfg(test)]
mod tests {
    use cairn_runtime::sim;

    use super::{OrderedWatch, Watch, WatchReceiver, WatchSender};

    #[test]
    fn a_change_is_seen_once_and_the_end_of_the_senders_too() {
        sim::run(1, |_| async {
            let (sender, mut receiver) = OrderedWatch::channel(1);
            sender.send(2).unwrap();
            receiver.changed().await.unwrap();
            assert_eq!(*receiver.borrow_and_update(), 2);
            assert!(!sender.send_if_modified(|_| false));
            let mut late = sender.subscribe();
            drop(sender);
            assert!(receiver.changed().await.is_err());
            assert!(late.changed().await.is_err());
        });
    }

    #[test]
    fn a_value_that_nobody_watches_is_not_sent() {
        let (sender, receiver) = OrderedWatch::channel(1);
        drop(receiver);
        assert!(sender.send(2).is_err());
        assert_eq!(*sender.borrow_watched(), 1);
    }
}
