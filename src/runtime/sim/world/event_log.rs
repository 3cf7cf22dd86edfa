//! What happened in a run, in simulated time: what two runs of a seed are compared by.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::hash::Hasher;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;
use xxhash_rust::xxh3::Xxh3Default;

thread_local! {
    static CURRENT: RefCell<Weak<EventLog>> = const { RefCell::new(Weak::new()) };
    static NODE: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Simulated time since the start.
    pub at: Duration,
    /// Name of the node.
    pub node: String,
    /// What.
    pub text: String,
    /// Digest of everything seen before, so that two logs part where the runs did.
    pub digest: u64,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, node, text, digest } = self;
        write!(f, "{:>12.6} {node}: {text} [{digest:016x}]", at.as_secs_f64())
    }
}

/// Notes an event of the node whose task is running. Does nothing outside of a simulated world.
pub fn log(text: impl Into<String>) {
    let Some(log) = CURRENT.with(|current| current.borrow().upgrade()) else { return };
    let node = NODE.with(|node| node.borrow().clone());
    log.note(node.as_deref().unwrap_or("world"), text.into());
}

/// The log of one world.
pub(in crate::sim) struct EventLog {
    start: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    events: Vec<Event>,
    digest: Xxh3Default,
}

impl EventLog {
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), state: Mutex::default() }
    }

    pub(super) fn elapsed(&self) -> Duration {
        Instant::now() - self.start
    }

    /// Notes an event.
    pub(super) fn note(&self, node: &str, text: String) {
        self.fold(format_args!("{node}: {text}"));
        let at = self.elapsed();
        let mut state = self.state.lock();
        let digest = state.digest.finish();
        state.events.push(Event { at, node: node.to_owned(), text, digest });
    }

    /// Counts something into the digest that is too frequent for an event.
    pub(in crate::sim) fn fold(&self, what: fmt::Arguments<'_>) {
        let line = format!("{} {what}\n", self.elapsed().as_nanos());
        self.state.lock().digest.write(line.as_bytes());
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.state.lock().events.clone()
    }

    pub(super) fn take(&self) -> (Vec<Event>, u64) {
        let mut state = self.state.lock();
        (std::mem::take(&mut state.events), state.digest.finish())
    }
}

/// Makes `log` what [`log()`] writes to, on this thread, until dropped.
pub(super) fn make_current(log: &Arc<EventLog>) -> impl Drop + use<> {
    struct Reset(Weak<EventLog>);
    impl Drop for Reset {
        fn drop(&mut self) {
            CURRENT.with(|current| current.replace(std::mem::take(&mut self.0)));
        }
    }
    Reset(CURRENT.with(|current| current.replace(Arc::downgrade(log))))
}

/// `future`, whose events are those of `node`.
pub(super) fn on_node<F: Future>(node: &str, future: F) -> OnNode<F> {
    OnNode { node: node.into(), future }
}

pin_project_lite::pin_project! {
    /// See [`on_node`].
    pub(super) struct OnNode<F> {
        node: Arc<str>,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for OnNode<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        struct Restore(Option<Arc<str>>);
        impl Drop for Restore {
            fn drop(&mut self) {
                NODE.with(|node| node.replace(self.0.take()));
            }
        }
        let this = self.project();
        let _restore = Restore(NODE.with(|node| node.replace(Some(Arc::clone(this.node)))));
        this.future.poll(context)
    }
}
