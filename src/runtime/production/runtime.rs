//! Clock, randomness, tasks and network of a real process.
//!
//! # Invariants
//! A panic in a task is logged and counted; the end of a task that the process cannot be without stops the process at once:
//! a restart finds a defined state, a process without its log writer does not.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cairn_types::{ErrorKind, HasKind, UnixMillis};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use super::TcpNetwork;
use crate::clock::WallClock;
use crate::entropy::EntropySource;
use crate::select::select;
use crate::tasks::{ExitHook, NodeParts, OnExit, Owner};
use crate::{Clock, Context, Entropy};

/// The process could not be set up to run tasks.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// Threads or the event queue could not be had.
    #[error("start the threads of the runtime")]
    Start(#[source] io::Error),
}

impl HasKind for RuntimeError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Start(_) => ErrorKind::Unavailable,
        }
    }
}

/// The threads of a process and the context of what runs on them.
pub struct ProductionRuntime {
    runtime: Runtime,
    owner: Arc<Owner>,
}

impl ProductionRuntime {
    /// A runtime with `worker_threads` executor threads; 0 takes one for each core.
    pub fn new(worker_threads: usize) -> Result<Self, RuntimeError> {
        let mut builder = Builder::new_multi_thread();
        if worker_threads > 0 {
            builder.worker_threads(worker_threads);
        }
        let runtime = builder.thread_name("cairn").enable_all().build().map_err(RuntimeError::Start)?;
        let parts = NodeParts {
            clock: Clock::new(Arc::new(SystemWall)),
            entropy: Entropy::new(Arc::new(SystemEntropy)),
            net: Arc::new(TcpNetwork),
        };
        let owner = Owner::root(parts, runtime.handle().clone(), Arc::new(LoggingHook));
        Ok(Self { runtime, owner })
    }

    /// The context of the process.
    pub fn context(&self) -> Context {
        self.owner.context()
    }

    /// Runs `main` within the context of the process.
    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        self.runtime.block_on(self.context().scope(main))
    }

    /// Stops what still runs, waiting up to `grace`.
    pub fn shutdown(self, grace: Duration) {
        let tasks = self.context().tasks;
        self.runtime.block_on(tasks.shutdown(grace));
        self.runtime.shutdown_timeout(crate::limits::ABORT_WAIT);
    }
}

/// Resolves when the process is asked to stop: SIGTERM or SIGINT.
///
/// # Cancel safety
/// Cancel-safe.
pub async fn stop_requested() -> io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    select(terminate.recv(), interrupt.recv()).await;
    Ok(())
}

/// The system's clock. One before 1970 counts as 1970.
struct SystemWall;

impl WallClock for SystemWall {
    fn wall(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

/// The kernel's generator.
struct SystemEntropy;

impl EntropySource for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // getrandom(2) with no flags fails only for a bad address or a kernel without it; ids and salts that are not random
        // would be worse than no process.
        let mut filled = 0;
        while filled < bytes.len() {
            match rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty()) {
                Ok(count) => filled += count,
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => panic!("the system gives no randomness: {error}"),
            }
        }
    }
}

/// Logs, counts, and stops the process where a task asked for that.
struct LoggingHook;

impl ExitHook for LoggingHook {
    fn panicked(&self, name: &'static str, on_exit: OnExit, message: &str) {
        metrics::counter!("cairn_task_panics_total", "task" => name).increment(1);
        tracing::error!(task = name, message, "task panicked");
        abort_if_needed(name, on_exit);
    }

    fn ended_early(&self, name: &'static str, on_exit: OnExit) {
        tracing::error!(task = name, "task ended before shutdown");
        abort_if_needed(name, on_exit);
    }
}

fn abort_if_needed(name: &'static str, on_exit: OnExit) {
    match on_exit {
        OnExit::Ignore | OnExit::Report => {}
        OnExit::Abort => {
            tracing::error!(task = name, "the process cannot go on without this task");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ProductionRuntime;
    use crate::{Context, OnExit};

    #[test]
    fn tasks_and_main_run_within_the_context_of_the_process() {
        let runtime = ProductionRuntime::new(2).unwrap();
        let sum = runtime.block_on(async {
            let task = Context::current().tasks.spawn("one", OnExit::Ignore, async {
                let inner = Context::current().tasks.spawn("two", OnExit::Ignore, async { 2 });
                inner.await.unwrap() + 1
            });
            task.await.unwrap()
        });
        assert_eq!(sum, 3);
        runtime.shutdown(std::time::Duration::from_secs(1));
    }

    /// Runs this test alone in a process of its own, where `CAIRN_ABORT_TEST` is set.
    fn run_in_a_process(test: &str) -> std::process::Output {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        let arguments = ["--exact", &format!("production::runtime::tests::{test}"), "--nocapture"];
        command.args(arguments).env("CAIRN_ABORT_TEST", "1").output().unwrap()
    }

    #[test]
    fn a_panic_of_a_task_that_the_process_needs_aborts_it() {
        if std::env::var_os("CAIRN_ABORT_TEST").is_none() {
            let output = run_in_a_process("a_panic_of_a_task_that_the_process_needs_aborts_it");
            let signal = std::os::unix::process::ExitStatusExt::signal(&output.status);
            assert_eq!(signal, Some(6), "{output:?}");
            return;
        }
        let runtime = ProductionRuntime::new(1).unwrap();
        runtime.block_on(async {
            Context::current().tasks.spawn("needed", OnExit::Abort, async { panic!("a false belief") });
            std::future::pending::<()>().await;
        });
    }

    #[test]
    fn clock_and_randomness_are_those_of_the_system() {
        let runtime = ProductionRuntime::new(1).unwrap();
        let context = runtime.context();
        assert!(context.clock.wall().0 > 1_700_000_000_000);
        assert_ne!(context.entropy.bytes::<16>(), context.entropy.bytes::<16>());
    }
}
