//! Metrics: kept by the recorder, rendered for Prometheus.

use std::time::Duration;

use anyhow::{Context as _, Result};
use cairn_runtime::select::{Either, select};
use cairn_runtime::{Context, OnExit};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// How often old samples of histograms are folded: without it they grow.
const UPKEEP: Duration = Duration::from_secs(5);

/// Bounds of histograms of seconds. Fixed buckets add up over processes; quantiles do not.
const SECONDS: [f64; 14] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

/// Begins to keep metrics.
pub(crate) fn start_metrics(context: &Context) -> Result<PrometheusHandle> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .context("set the buckets of histograms")?;
    let handle = builder.install_recorder().context("install the recorder of metrics")?;
    let (upkeep, clock, tasks) = (handle.clone(), context.clock.clone(), context.tasks.clone());
    context.tasks.spawn("metrics upkeep", OnExit::Ignore, async move {
        while let Either::Right(()) = select(tasks.shutdown_requested(), clock.sleep(UPKEEP)).await {
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}
