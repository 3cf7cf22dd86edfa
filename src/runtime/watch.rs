//! A value that others see change: the last one, not each.
//!
//! tokio's watch spreads its waiters over queues that it picks at random, so that the order in which they wake differs from
//! run to run. Here they wake in the order they came, which one seed repeats.
//!
//! # Concurrency   Reading while reading is allowed. A sender waits for those who read: a [`Ref`] is held only for a look.

use std::fmt;
use std::ops::Deref;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::{RwLock, RwLockReadGuard};
use tokio::sync::Notify;

/// The last sender is gone: the value changes no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value changes no more")]
pub struct Closed;

/// Changes the value. Clones change the same value.
pub struct Sender<T>(Arc<Shared<T>>);

/// Sees the value change. A clone has seen what its original has.
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    seen: u64,
}

/// A look at the value.
pub struct Ref<'a, T>(RwLockReadGuard<'a, T>);

struct Shared<T> {
    value: RwLock<T>,
    /// Grows with each change, while the value is locked.
    version: AtomicU64,
    changed: Notify,
    senders: AtomicUsize,
    receivers: AtomicUsize,
}

/// A value with one sender and one receiver that has seen it.
pub fn channel<T>(value: T) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(value);
    let receiver = sender.subscribe();
    (sender, receiver)
}

impl<T> Sender<T> {
    /// A value that nobody watches yet.
    pub fn new(value: T) -> Self {
        Self(Arc::new(Shared {
            value: RwLock::new(value),
            version: AtomicU64::new(0),
            changed: Notify::new(),
            senders: AtomicUsize::new(1),
            receivers: AtomicUsize::new(0),
        }))
    }

    /// Replaces the value, whether or not anyone watches; returns the old one.
    pub fn send_replace(&self, mut value: T) -> T {
        self.send_modify(|current| std::mem::swap(current, &mut value));
        value
    }

    /// Changes the value.
    pub fn send_modify(&self, modify: impl FnOnce(&mut T)) {
        self.send_if_modified(|value| {
            modify(value);
            true
        });
    }

    /// Changes the value if `modify` says that it did; returns what it said.
    pub fn send_if_modified(&self, modify: impl FnOnce(&mut T) -> bool) -> bool {
        let mut value = self.0.value.write();
        if !modify(&mut value) {
            return false;
        }
        self.0.version.fetch_add(1, Ordering::Release);
        drop(value);
        self.0.changed.notify_waiters();
        true
    }

    /// The value now.
    pub fn borrow(&self) -> Ref<'_, T> {
        self.0.look()
    }

    /// A receiver that has seen the value as it is now.
    pub fn subscribe(&self) -> Receiver<T> {
        self.0.receivers.fetch_add(1, Ordering::AcqRel);
        let seen = self.0.version.load(Ordering::Acquire);
        Receiver { shared: Arc::clone(&self.0), seen }
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.0.receivers.load(Ordering::Acquire)
    }
}

impl<T> Receiver<T> {
    /// The value now.
    pub fn borrow(&self) -> Ref<'_, T> {
        self.shared.look()
    }

    /// The value now, which counts as seen.
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        self.shared.see(&mut self.seen)
    }

    /// The value as it is now counts as seen.
    pub fn mark_unchanged(&mut self) {
        self.seen = self.shared.version.load(Ordering::Acquire);
    }

    /// Returns once the value differs from what was seen; it counts as seen then.
    ///
    /// # Cancel safety
    /// Cancel-safe: a change that was not returned is still to be seen.
    pub async fn changed(&mut self) -> Result<(), Closed> {
        self.shared.changed(&mut self.seen).await
    }

    /// Returns the value once it is as `is_wanted` says, at once if it is; what was looked at counts as seen.
    ///
    /// # Cancel safety
    /// Cancel-safe: it looks at the value as it is before it waits.
    pub async fn wait_for(&mut self, mut is_wanted: impl FnMut(&T) -> bool) -> Result<Ref<'_, T>, Closed> {
        loop {
            {
                let value = self.shared.see(&mut self.seen);
                if is_wanted(&value) {
                    return Ok(value);
                }
            }
            self.shared.changed(&mut self.seen).await?;
        }
    }
}

impl<T> Shared<T> {
    /// Recursive: who looks at the value may look again while a sender waits.
    fn look(&self) -> Ref<'_, T> {
        Ref(self.value.read_recursive())
    }

    fn see(&self, seen: &mut u64) -> Ref<'_, T> {
        let value = self.look();
        *seen = self.version.load(Ordering::Acquire);
        value
    }

    async fn changed(&self, seen: &mut u64) -> Result<(), Closed> {
        loop {
            let mut notified = pin!(self.changed.notified());
            // Before looking: a change in between is heard.
            notified.as_mut().enable();
            let version = self.version.load(Ordering::Acquire);
            if version != *seen {
                *seen = version;
                return Ok(());
            }
            if self.senders.load(Ordering::Acquire) == 0 {
                return Err(Closed);
            }
            notified.await;
        }
    }
}

impl<T: Default> Default for Sender<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.senders.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if self.0.senders.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.changed.notify_waiters();
        }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        self.shared.receivers.fetch_add(1, Ordering::AcqRel);
        Self { shared: Arc::clone(&self.shared), seen: self.seen }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.shared.receivers.fetch_sub(1, Ordering::AcqRel);
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sender").field(&*self.borrow()).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Receiver").field(&*self.borrow()).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for Ref<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.deref().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::FutureExt;
    use parking_lot::Mutex;

    use super::{Closed, Sender, channel};
    use crate::{OnExit, sim};

    #[test]
    fn waiters_wake_in_the_order_they_came() {
        sim::run(1, |context| async move {
            let (sender, woken) = (Sender::new(false), Arc::new(Mutex::new(Vec::new())));
            let waiters: Vec<_> = (0..40)
                .map(|place| {
                    let (mut receiver, woken) = (sender.subscribe(), Arc::clone(&woken));
                    context.tasks.spawn("waiter", OnExit::Ignore, async move {
                        receiver.wait_for(|value| *value).await.unwrap();
                        woken.lock().push(place);
                    })
                })
                .collect();
            tokio::task::yield_now().await;
            sender.send_replace(true);
            for waiter in waiters {
                waiter.await.unwrap();
            }
            assert_eq!(*woken.lock(), (0..40).collect::<Vec<_>>());
        });
    }

    #[test]
    fn a_change_is_seen_once() {
        let (sender, mut receiver) = channel(1);
        assert_eq!(receiver.changed().now_or_never(), None, "the first value is seen");
        assert_eq!(sender.send_replace(2), 1);
        let mut late = sender.subscribe();
        let mut behind = receiver.clone();
        assert_eq!(receiver.changed().now_or_never(), Some(Ok(())));
        assert_eq!(receiver.changed().now_or_never(), None);
        assert_eq!(late.changed().now_or_never(), None);
        assert_eq!(behind.changed().now_or_never(), Some(Ok(())), "a clone has seen what its original had");
        assert!(!sender.send_if_modified(|_| false));
        assert_eq!(receiver.changed().now_or_never(), None, "nothing changed");
        sender.send_modify(|value| *value += 1);
        assert_eq!(*receiver.borrow_and_update(), 3);
        assert_eq!(receiver.changed().now_or_never(), None);
        late.mark_unchanged();
        assert_eq!(late.changed().now_or_never(), None);
    }

    #[test]
    fn the_end_of_the_senders_ends_the_wait() {
        sim::run(2, |context| async move {
            let (sender, mut receiver) = channel(1);
            let second = sender.clone();
            let waiter = context.tasks.spawn("waiter", OnExit::Ignore, async move {
                let waited = receiver.wait_for(|value| *value == 3).await.map(|value| *value);
                (waited, receiver)
            });
            drop(sender);
            tokio::task::yield_now().await;
            second.send_replace(2);
            tokio::task::yield_now().await;
            drop(second);
            let (waited, mut receiver) = waiter.await.unwrap();
            assert_eq!(waited, Err(Closed));
            assert_eq!(receiver.wait_for(|value| *value == 2).await.map(|value| *value), Ok(2), "it is so already");
        });
    }

    #[test]
    fn the_value_can_be_looked_at_while_it_is_looked_at() {
        let (sender, receiver) = channel(1);
        let look = sender.borrow();
        assert_eq!((*look, *receiver.borrow()), (1, 1));
    }

    #[test]
    fn waiting_can_be_a_task() {
        fn is_send(_: &impl Send) {}
        let (_sender, mut receiver) = channel(1);
        is_send(&receiver.wait_for(|value| *value == 2));
    }

    #[test]
    fn receivers_are_counted() {
        let (sender, receiver) = channel(1);
        let other = receiver.clone();
        assert_eq!(sender.receiver_count(), 2);
        drop((receiver, other));
        assert_eq!(sender.receiver_count(), 0);
    }
}
