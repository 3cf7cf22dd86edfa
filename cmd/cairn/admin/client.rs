//! The commands that need no signature: they ask any process.

use anyhow::{Context, Result, bail};

use super::http::{Request, exchange};
use super::text::text;

/// Prints how the cluster stands.
pub(crate) fn status(endpoint: &str, json: bool) -> Result<()> {
    let body = ask(endpoint, "GET", "/admin/v1/status")?;
    if json {
        println!("{body}");
        return Ok(());
    }
    print!("{}", text(&serde_json::from_str(&body).context("read the answer")?));
    Ok(())
}

/// Collects and prints what came of it.
pub(crate) fn collect(endpoint: &str, json: bool) -> Result<()> {
    let body = ask(endpoint, "POST", "/admin/v1/collect")?;
    if json {
        println!("{body}");
        return Ok(());
    }
    let counts: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&body).context("read the answer")?;
    counts.iter().for_each(|(what, count)| println!("{what}: {count}"));
    Ok(())
}

/// One request to an admin listener; its body.
fn ask(endpoint: &str, method: &str, path: &str) -> Result<String> {
    let answer = exchange(endpoint, &Request { method, path, headers: Vec::new(), body: b"" })?;
    if answer.status != 200 {
        bail!("{endpoint} answers {}: {}", answer.line, answer.body.trim_end());
    }
    Ok(answer.body)
}
