//! What every process does around its role: prepare, start, wait to be told, stop.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use cairn_runtime::production::{ProductionRuntime, stop_requested};
use cairn_runtime::select::{Either, select};
use cairn_runtime::{Context, OnExit};
use metrics_exporter_prometheus::PrometheusHandle;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::admin::{Readiness, start_metrics};
use crate::config::Common;
use crate::telemetry;

/// What a role starts with.
pub(crate) struct Process {
    /// Clock, randomness, tasks, network.
    pub(crate) context: Context,
    /// Whether it serves.
    pub(crate) readiness: Readiness,
    /// Its metrics.
    pub(crate) metrics: PrometheusHandle,
}

/// Stops a role: closes the gate, finishes what was accepted, flushes.
pub(crate) type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs a role. `start` returns what stops it.
pub(crate) fn run(common: &Common, start: impl AsyncFnOnce(Process) -> Result<Stop>) -> Result<()> {
    telemetry::start(&common.log_level, common.log_json)?;
    cairn_erasure::cpu_is_supported().context("this processor cannot run Cairn")?;
    raise_descriptor_limit();
    let runtime = ProductionRuntime::new(0).context("start the process")?;
    let result = runtime.block_on(async { live(common, runtime.context(), start).await });
    runtime.shutdown(Duration::from_secs(2));
    result
}

/// Runs a client of the cluster to its end.
pub(crate) fn client<T>(work: impl AsyncFnOnce(Context) -> Result<T>) -> Result<T> {
    let runtime = ProductionRuntime::new(1).context("start the client")?;
    let result = runtime.block_on(async { work(runtime.context()).await });
    runtime.shutdown(Duration::from_secs(1));
    result
}

async fn live(common: &Common, context: Context, start: impl AsyncFnOnce(Process) -> Result<Stop>) -> Result<()> {
    // Before anything else: counters are taken when disks are opened.
    let metrics = start_metrics(&context)?;
    let readiness = Readiness::default();
    let process = Process { context: context.clone(), readiness: readiness.clone(), metrics };
    let stop = match select(stop_requested(), start(process)).await {
        Either::Left(_) => bail!("told to stop while starting"),
        Either::Right(started) => started?,
    };
    readiness.set(true);
    tracing::info!("started");
    stop_requested().await.context("wait for signals")?;
    tracing::info!("stopping");
    readiness.set(false);
    let tasks = context.tasks.clone();
    context.tasks.spawn("second signal", OnExit::Ignore, async move {
        if let Either::Right(Ok(())) = select(tasks.shutdown_requested(), stop_requested()).await {
            tracing::warn!("told to stop a second time: exit at once");
            std::process::exit(130);
        }
    });
    if context.clock.within(common.stop_timeout, stop).await.is_err() {
        tracing::warn!("what still ran after the stop timeout was cut");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Each connection and each segment is a descriptor: take what the system allows.
fn raise_descriptor_limit() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}
