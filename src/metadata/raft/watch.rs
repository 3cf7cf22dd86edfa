//! openraft's watched values are the runtime's, whose waiters wake in an order that one seed repeats.

use cairn_runtime::watch::{Receiver, Ref, Sender, channel};
use openraft::async_runtime::watch::{RecvError, SendError, Watch, WatchReceiver, WatchSender};

/// See the module.
pub(crate) struct OrderedWatch;

impl Watch for OrderedWatch {
    type Sender<T: Send + Sync> = Sender<T>;
    type Receiver<T: Send + Sync> = Receiver<T>;
    type Ref<'a, T: Send + 'a> = Ref<'a, T>;

    fn channel<T: Send + Sync>(init: T) -> (Sender<T>, Receiver<T>) {
        channel(init)
    }
}

impl<T: Send + Sync> WatchSender<OrderedWatch, T> for Sender<T> {
    fn send(&self, value: T) -> Result<(), SendError<T>> {
        if self.receiver_count() == 0 {
            return Err(SendError(value));
        }
        self.send_replace(value);
        Ok(())
    }

    fn send_if_modified<F>(&self, modify: F) -> bool
    where
        F: FnOnce(&mut T) -> bool,
    {
        self.send_if_modified(modify)
    }

    fn borrow_watched(&self) -> Ref<'_, T> {
        self.borrow()
    }

    fn subscribe(&self) -> Receiver<T> {
        self.subscribe()
    }
}

impl<T: Send + Sync> WatchReceiver<OrderedWatch, T> for Receiver<T> {
    async fn changed(&mut self) -> Result<(), RecvError> {
        self.changed().await.map_err(|_| RecvError(()))
    }

    fn borrow_watched(&self) -> Ref<'_, T> {
        self.borrow()
    }

    fn borrow_and_update(&mut self) -> Ref<'_, T> {
        self.borrow_and_update()
    }
}

#[cfg(test)]
mod tests {
    use super::{OrderedWatch, Watch, WatchSender};

    #[test]
    fn a_value_that_nobody_watches_is_not_sent() {
        let (sender, receiver) = OrderedWatch::channel(1);
        assert!(sender.send(2).is_ok());
        drop(receiver);
        assert!(sender.send(3).is_err());
        assert_eq!(*sender.borrow_watched(), 2);
    }
}
