//! `make test`: every test there is, and one closing line that counts them all.
//!
//! One profile (`dev`) builds everything: the unit tests, the simulator and the binary that the clients talk to, because a second
//! profile would double a cold run on two cores. The closing line is printed even when a stage before the tests fails.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::clients;
use crate::command::{self, cargo};
use crate::packages;
use crate::places::Places;
use crate::rocksdb;
use crate::stage::stage;
use crate::tally::Tally;

/// The mark of the tests that kill processes and wipe directories.
const FAULTS: &str = "faults";

/// Installs, builds, and runs every test.
pub(crate) fn test(places: &Places) -> Result<()> {
    close(every_suite(places))
}

/// The client suites alone, without faults.
pub(crate) fn clients_alone(places: &Places) -> Result<()> {
    close(client_suites(places, vec!["-m".to_owned(), format!("not {FAULTS}")]))
}

/// The fault suites alone: `--scenario X` picks tests by name, `--seed N` is the seed of what is random in them.
pub(crate) fn chaos_alone(places: &Places, arguments: &[String]) -> Result<()> {
    let mut options = chaos_options(arguments)?;
    options.extend(["-m".to_owned(), FAULTS.to_owned()]);
    close(client_suites(places, options))
}

fn every_suite(places: &Places) -> Result<Tally> {
    let binary = prepare(places)?;
    let mut tally = stage("rust tests", || rust_tests(places, &binary))?;
    tally += stage("client suites", || clients::run_suites(places, &binary, &[]))?;
    Ok(tally)
}

fn client_suites(places: &Places, options: Vec<String>) -> Result<Tally> {
    let binary = prepare(places)?;
    stage("client suites", || clients::run_suites(places, &binary, &options))
}

fn chaos_options(arguments: &[String]) -> Result<Vec<String>> {
    let mut options = Vec::new();
    let mut rest = arguments.iter();
    while let Some(flag) = rest.next() {
        let value = rest.next().with_context(|| format!("{flag} needs a value"))?;
        let name = match flag.as_str() {
            "--scenario" => "-k",
            "--seed" => "--seed",
            unknown => bail!("unknown option {unknown}"),
        };
        options.extend([name.to_owned(), value.clone()]);
    }
    Ok(options)
}

/// Everything that a run needs before its first test; returns the binary under test.
fn prepare(places: &Places) -> Result<PathBuf> {
    stage("system packages", packages::ensure_build)?;
    stage("clients", || clients::ensure(places))?;
    stage("rocksdb", || rocksdb::ensure(places))?;
    stage("build", || build(places))
}

/// One build for all: the same packages and targets as `cargo test` below, or features would differ and crates build twice.
fn build(places: &Places) -> Result<PathBuf> {
    command::run(cargo(places).args(["build", "--workspace", "--all-targets"]))?;
    own_copy(places)
}

/// The shared target directory has one `cairn`, which another checkout may replace in the middle of a run: tests use a copy of
/// their own, named after this checkout.
fn own_copy(places: &Places) -> Result<PathBuf> {
    let built = places.target.join("debug/cairn");
    let name = places.checkout.to_string_lossy().replace('/', "-");
    let directory = places.cache.join("under-test").join(name.trim_start_matches('-'));
    std::fs::create_dir_all(&directory)?;
    let unfinished = directory.join("cairn.unfinished");
    std::fs::copy(&built, &unfinished).with_context(|| format!("copy {}", built.display()))?;
    let binary = directory.join("cairn");
    std::fs::rename(&unfinished, &binary)?;
    Ok(binary)
}

fn rust_tests(places: &Places, binary: &Path) -> Result<Tally> {
    let mut tests = cargo(places);
    tests.args(["test", "--workspace", "--no-fail-fast"]).env("CAIRN_BIN", binary);
    Tally::of(&mut tests, Tally::from_cargo)
}

/// Prints the closing line; what could not even start counts as one failure.
fn close(outcome: Result<Tally>) -> Result<()> {
    let tally = outcome.unwrap_or_else(|error| {
        println!("error: {error:#}");
        Tally::ONE_FAILURE
    });
    println!("{tally}");
    if tally.failed > 0 || tally.passed == 0 {
        bail!("tests failed");
    }
    Ok(())
}
