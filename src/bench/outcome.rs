//! What a load did, in numbers.

use std::time::Duration;

use anyhow::Result;
use cairn_types::MIB;
use serde_json::{Value, json};

use crate::histogram::Latencies;
use crate::operation::Done;
use crate::server_use::ServerUse;

/// The result of a load.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The load's name.
    pub name: String,
    /// Operations that succeeded.
    pub operations: u64,
    /// Keys or prefixes that they touched or returned.
    pub items: u64,
    /// Bytes of objects that they sent or received.
    pub bytes: u64,
    /// Operations that failed.
    pub errors: u64,
    /// Open loop: operations that were due and never started.
    pub missed: u64,
    /// What the first error said.
    pub first_error: Option<String>,
    /// From the start to the end of the last operation.
    pub elapsed: Duration,
    /// What it cost the server, where it was watched.
    pub server: Option<ServerUse>,
    latencies: Latencies,
}

impl Outcome {
    /// Nothing done yet.
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            operations: 0,
            items: 0,
            bytes: 0,
            errors: 0,
            missed: 0,
            first_error: None,
            elapsed: Duration::ZERO,
            server: None,
            latencies: Latencies::new(),
        }
    }

    /// Counts an operation.
    pub(crate) fn count(&mut self, result: Result<Done>, latency: Duration) {
        match result {
            Ok(done) => {
                self.operations += 1;
                self.items += done.items;
                self.bytes += done.bytes;
                self.latencies.record(latency);
            }
            Err(error) => {
                self.errors += 1;
                self.first_error.get_or_insert_with(|| format!("{error:#}"));
            }
        }
    }

    /// Counts all that another worker of the same load did.
    pub(crate) fn add(&mut self, other: Self) -> Result<()> {
        self.operations += other.operations;
        self.items += other.items;
        self.bytes += other.bytes;
        self.errors += other.errors;
        self.missed += other.missed;
        self.elapsed = self.elapsed.max(other.elapsed);
        self.first_error = self.first_error.take().or(other.first_error);
        self.latencies.add(&other.latencies)
    }

    /// Operations a second.
    pub fn operations_per_second(&self) -> f64 {
        self.operations as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Keys or prefixes a second.
    pub fn items_per_second(&self) -> f64 {
        self.items as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Object bytes a second, in MiB.
    pub fn mib_per_second(&self) -> f64 {
        self.bytes as f64 / MIB as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// The latency in milliseconds that this share of the operations did not exceed.
    pub fn millis_at(&self, share: f64) -> f64 {
        self.latencies.millis_at(share)
    }

    /// The longest latency, in milliseconds.
    pub fn millis_max(&self) -> f64 {
        self.latencies.millis_max()
    }

    /// As JSON, for machines.
    pub fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "operations": self.operations,
            "items": self.items,
            "bytes": self.bytes,
            "errors": self.errors,
            "missed": self.missed,
            "first_error": self.first_error,
            "seconds": self.elapsed.as_secs_f64(),
            "operations_per_second": self.operations_per_second(),
            "items_per_second": self.items_per_second(),
            "mib_per_second": self.mib_per_second(),
            "p50_ms": self.millis_at(0.5),
            "p99_ms": self.millis_at(0.99),
            "max_ms": self.millis_max(),
            "server": self.server,
        })
    }
}
