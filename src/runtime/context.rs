//! What a node runs with, and which node the running task belongs to.
//!
//! openraft takes its runtime as a type with static functions, so the context of the polling task is also kept in a
//! thread-local while it is polled: a task spawned through [`Context::current`] belongs to the node that spawned it.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as PollContext, Poll};

use crate::net::Net;
use crate::{Clock, Entropy, Tasks};

thread_local! {
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

/// Clock, randomness, tasks and network of one node; cheap to clone. Disks and engines are opened one by one and handed
/// to those who own them.
#[derive(Clone)]
pub struct Context {
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// Tasks.
    pub tasks: Tasks,
    /// Sockets.
    pub net: Net,
}

impl Context {
    /// The context of the task that is being polled on this thread.
    ///
    /// # Panics
    /// Outside of any task of ours: everything that asks runs under [`Context::scope`] or was spawned by [`Tasks`].
    pub fn current() -> Self {
        CURRENT
            .with(|current| current.borrow().clone())
            .expect("the running task was spawned through cairn_runtime::Tasks")
    }

    /// `future`, polled with this context as the current one.
    pub fn scope<F: Future>(self, future: F) -> InContext<F> {
        InContext { context: self, future }
    }
}

pin_project_lite::pin_project! {
    /// A future polled within a context.
    pub struct InContext<F> {
        context: Context,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, poll: &mut PollContext<'_>) -> Poll<F::Output> {
        let this = self.project();
        let outer = CURRENT.with(|current| current.replace(Some(this.context.clone())));
        let restore = Restore(outer);
        let result = this.future.poll(poll);
        drop(restore);
        result
    }
}

/// Puts the outer context back, also when the future panics.
struct Restore(Option<Context>);

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.with(|current| *current.borrow_mut() = self.0.take());
    }
}
