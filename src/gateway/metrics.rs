//! What is counted.

use std::sync::Arc;
use std::time::Duration;

use cairn_runtime::collections::FixedMap;
use http::StatusCode;
use metrics::{Counter, Gauge, Histogram};
use parking_lot::RwLock;

/// Classes of statuses, by their first digit.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Counters of requests. Those of an operation are looked up in the recorder once, not for each request.
#[derive(Default)]
pub(crate) struct Metrics {
    operations: RwLock<FixedMap<&'static str, Arc<OperationMetrics>>>,
}

struct OperationMetrics {
    by_class: [Counter; CLASSES.len()],
    seconds: Histogram,
    bytes_in: Counter,
    bytes_out: Counter,
    in_flight: Gauge,
}

/// A request that was answered.
pub(crate) struct Finished {
    pub(crate) status: StatusCode,
    pub(crate) took: Duration,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
}

/// Counts a request as under way until it is dropped.
pub(crate) struct InFlight(Arc<OperationMetrics>);

impl Metrics {
    /// A request of an operation begins.
    pub(crate) fn begin(&self, operation: &'static str) -> InFlight {
        let metrics = self.of(operation);
        metrics.in_flight.increment(1.0);
        InFlight(metrics)
    }

    fn of(&self, operation: &'static str) -> Arc<OperationMetrics> {
        if let Some(known) = self.operations.read().get(operation) {
            return Arc::clone(known);
        }
        let new = || Arc::new(OperationMetrics::new(operation));
        Arc::clone(self.operations.write().entry(operation).or_insert_with(new))
    }
}

impl InFlight {
    /// It has its answer.
    pub(crate) fn finish(self, finished: &Finished) {
        let class = usize::from(finished.status.as_u16() / 100).saturating_sub(1).min(CLASSES.len() - 1);
        self.0.by_class[class].increment(1);
        self.0.seconds.record(finished.took.as_secs_f64());
        self.0.bytes_in.increment(finished.bytes_in);
        self.0.bytes_out.increment(finished.bytes_out);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.decrement(1.0);
    }
}

impl OperationMetrics {
    fn new(operation: &'static str) -> Self {
        Self {
            by_class: CLASSES
                .map(|class| metrics::counter!("cairn_s3_requests_total", "operation" => operation, "status" => class)),
            seconds: metrics::histogram!("cairn_s3_request_seconds", "operation" => operation),
            bytes_in: metrics::counter!("cairn_s3_received_bytes_total", "operation" => operation),
            bytes_out: metrics::counter!("cairn_s3_sent_bytes_total", "operation" => operation),
            in_flight: metrics::gauge!("cairn_s3_requests_in_flight", "operation" => operation),
        }
    }
}
