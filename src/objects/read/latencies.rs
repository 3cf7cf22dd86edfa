//! How long reads of cells take, to know when one is late.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use cairn_types::DiskId;
use parking_lot::Mutex;

use crate::limits::{HEDGE_MAX, HEDGE_MIN, LATENCIES_KEPT};

/// Reads after which a disk's percentile is computed anew.
const REFRESH_EVERY: usize = 32;

/// The last latencies of every disk.
#[derive(Default)]
pub(crate) struct Latencies(Mutex<State>);

#[derive(Default)]
struct State {
    disks: BTreeMap<DiskId, Disk>,
    hedge: Option<Duration>,
}

#[derive(Default)]
struct Disk {
    last: VecDeque<Duration>,
    since_refresh: usize,
    p95: Option<Duration>,
}

impl Latencies {
    /// A read of `disk` took so long.
    pub(crate) fn note(&self, disk: DiskId, took: Duration) {
        let mut state = self.0.lock();
        let known = state.disks.entry(disk).or_default();
        if known.last.len() == LATENCIES_KEPT {
            known.last.pop_front();
        }
        known.last.push_back(took);
        known.since_refresh += 1;
        if known.since_refresh >= REFRESH_EVERY {
            known.refresh();
            state.hedge = state.median_p95();
        }
    }

    /// After so long a read is late: the p95 of the middle one of the disks, so that one slow disk does not make its own
    /// slowness usual.
    pub(crate) fn hedge_after(&self) -> Duration {
        self.0.lock().hedge.unwrap_or(HEDGE_MAX).clamp(HEDGE_MIN, HEDGE_MAX)
    }
}

impl Disk {
    fn refresh(&mut self) {
        let mut sorted: Vec<Duration> = self.last.iter().copied().collect();
        sorted.sort_unstable();
        self.p95 = sorted.get(sorted.len() * 95 / 100).copied();
        self.since_refresh = 0;
    }
}

impl State {
    fn median_p95(&self) -> Option<Duration> {
        let mut all: Vec<Duration> = self.disks.values().filter_map(|disk| disk.p95).collect();
        all.sort_unstable();
        all.get(all.len().saturating_sub(1) / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{DiskId, Duration, HEDGE_MAX, Latencies};

    #[test]
    fn one_slow_disk_does_not_delay_hedging() {
        let latencies = Latencies::default();
        assert_eq!(latencies.hedge_after(), HEDGE_MAX);
        for _ in 0..100 {
            for disk in 1..6 {
                latencies.note(DiskId(disk), Duration::from_millis(20));
            }
            latencies.note(DiskId(6), Duration::from_millis(900));
        }
        assert_eq!(latencies.hedge_after(), Duration::from_millis(20));
    }
}
