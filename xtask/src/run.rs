//! `make run`: a whole cluster in one process, S3 on 127.0.0.1:9000. The binary itself says where the root key pair lies and how
//! to upload; this process becomes it, so that Ctrl-C reaches it and nothing else.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::packages;
use crate::places::Places;
use crate::rocksdb;

/// Builds what is missing and becomes `cairn server`; `arguments` are added to its own.
pub(crate) fn run(places: &Places, arguments: &[String]) -> Result<()> {
    let binary = release_binary(places)?;
    let data = places.data();
    fs::create_dir_all(&data).with_context(|| format!("create {}", data.display()))?;
    let disks = format!("{}/disk{{1...6}}", data.display());
    let error = Command::new(&binary).args(["server", "--data", &disks]).args(arguments).exec();
    Err(error).with_context(|| format!("start {}", binary.display()))
}

/// Builds the release binary with all that it needs, and says where it is.
pub(crate) fn release_binary(places: &Places) -> Result<PathBuf> {
    packages::ensure_build()?;
    rocksdb::ensure(places)?;
    command::run(command::cargo(places).args(["build", "--release", "--package", "cairn"]))?;
    Ok(places.target.join("release/cairn"))
}
