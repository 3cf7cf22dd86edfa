//! A few threads for calls that block: of one disk, or of one engine.
//!
//! # Invariants
//! A call that was taken runs, also if its caller is gone. A panic in a call is the error of that call alone.
//!
//! # Limits
//! The queue is bounded; callers over it wait in line.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};
use tokio::sync::{Semaphore, oneshot};

type Job = Box<dyn FnOnce() + Send + 'static>;

/// Threads that end once this value is gone and their queue is empty.
pub(crate) struct Threads {
    shared: Arc<Shared>,
    room: Arc<Semaphore>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    not_empty: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    is_closed: bool,
}

impl Threads {
    pub(crate) fn start(name: &str, count: usize, queue_max: usize) -> io::Result<Self> {
        // Made first: if a thread cannot be started, its drop ends those that were.
        let threads = Self { shared: Arc::default(), room: Arc::new(Semaphore::new(queue_max)) };
        for number in 0..count {
            let shared = Arc::clone(&threads.shared);
            std::thread::Builder::new().name(format!("{name}-{number}")).spawn(move || shared.work())?;
        }
        Ok(threads)
    }

    /// Runs `work` on a thread.
    ///
    /// # Cancel safety
    /// While it waits in line a dropped call does not happen; after that it does.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let room = Arc::clone(&self.room).acquire_owned().await;
        let room = room.expect("the semaphore of the queue is never closed");
        let (sender, receiver) = oneshot::channel();
        let job = Box::new(move || {
            drop(room);
            let result = catch_unwind(AssertUnwindSafe(work));
            // The caller may be gone.
            let _ = sender.send(result.unwrap_or_else(|_| Err(io::Error::other("a blocking call panicked"))));
        });
        self.shared.queue.lock().jobs.push_back(job);
        self.shared.not_empty.notify_one();
        receiver.await.map_err(|_| io::Error::other("the threads have ended"))?
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.queue.lock().is_closed = true;
        self.shared.not_empty.notify_all();
    }
}

impl Shared {
    fn work(&self) {
        while let Some(job) = self.next() {
            job();
        }
    }

    fn next(&self) -> Option<Job> {
        let mut queue = self.queue.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if queue.is_closed {
                return None;
            }
            self.not_empty.wait(&mut queue);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc::sync_channel;

    use super::Threads;

    #[tokio::test]
    async fn a_panic_in_a_call_is_the_error_of_that_call_alone() {
        let threads = Threads::start("t", 1, 4).unwrap();
        let failed: io::Result<()> = threads.run(|| panic!("bad call")).await;
        assert!(failed.is_err());
        assert_eq!(threads.run(|| Ok(7)).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn calls_over_the_queue_wait_and_all_run() {
        let threads = Threads::start("t", 2, 1).unwrap();
        let sum = futures::future::join_all((0..100_u64).map(|i| threads.run(move || Ok(i)))).await;
        assert_eq!(sum.into_iter().map(|i| i.unwrap()).sum::<u64>(), 4_950);
    }

    #[tokio::test]
    async fn a_call_runs_to_its_end_although_its_caller_is_gone() {
        let threads = Threads::start("t", 1, 4).unwrap();
        let (sender, receiver) = sync_channel(1);
        let call = threads.run(move || sender.send(5).map_err(io::Error::other));
        // Polled once, so that it is in the queue, then dropped.
        assert!(futures::FutureExt::now_or_never(call).is_none_or(|done| done.is_ok()));
        drop(threads);
        assert_eq!(receiver.recv().unwrap(), 5);
    }
}
