//! RocksDB is compiled once per machine, not once per profile and checkout: it takes longer than everything else together.
//!
//! A throwaway crate outside the checkout builds exactly the `librocksdb-sys` of our lock file, optimised; its archive goes to the
//! user's cache, and every build links it through `ROCKSDB_LIB_DIR`. A stamp beside it names the version it was made from.
//!
//! # Crash
//! The archive is renamed into place before the stamp is written, so a stamp never names an archive that is not whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::Message;

use crate::command;
use crate::places::Places;

const CRATE: &str = "librocksdb-sys";
const ARCHIVE: &str = "librocksdb.a";
const OWN_LIBRARY: &str = "ROCKSDB_LIB_DIR";

/// What makes `librocksdb-sys` link the prebuilt archive instead of compiling its own.
pub(crate) fn environment(places: &Places) -> Vec<(&'static str, PathBuf)> {
    if std::env::var_os(OWN_LIBRARY).is_some() {
        return Vec::new();
    }
    vec![(OWN_LIBRARY, places.rocksdb()), ("ROCKSDB_STATIC", "1".into()), ("CXXSTDLIB", "stdc++".into())]
}

/// Builds the archive unless the cache has the version of our lock file. Who sets `ROCKSDB_LIB_DIR` brings their own.
pub(crate) fn ensure(places: &Places) -> Result<()> {
    let directory = places.rocksdb();
    if let Some(own) = std::env::var_os(OWN_LIBRARY).filter(|own| Path::new(own) != directory) {
        println!("RocksDB comes from {}", own.to_string_lossy());
        return Ok(());
    }
    let version = locked_version(&places.checkout.join("Cargo.lock"))?;
    fs::create_dir_all(&directory)?;
    // Two checkouts may start at once: the second waits and finds the work done.
    let lock = File::create(directory.join("lock"))?;
    lock.lock().context("wait for another build of RocksDB")?;
    if is_built(&directory, &version) {
        return Ok(());
    }
    println!("RocksDB {version} is built once per machine (about 12 minutes on 2 cores)");
    let archive = build(places, &version)?;
    publish(&archive, &directory, &version)
}

fn is_built(directory: &Path, version: &str) -> bool {
    let stamped = fs::read_to_string(directory.join("version")).is_ok_and(|stamp| stamp.trim() == version);
    stamped && directory.join(ARCHIVE).is_file()
}

fn publish(archive: &Path, directory: &Path, version: &str) -> Result<()> {
    let unfinished = directory.join("librocksdb.a.unfinished");
    fs::copy(archive, &unfinished).with_context(|| format!("copy {}", archive.display()))?;
    fs::rename(&unfinished, directory.join(ARCHIVE))?;
    fs::write(directory.join("version"), format!("{version}\n"))?;
    Ok(())
}

/// The version of `librocksdb-sys` in a lock file, with its build metadata.
fn locked_version(lock: &Path) -> Result<String> {
    let text = fs::read_to_string(lock).with_context(|| format!("read {}", lock.display()))?;
    let document: toml::Table = toml::from_str(&text).with_context(|| format!("parse {}", lock.display()))?;
    let packages =
        document.get("package").and_then(toml::Value::as_array).context("the lock file lists no packages")?;
    let of_ours = |package: &&toml::Value| package.get("name").and_then(toml::Value::as_str) == Some(CRATE);
    let version = packages.iter().find(of_ours).and_then(|package| package.get("version")?.as_str());
    Ok(version.with_context(|| format!("the lock file does not list {CRATE}"))?.to_owned())
}

fn build(places: &Places, version: &str) -> Result<PathBuf> {
    let workshop = places.cache.join("rocksdb-build");
    fs::create_dir_all(workshop.join("src"))?;
    fs::write(workshop.join("Cargo.toml"), manifest(version))?;
    fs::write(workshop.join("src/lib.rs"), "")?;
    // Our lock file, so that build scripts and bindgen are the versions that the workspace was tested with.
    fs::copy(places.checkout.join("Cargo.lock"), workshop.join("Cargo.lock"))?;
    let mut cargo = command::cargo(places);
    cargo.current_dir(&workshop).env("CARGO_TARGET_DIR", workshop.join("target"));
    for name in [OWN_LIBRARY, "ROCKSDB_STATIC", "CXXSTDLIB"] {
        cargo.env_remove(name);
    }
    cargo.args(["build", "--release", "--message-format=json-render-diagnostics"]);
    let archive = built_archive(&mut cargo)?;
    if !archive.is_file() {
        bail!("{CRATE} was built, but left no {}", archive.display());
    }
    Ok(archive)
}

/// The throwaway crate: the features must be those of the workspace, or symbols are missing when linking.
fn manifest(version: &str) -> String {
    let plain = version.split('+').next().unwrap_or(version);
    format!(
        "[package]\nname = \"rocksdb-build\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{CRATE} = {{ version = \
         \"={plain}\", default-features = false, features = [\"static\", \"lz4\", \"bindgen-runtime\"] }}\n\n[workspace]\n"
    )
}

fn built_archive(cargo: &mut Command) -> Result<PathBuf> {
    let shown = command::shown(cargo);
    let mut child = cargo.stdout(Stdio::piped()).spawn().with_context(|| format!("start {shown}"))?;
    let stdout = child.stdout.take().context("the output of cargo is a pipe")?;
    let mut archive = None;
    for message in Message::parse_stream(std::io::BufReader::new(stdout)) {
        if let Message::BuildScriptExecuted(script) = message?
            && script.package_id.repr.contains(CRATE)
        {
            archive = Some(script.out_dir.into_std_path_buf().join(ARCHIVE));
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{shown} failed: {status}");
    }
    archive.with_context(|| format!("{shown} did not run the build script of {CRATE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_comes_from_the_lock_file_with_its_build_metadata() {
        let directory = tempfile::tempdir().unwrap();
        let lock = directory.path().join("Cargo.lock");
        fs::write(&lock, "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n[[package]]\nname = \"librocksdb-sys\"\nversion = \"0.19.0+11.8.1\"\n")
            .unwrap();
        assert_eq!(locked_version(&lock).unwrap(), "0.19.0+11.8.1");
        assert!(manifest("0.19.0+11.8.1").contains("\"=0.19.0\""));
    }

    #[test]
    fn a_lock_file_without_rocksdb_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let lock = directory.path().join("Cargo.lock");
        fs::write(&lock, "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n").unwrap();
        assert!(locked_version(&lock).is_err());
    }

    #[test]
    fn an_archive_counts_only_with_the_stamp_of_its_version() {
        let directory = tempfile::tempdir().unwrap();
        let made = directory.path().join("made.a");
        fs::write(&made, "archive").unwrap();
        assert!(!is_built(directory.path(), "1"));
        publish(&made, directory.path(), "1").unwrap();
        assert!(is_built(directory.path(), "1"));
        assert!(!is_built(directory.path(), "2"));
    }
}
