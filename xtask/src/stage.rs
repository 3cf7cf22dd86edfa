//! A named, timed step of a longer command.

use std::time::Instant;

use anyhow::{Context, Result};

/// Runs `work`, and prints its name before and its time after.
pub(crate) fn stage<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("== {name}");
    let start = Instant::now();
    let result = work();
    let outcome = if result.is_ok() { "done" } else { "failed" };
    println!("== {name}: {outcome} in {:.1} s", start.elapsed().as_secs_f64());
    result.with_context(|| name.to_owned())
}
