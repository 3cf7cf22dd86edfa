//! The owner of tasks, the same in production and in simulation; they differ in the hook that learns of their ends.
//!
//! # Invariants
//! A task runs within the context of its owner. An ended task is forgotten at once. Whatever is still there after the grace
//! of a shutdown is aborted, children's tasks included.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures::FutureExt;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{BoxFuture, OnExit, Spawner, Tasks};
use crate::net::Net;
use crate::{Clock, Context, Entropy, limits};

/// Sees tasks begin and learns how they end.
pub(crate) trait ExitHook: Send + Sync + 'static {
    /// Sees a task before it runs, and may wrap it.
    fn begins(&self, _name: &'static str, future: BoxFuture) -> BoxFuture {
        future
    }
    /// A task panicked.
    fn panicked(&self, name: &'static str, on_exit: OnExit, message: &str);
    /// A task that should have run until shutdown returned before it.
    fn ended_early(&self, name: &'static str, on_exit: OnExit);
}

/// All of a node's context but its tasks.
#[derive(Clone)]
pub(crate) struct NodeParts {
    pub(crate) clock: Clock,
    pub(crate) entropy: Entropy,
    pub(crate) net: Net,
}

/// Owns tasks and, through its children, theirs.
pub(crate) struct Owner {
    me: Weak<Owner>,
    parts: NodeParts,
    handle: Handle,
    hook: Arc<dyn ExitHook>,
    stop: CancellationToken,
    tracker: TaskTracker,
    running: Mutex<Running>,
    children: Mutex<Vec<Weak<Owner>>>,
}

#[derive(Default)]
struct Running {
    last: u64,
    tasks: BTreeMap<u64, (&'static str, AbortHandle)>,
}

impl Owner {
    /// The first owner of a node, on the tokio runtime behind `handle`.
    pub(crate) fn root(parts: NodeParts, handle: Handle, hook: Arc<dyn ExitHook>) -> Arc<Self> {
        Self::new(parts, handle, hook, CancellationToken::new())
    }

    fn new(parts: NodeParts, handle: Handle, hook: Arc<dyn ExitHook>, stop: CancellationToken) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            parts,
            handle,
            hook,
            stop,
            tracker: TaskTracker::new(),
            running: Mutex::default(),
            children: Mutex::default(),
        })
    }

    /// The context whose tasks are this owner's.
    pub(crate) fn context(self: &Arc<Self>) -> Context {
        let NodeParts { clock, entropy, net } = self.parts.clone();
        Context { clock, entropy, tasks: Tasks::new(Arc::clone(self) as Arc<dyn Spawner>), net }
    }

    /// Aborts every task now, as the end of a process would; resolves once they are dropped.
    #[cfg(any(test, feature = "sim"))]
    pub(crate) async fn abort(self: Arc<Self>) {
        self.stop.cancel();
        let family = self.family();
        for owner in &family {
            owner.abort_all();
        }
        for owner in &family {
            owner.tracker.close();
            owner.tracker.wait().await;
        }
    }

    fn me(&self) -> Arc<Self> {
        self.me.upgrade().expect("an owner is only used through an Arc")
    }

    /// This owner and all below it.
    fn family(self: &Arc<Self>) -> Vec<Arc<Self>> {
        let mut family = vec![Arc::clone(self)];
        let mut next = 0;
        while next < family.len() {
            let children: Vec<_> = family[next].children.lock().iter().filter_map(Weak::upgrade).collect();
            family.extend(children);
            next += 1;
        }
        family
    }

    fn abort_all(&self) -> Vec<&'static str> {
        // A task that ends meanwhile takes the lock: abort outside of it.
        let tasks: Vec<_> = self.running.lock().tasks.values().cloned().collect();
        tasks.iter().for_each(|(_, handle)| handle.abort());
        tasks.into_iter().map(|(name, _)| name).collect()
    }

    fn forget(&self, task: u64) {
        self.running.lock().tasks.remove(&task);
    }

    /// Reports the end of a task to the hook.
    fn report(&self, name: &'static str, on_exit: OnExit, result: Result<(), Box<dyn std::any::Any + Send>>) {
        match result {
            Err(panic) => self.hook.panicked(name, on_exit, panic_message(panic.as_ref())),
            Ok(()) if on_exit != OnExit::Ignore && !self.stop.is_cancelled() => self.hook.ended_early(name, on_exit),
            Ok(()) => {}
        }
    }

    async fn stop_all(self: Arc<Self>, grace: Duration) {
        self.stop.cancel();
        let deadline = Instant::now() + grace;
        let family = self.family();
        let mut is_late = false;
        for owner in &family {
            owner.tracker.close();
            is_late |= tokio::time::timeout_at(deadline, owner.tracker.wait()).await.is_err();
        }
        // A task that has just ended may still be on its owner's list: that alone makes it no late one.
        if !is_late {
            return;
        }
        let late: Vec<&'static str> = family.iter().flat_map(|owner| owner.abort_all()).collect();
        tracing::warn!(tasks = ?late, "tasks did not stop within the grace and are aborted");
        for owner in &family {
            // A task that never yields cannot be dropped; shutdown does not wait for it for ever.
            let _ = tokio::time::timeout(limits::ABORT_WAIT, owner.tracker.wait()).await;
        }
    }
}

impl Spawner for Owner {
    fn spawn(&self, name: &'static str, on_exit: OnExit, future: BoxFuture) {
        let me = self.me();
        let context = me.context();
        let token = self.tracker.token();
        let future = self.hook.begins(name, future);
        let mut running = self.running.lock();
        running.last += 1;
        let task = running.last;
        let registered = Registered { owner: me, task };
        let work = async move {
            let _token = token;
            let result = AssertUnwindSafe(future).catch_unwind().await;
            registered.owner.report(name, on_exit, result);
        };
        let handle = self.handle.spawn(context.scope(work));
        running.tasks.insert(task, (name, handle.abort_handle()));
    }

    fn shutdown_requested(&self) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        Box::pin(self.stop.clone().cancelled_owned())
    }

    fn is_shutting_down(&self) -> bool {
        self.stop.is_cancelled()
    }

    fn shutdown(&self, grace: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        Box::pin(self.me().stop_all(grace))
    }

    fn child(&self) -> Arc<dyn Spawner> {
        let child = Self::new(self.parts.clone(), self.handle.clone(), Arc::clone(&self.hook), self.stop.child_token());
        let mut children = self.children.lock();
        children.retain(|child| child.strong_count() > 0);
        children.push(Arc::downgrade(&child));
        child
    }
}

/// Takes a task off its owner's list when its future is dropped, however it ended.
struct Registered {
    owner: Arc<Owner>,
    task: u64,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.owner.forget(self.task);
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without a text")
}

#[cfg(test)]
mod tests;
