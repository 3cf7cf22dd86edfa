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

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use futures::FutureExt;

    use super::Context;
    use crate::sim::SimWorld;

    /// Tells contexts apart by their wall clocks.
    fn wall() -> u64 {
        Context::current().clock.wall().0
    }

    /// Looks at the current context when it is dropped.
    struct LooksAtDrop<'a>(&'a std::cell::Cell<u64>);

    impl Drop for LooksAtDrop<'_> {
        fn drop(&mut self) {
            self.0.set(wall());
        }
    }

    #[test]
    fn the_innermost_context_is_current_and_the_outer_comes_back() {
        SimWorld::run(1, |world| async move {
            let node = world.add_node("ahead");
            node.set_clock_skew_ms(1_000);
            let (outer, inner) = (wall(), node.context().scope(async { wall() }).await);
            assert_eq!((inner, wall()), (outer + 1_000, outer));
            let panics = node.context().scope(async { panic!("inside") });
            assert!(AssertUnwindSafe(panics).catch_unwind().await.is_err());
            assert_eq!(wall(), outer, "also after a panic");
        });
    }

    #[test]
    fn a_future_is_dropped_within_its_context() {
        SimWorld::run(2, |world| async move {
            let node = world.add_node("ahead");
            node.set_clock_skew_ms(1_000);
            let seen = std::cell::Cell::new(0);
            let looks = LooksAtDrop(&seen);
            let mut waits = Box::pin(node.context().scope(async move {
                let _looks = looks;
                std::future::pending::<()>().await;
            }));
            assert!((&mut waits).now_or_never().is_none());
            drop(waits);
            assert_eq!(seen.get(), wall() + 1_000);
        });
    }

    #[test]
    fn asking_outside_of_a_task_is_a_mistake() {
        assert!(catch_unwind(|| drop(Context::current())).is_err());
    }
}
