//! Commands can be held where their leader takes them, so that a run meets one moment for certain.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cairn_catalog::command::CommandBody;
use cairn_catalog::reply::Reply;
use cairn_metadata::SubmitCall;
use cairn_rpc::{Failure, Handler, Message};
use cairn_runtime::{Context, Instant, watch};
use cairn_types::RequestNumber;
use cairn_types::record::Record;
use parking_lot::Mutex;

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

/// Which commands are held: those that speak of a key, and of them those of a kind.
pub(crate) struct Wanted {
    needle: Vec<u8>,
    is_of_kind: fn(&CommandBody) -> bool,
}

/// What becomes of held commands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Release {
    /// They wait.
    NotYet,
    /// They go on.
    AsTheyAre,
    /// They go on under a number that no command of their session has.
    Renumbered,
}

/// Above every number that a session comes to in a run.
const UNUSED_NUMBER: RequestNumber = RequestNumber(1 << 40);

/// What is held in a cluster.
#[derive(Clone, Default)]
pub(super) struct Stops(Arc<Mutex<Vec<Arc<State>>>>);

struct State {
    moment: Moment,
    wanted: Wanted,
    left: Mutex<usize>,
    held: Mutex<usize>,
    reached: watch::Sender<Option<String>>,
    released: watch::Sender<Release>,
    outcomes: watch::Sender<Vec<Result<Message, Failure>>>,
}

/// Commands that are, or will be, held. Dropping it releases nothing.
pub(crate) struct Stop(Arc<State>);

impl Wanted {
    /// Only commands that `is_of_kind`.
    pub(crate) fn only(self, is_of_kind: fn(&CommandBody) -> bool) -> Self {
        Self { is_of_kind, ..self }
    }

    fn is(&self, head: &[u8], call: &SubmitCall) -> bool {
        head.windows(self.needle.len()).any(|window| window == self.needle) && (self.is_of_kind)(&call.command.body)
    }
}

impl From<&str> for Wanted {
    /// Every command that speaks of `needle`.
    fn from(needle: &str) -> Self {
        Self { needle: needle.as_bytes().to_vec(), is_of_kind: |_| true }
    }
}

impl Stops {
    pub(super) fn add(&self, moment: Moment, wanted: Wanted, times: usize) -> Stop {
        let state = Arc::new(State {
            moment,
            wanted,
            left: Mutex::new(times),
            held: Mutex::new(0),
            reached: watch::Sender::new(None),
            released: watch::Sender::new(Release::NotYet),
            outcomes: watch::Sender::default(),
        });
        self.0.lock().push(Arc::clone(&state));
        Stop(state)
    }

    /// What holds a command, of those that hold at `moment`.
    fn find(&self, moment: Moment, head: &[u8], call: &SubmitCall) -> Option<Arc<State>> {
        let stops = self.0.lock();
        let holds = |stop: &&Arc<State>| {
            stop.moment == moment && *stop.released.borrow() == Release::NotYet && stop.wanted.is(head, call)
        };
        let stop = stops.iter().find(holds)?;
        let mut left = stop.left.lock();
        *left = left.checked_sub(1)?;
        Some(Arc::clone(stop))
    }
}

impl State {
    async fn hold(&self, node: &str) -> Release {
        *self.held.lock() += 1;
        self.reached.send_replace(Some(node.to_owned()));
        let mut released = self.released.subscribe();
        let released = released.wait_for(|released| *released != Release::NotYet).await;
        *released.expect("the sender is in `self`")
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
        self.0.released.send_replace(Release::AsTheyAre);
    }

    /// As [`Stop::release`], but what is held goes on as a new command: no floor of requests speaks of it.
    pub(crate) fn release_renumbered(&self) {
        self.0.released.send_replace(Release::Renumbered);
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
        let (head, mut message, mut until) = (message.head.clone(), message, deadline);
        let mut call = SubmitCall::decode(head.clone()).expect("nodes send what can be read");
        let before = self.stops.find(Moment::BeforeIt, &head, &call);
        if let Some(stop) = &before {
            if stop.hold(&self.node).await == Release::Renumbered {
                call.command.number = UNUSED_NUMBER;
                message.head = call.encode();
            }
            until = Context::current().clock.now() + RELEASED_WAIT;
        }
        let outcome = self.service.handle(method, message, until).await;
        if let Some(stop) = before {
            stop.outcomes.send_modify(|outcomes| outcomes.push(outcome.clone()));
        }
        // A node that does not lead answers at once that it does not: nothing to hold.
        if outcome.is_ok()
            && let Some(stop) = self.stops.find(Moment::AfterIt, &head, &call)
        {
            stop.hold(&self.node).await;
        }
        outcome
    }
}
