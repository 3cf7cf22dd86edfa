//! How long to wait for a peer.

use std::future::Future;
use std::pin::Pin;
use std::task::Context as PollContext;
use std::time::Duration;

use cairn_runtime::{Clock, Instant};

type Alarm = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Measures one wait at a time. The timer is kept from wait to wait and set anew only when it fires: a connection that
/// makes progress sets about one a minute, not one a read.
pub(super) struct Patience {
    clock: Clock,
    waiting_since: Option<Instant>,
    waited: Duration,
    alarm: Option<(Instant, Alarm)>,
}

impl Patience {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, waiting_since: None, waited: Duration::ZERO, alarm: None }
    }

    /// The peer did something, though perhaps not enough: the wait goes on, the time until the next is not counted.
    pub(super) fn pause(&mut self) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += self.clock.now() - since;
        }
    }

    /// The peer did what it should: the next wait is a new one.
    pub(super) fn renew(&mut self) {
        self.waiting_since = None;
        self.waited = Duration::ZERO;
    }

    /// Whether the present wait is longer than `limit`. If not, the task is woken when it will be.
    pub(super) fn is_over(&mut self, limit: Duration, context: &mut PollContext<'_>) -> bool {
        let now = self.clock.now();
        let since = *self.waiting_since.get_or_insert(now);
        let deadline = since + limit.saturating_sub(self.waited);
        loop {
            if self.clock.now() >= deadline {
                return true;
            }
            // One that fires early is set anew; one that fires late would be of no use.
            if self.alarm.as_ref().is_none_or(|(at, _)| *at > deadline) {
                let clock = self.clock.clone();
                self.alarm = Some((deadline, Box::pin(async move { clock.sleep_until(deadline).await })));
            }
            let Some((_, alarm)) = &mut self.alarm else { return false };
            if alarm.as_mut().poll(context).is_pending() {
                return false;
            }
            self.alarm = None;
        }
    }
}
