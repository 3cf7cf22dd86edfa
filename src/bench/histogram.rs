//! Latencies in microseconds, three digits exact, in a fixed amount of memory.

use std::time::Duration;

use anyhow::Result;
use hdrhistogram::Histogram;

use crate::limits::LATENCY_MICROS_MAX;

/// What the latencies of a run were.
#[derive(Debug, Clone)]
pub(crate) struct Latencies(Histogram<u64>);

impl Latencies {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self(Histogram::new_with_bounds(1, LATENCY_MICROS_MAX, 3).expect("constant bounds with 1 <= low < high/2"))
    }

    /// Counts one.
    pub(crate) fn record(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.0.saturating_record(micros.max(1));
    }

    /// Counts all of another.
    pub(crate) fn add(&mut self, other: &Self) -> Result<()> {
        Ok(self.0.add(&other.0)?)
    }

    /// The latency that this share of the operations (0 to 1) did not exceed, in milliseconds.
    pub(crate) fn millis_at(&self, share: f64) -> f64 {
        self.0.value_at_quantile(share) as f64 / 1_000.0
    }

    /// The longest, in milliseconds.
    pub(crate) fn millis_max(&self) -> f64 {
        self.0.max() as f64 / 1_000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_exact_to_three_digits() {
        let mut latencies = Latencies::new();
        (1..=1_000).for_each(|millis| latencies.record(Duration::from_millis(millis)));
        assert!((latencies.millis_at(0.5) - 500.0).abs() < 1.0);
        assert!((latencies.millis_at(0.99) - 990.0).abs() < 1.5);
    }

    #[test]
    fn a_latency_beyond_the_bound_still_counts() {
        let mut latencies = Latencies::new();
        latencies.record(Duration::from_secs(100_000));
        assert!(latencies.millis_max() > 599_000.0);
    }
}
