//! Commands can be held where their leader takes them, so that a run meets one moment for certain.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cairn_catalog::reply::Reply;
use cairn_rpc::{Failure, Handler, Message};
use cairn_runtime::{Context, Instant};
use cairn_types::record::Record;
use parking_lot::Mutex;
use tokio::sync::watch;

/// Time that a released command has, however long it was held.
const RELEASED_WAIT: Duration = Duration::from_secs(10);

/// When a command is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Moment {
    /// Before it is proposed.
    BeforeIt,
    /// When it was applied, before its reply leaves the node.
    AfterIt,
}

/// What is held in a cluster.
#[derive(Clone, Default)]
pub(super) struct Stops(Arc<Mutex<Vec<Arc<State>>>>);

struct State {
    moment: Moment,
    needle: Vec<u8>,
    left: Mutex<usize>,
    held: Mutex<usize>,
    reached: watch::Sender<Option<String>>,
    released: watch::Sender<bool>,
    outcomes: watch::Sender<Vec<Result<Message, Failure>>>,
}

/// Commands that are, or will be, held. Dropping it releases nothing.
pub(crate) struct Stop(Arc<State>);

impl Stops {
    pub(super) fn add(&self, moment: Moment, needle: &str, times: usize) -> Stop {
        let state = Arc::new(State {
            moment,
            needle: needle.as_bytes().to_vec(),
            left: Mutex::new(times),
            held: Mutex::new(0),
            reached: watch::Sender::new(None),
            released: watch::Sender::new(false),
            outcomes: watch::Sender::default(),
        });
        self.0.lock().push(Arc::clone(&state));
        Stop(state)
    }

    /// What holds a command, of those that hold at `moment`.
    fn find(&self, moment: Moment, command: &[u8]) -> Option<Arc<State>> {
        let stops = self.0.lock();
        let holds = |stop: &&Arc<State>| {
            stop.moment == moment
                && !*stop.released.borrow()
                && command.windows(stop.needle.len()).any(|window| window == stop.needle)
        };
        let stop = stops.iter().find(holds)?;
        let mut left = stop.left.lock();
        *left = left.checked_sub(1)?;
        Some(Arc::clone(stop))
    }
}

impl State {
    async fn hold(&self, node: &str) {
        *self.held.lock() += 1;
        self.reached.send_replace(Some(node.to_owned()));
        // The sender is in `self`.
        let _ = self.released.subscribe().wait_for(|released| *released).await;
    }
}

impl Stop {
    /// Waits until a command is held; returns the name of the node that holds it.
    pub(crate) async fn reached(&self) -> String {
        let mut reached = self.0.reached.subscribe();
        let node = reached.wait_for(Option::is_some).await.expect("the sender is in the stop");
        node.clone().expect("it was waited for")
    }

    /// Lets everything go that is held, and everything that comes.
    pub(crate) fn release(&self) {
        self.0.released.send_replace(true);
    }

    /// Replies to the commands that were held before they were proposed, once `count` of them were let go. Those that
    /// were held by a node that does not lead have none.
    pub(crate) async fn replies(&self, count: usize) -> Vec<Reply> {
        let mut outcomes = self.0.outcomes.subscribe();
        let outcomes = outcomes.wait_for(|outcomes| outcomes.len() >= count).await.expect("the sender is in the stop");
        let answered = outcomes.iter().flatten();
        answered.map(|message| Reply::decode(message.head.clone()).expect("it is a reply")).collect()
    }

    /// How many commands are held, or were.
    pub(crate) fn held(&self) -> usize {
        *self.0.held.lock()
    }
}

/// A metadata service that can be held.
pub(super) struct Stoppable {
    pub(super) service: Arc<dyn Handler>,
    pub(super) node: String,
    pub(super) stops: Stops,
}

#[async_trait]
impl Handler for Stoppable {
    async fn handle(&self, method: &str, message: Message, deadline: Instant) -> Result<Message, Failure> {
        if method != "submit" {
            return self.service.handle(method, message, deadline).await;
        }
        let command = message.head.clone();
        let before = self.stops.find(Moment::BeforeIt, &command);
        let mut until = deadline;
        if let Some(stop) = &before {
            stop.hold(&self.node).await;
            until = Context::current().clock.now() + RELEASED_WAIT;
        }
        let outcome = self.service.handle(method, message, until).await;
        if let Some(stop) = before {
            stop.outcomes.send_modify(|outcomes| outcomes.push(outcome.clone()));
        }
        // A node that does not lead answers at once that it does not: nothing to hold.
        if outcome.is_ok()
            && let Some(stop) = self.stops.find(Moment::AfterIt, &command)
        {
            stop.hold(&self.node).await;
        }
        outcome
    }
}
