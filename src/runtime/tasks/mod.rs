//! Tasks with a name, an owner and an exit policy.
//!
//! # Invariants
//! No task is detached in silence: a panic is counted, logged and, in simulation, fails the run. Stopping an owner stops
//! its tasks: [`Tasks::shutdown`] signals, waits up to a deadline, then aborts.

mod owner;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as PollContext, Poll};

use tokio::sync::oneshot;

pub(crate) use self::owner::{ExitHook, NodeParts, Owner};

/// A spawned future, type-erased.
pub type BoxFuture = Pin<Box<dyn Future<Output = ()> + Send + 'static>>;

/// What it means when the task ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnExit {
    /// It was meant to end (one request, one transfer).
    Ignore,
    /// It should run until shutdown: an end before that is logged as an error.
    Report,
    /// The process cannot go on without it: an end or a panic stops the process.
    Abort,
}

/// How tasks are run: tokio's threads in production, one simulated node's share of a single thread in simulation.
pub trait Spawner: Send + Sync + 'static {
    /// Runs `future` in the current context of this spawner's node.
    fn spawn(&self, name: &'static str, on_exit: OnExit, future: BoxFuture);
    /// Resolves when shutdown was asked for.
    fn shutdown_requested(&self) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>>;
    /// Whether shutdown was asked for.
    fn is_shutting_down(&self) -> bool;
    /// Asks every task of this owner to stop, waits for them up to `grace`, then aborts the rest.
    fn shutdown(&self, grace: std::time::Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>>;
    /// An owner whose tasks are stopped on their own and also when this one's are.
    fn child(&self) -> Arc<dyn Spawner>;
}

/// Spawns tasks for one owner; cheap to clone.
#[derive(Clone)]
pub struct Tasks(Arc<dyn Spawner>);

impl Tasks {
    /// Tasks run by `spawner`.
    pub fn new(spawner: Arc<dyn Spawner>) -> Self {
        Self(spawner)
    }

    /// Runs `future` under `name`; dropping the handle does not stop it.
    pub fn spawn<T: Send + 'static>(
        &self,
        name: &'static str,
        on_exit: OnExit,
        future: impl Future<Output = T> + Send + 'static,
    ) -> TaskHandle<T> {
        let (sender, receiver) = oneshot::channel();
        let future = Box::pin(async move {
            // The receiver may be gone: whoever drops the handle does not want the result.
            let _ = sender.send(future.await);
        });
        self.0.spawn(name, on_exit, future);
        TaskHandle(receiver)
    }

    /// Resolves when shutdown was asked for.
    ///
    /// # Cancel safety
    /// Cancel-safe.
    pub async fn shutdown_requested(&self) {
        self.0.shutdown_requested().await;
    }

    /// Whether shutdown was asked for.
    pub fn is_shutting_down(&self) -> bool {
        self.0.is_shutting_down()
    }

    /// Stops every task of this owner and of those below it: signal, wait up to `grace`, abort. Not for one of these tasks to
    /// call: it would wait for itself.
    pub async fn shutdown(&self, grace: std::time::Duration) {
        self.0.shutdown(grace).await;
    }

    /// An owner below this one.
    pub fn child(&self) -> Self {
        Self(self.0.child())
    }
}

/// Result of a task, once it has one.
pub struct TaskHandle<T>(oneshot::Receiver<T>);

/// The task ended without a result: it panicked or was aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the task was stopped before it finished")]
pub struct TaskStopped;

impl<T> Future for TaskHandle<T> {
    type Output = Result<T, TaskStopped>;

    fn poll(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|result| result.map_err(|_| TaskStopped))
    }
}
