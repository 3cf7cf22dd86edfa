//! When operations start.
//!
//! Closed loop: each connection starts the next operation when the last has ended. Open loop: operations are due at a fixed rate
//! whatever the server does, and an operation's latency counts from when it was due.

use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

/// Closed or open loop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// As fast as the connections allow.
    Closed,
    /// This many operations a second, whatever the server does.
    Open {
        /// Operations a second.
        per_second: f64,
    },
}

/// Sends the moments at which operations are due, from `start` until `end`, one every `interval`. It sleeps on a thread of its own:
/// the async timer counts in whole milliseconds. A full queue holds up the sending and moves no due time.
pub(crate) fn send_due_times(start: Instant, end: Instant, interval: Duration, queue: &mpsc::Sender<Instant>) {
    let mut number: u32 = 0;
    loop {
        let due = start + interval * number;
        if due >= end {
            return;
        }
        if let Some(wait) = due.checked_duration_since(Instant::now()) {
            thread::sleep(wait);
        }
        if queue.blocking_send(due).is_err() {
            return;
        }
        let Some(next) = number.checked_add(1) else { return };
        number = next;
    }
}

/// The time between two operations of one thread.
pub(crate) fn interval(per_second: f64, threads: usize) -> Duration {
    Duration::from_secs_f64(threads as f64 / per_second.max(0.001))
}
