//! `make bench`: the canonical workloads against a release `cairn server` on six directories. The table itself is made by
//! `cairn bench table`, which starts and stops the server; this only builds and chooses the place.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::places::Places;
use crate::run;

/// Builds release and becomes `cairn bench table`; `arguments` are added to its own.
pub(crate) fn bench(places: &Places, arguments: &[String]) -> Result<()> {
    let binary = run::release_binary(places)?;
    // The cache and not /tmp, which is memory on many machines: the syncs must be real.
    let directory = places.cache.join("bench");
    fs::create_dir_all(&directory).with_context(|| format!("create {}", directory.display()))?;
    let error = Command::new(&binary).args(["bench", "table", "--dir"]).arg(&directory).args(arguments).exec();
    Err(error).with_context(|| format!("start {}", binary.display()))
}
