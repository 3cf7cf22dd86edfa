//! Rounds that callers share: at most one is in flight, and a caller joins only a round that begins after it came.
//!
//! # Cancel safety
//! A caller that goes away leaves its round running; rounds are tasks.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cairn_runtime::{OnExit, Tasks};
use parking_lot::Mutex;
use tokio::sync::oneshot;

type Round<T> = Box<dyn Fn() -> Pin<Box<dyn Future<Output = T> + Send>> + Send + Sync>;

/// See the module.
pub(crate) struct Rounds<T> {
    tasks: Tasks,
    round: Round<T>,
    waiting: Mutex<Waiting<T>>,
    count: AtomicU64,
}

struct Waiting<T> {
    callers: Vec<oneshot::Sender<T>>,
    is_running: bool,
}

impl<T: Clone + Send + 'static> Rounds<T> {
    /// Rounds that run `round` as tasks of `tasks`.
    pub(crate) fn new<F>(tasks: Tasks, round: impl Fn() -> F + Send + Sync + 'static) -> Arc<Self>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let round: Round<T> = Box::new(move || Box::pin(round()));
        let waiting = Mutex::new(Waiting { callers: Vec::new(), is_running: false });
        Arc::new(Self { tasks, round, waiting, count: AtomicU64::new(0) })
    }

    /// The result of a round that begins after this call; `None` if the tasks were stopped.
    pub(crate) async fn join(self: &Arc<Self>) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        let starts = {
            let mut waiting = self.waiting.lock();
            waiting.callers.push(sender);
            !std::mem::replace(&mut waiting.is_running, true)
        };
        if starts {
            self.tasks.spawn("shared rounds", OnExit::Ignore, Arc::clone(self).run());
        }
        receiver.await.ok()
    }

    /// How many rounds there were.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    async fn run(self: Arc<Self>) {
        while let Some(callers) = self.next_callers() {
            self.count.fetch_add(1, Ordering::Relaxed);
            let result = (self.round)().await;
            for caller in callers {
                // A caller that went away does not want the result.
                let _ = caller.send(result.clone());
            }
        }
    }

    fn next_callers(&self) -> Option<Vec<oneshot::Sender<T>>> {
        let mut waiting = self.waiting.lock();
        if waiting.callers.is_empty() {
            waiting.is_running = false;
            return None;
        }
        Some(std::mem::take(&mut waiting.callers))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use cairn_runtime::sim;
    use futures::future::join_all;
    use tokio::sync::Semaphore;

    use super::Rounds;

    #[test]
    fn callers_share_the_round_that_begins_after_they_came() {
        sim::run(1, |context| async move {
            let gate = Arc::new(Semaphore::new(0));
            let begun = Arc::new(AtomicU64::new(0));
            let (passed, counted) = (Arc::clone(&gate), Arc::clone(&begun));
            let rounds = Rounds::new(context.tasks.clone(), move || {
                let (gate, number) = (Arc::clone(&passed), counted.fetch_add(1, Ordering::Relaxed));
                async move {
                    gate.acquire().await.expect("the gate stays").forget();
                    number
                }
            });
            let first = context.tasks.spawn("first", cairn_runtime::OnExit::Ignore, {
                let rounds = Arc::clone(&rounds);
                async move { rounds.join().await }
            });
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            assert_eq!(begun.load(Ordering::Relaxed), 1);
            let late = (0..10).map(|_| rounds.join());
            let late = join_all(late);
            gate.add_permits(2);
            assert!(late.await.into_iter().all(|number| number == Some(1)));
            assert_eq!(first.await.ok().flatten(), Some(0));
            assert_eq!(rounds.count(), 2);
        });
    }
}
