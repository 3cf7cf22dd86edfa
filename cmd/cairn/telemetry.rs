//! Logs.

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Sends logs to standard error from now on.
pub(crate) fn start(level: &str, json: bool) -> Result<()> {
    let filter = EnvFilter::try_new(level).with_context(|| format!("log-level {level:?}"))?;
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_span_events(FmtSpan::NONE).with_writer(std::io::stderr);
    let started = if json { builder.json().try_init() } else { builder.with_ansi(false).try_init() };
    started.map_err(|error| anyhow::anyhow!("start logging: {error}"))
}
