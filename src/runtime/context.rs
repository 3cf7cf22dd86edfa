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
        InContext { context: Some(self), future: Some(future) }
    }
}

pin_project_lite::pin_project! {
    /// A future polled, and dropped, within a context.
    pub struct InContext<F> {
        // Lies in the thread-local while the future is polled.
        context: Option<Context>,
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for InContext<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let entered = Entered::enter(this.context);
            this.future.set(None);
            drop(entered);
        }
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, poll: &mut PollContext<'_>) -> Poll<F::Output> {
        let this = self.project();
        let entered = Entered::enter(this.context);
        let result = this.future.as_pin_mut().expect("the future is there until the drop").poll(poll);
        drop(entered);
        result
    }
}

/// While it lives `slot`'s context is the current one; then each goes back to its place, also when the future panics.
/// Moved, not cloned: a poll touches no reference count.
struct Entered<'a> {
    slot: &'a mut Option<Context>,
    outer: Option<Context>,
}

impl<'a> Entered<'a> {
    fn enter(slot: &'a mut Option<Context>) -> Self {
        let outer = CURRENT.with(|current| current.replace(slot.take()));
        Self { slot, outer }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let outer = self.outer.take();
        *self.slot = CURRENT.with(|current| current.replace(outer));
    }
}
