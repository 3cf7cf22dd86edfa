//! The runtime openraft runs on: the same type in production and in simulation.
//!
//! openraft asks for its runtime through static functions; the node that is asked for is that of the task being polled
//! ([`Context::current`]). Timers and channels are tokio's, whose clock the simulator controls.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context as PollContext, Poll};
use std::time::Duration;

use cairn_runtime::tasks::TaskStopped;
use cairn_runtime::{Context, OnExit, TaskHandle};
use openraft::async_runtime::AsyncRuntime;
use openraft_rt_tokio::{TokioInstant, TokioMpsc, TokioMutex, TokioOneshot, TokioRuntime};
use rand::TryRng;

use super::watch::OrderedWatch;

/// See the module.
#[derive(Debug)]
pub(crate) struct RaftRuntime(TokioRuntime);

/// A task of openraft's.
pub(crate) struct RaftTask<T>(TaskHandle<T>);

impl<T> Future for RaftTask<T> {
    type Output = Result<T, TaskStopped>;

    fn poll(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

/// Random numbers of the current node.
pub(crate) struct NodeRng(Context);

impl TryRng for NodeRng {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_le_bytes(self.0.entropy.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.0.entropy.u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.entropy.fill(bytes);
        Ok(())
    }
}

impl fmt::Debug for NodeRng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NodeRng")
    }
}

impl AsyncRuntime for RaftRuntime {
    type JoinError = TaskStopped;
    type JoinHandle<T: Send + 'static> = RaftTask<T>;
    type Sleep = tokio::time::Sleep;
    type Instant = TokioInstant;
    type TimeoutError = tokio::time::error::Elapsed;
    type Timeout<R, T: Future<Output = R> + Send> = tokio::time::Timeout<T>;
    type ThreadLocalRng = NodeRng;
    type Mpsc = TokioMpsc;
    type Watch = OrderedWatch;
    type Oneshot = TokioOneshot;
    type Mutex<T: Send + 'static> = TokioMutex<T>;

    fn spawn<T>(future: T) -> Self::JoinHandle<T::Output>
    where
        T: Future + Send + 'static,
        T::Output: Send + 'static,
    {
        RaftTask(Context::current().tasks.spawn("raft", OnExit::Ignore, future))
    }

    fn sleep(duration: Duration) -> Self::Sleep {
        TokioRuntime::sleep(duration)
    }

    fn sleep_until(deadline: Self::Instant) -> Self::Sleep {
        TokioRuntime::sleep_until(deadline)
    }

    fn timeout<R, F: Future<Output = R> + Send>(duration: Duration, future: F) -> Self::Timeout<R, F> {
        TokioRuntime::timeout(duration, future)
    }

    fn timeout_at<R, F: Future<Output = R> + Send>(deadline: Self::Instant, future: F) -> Self::Timeout<R, F> {
        TokioRuntime::timeout_at(deadline, future)
    }

    /// A panic is seen by the task seam, which fails the run; to openraft the task was stopped.
    fn is_panic(_: &Self::JoinError) -> bool {
        false
    }

    fn thread_rng() -> Self::ThreadLocalRng {
        NodeRng(Context::current())
    }

    fn new(threads: usize) -> Self {
        Self(TokioRuntime::new(threads))
    }

    fn block_on<F, T>(&mut self, future: F) -> T
    where
        F: Future<Output = T>,
    {
        self.0.block_on(future)
    }

    /// Nothing of ours blocks: the disk and engine seams have threads of their own.
    async fn spawn_blocking<F, T>(work: F) -> Result<T, io::Error>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        Ok(work())
    }
}
