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

/// The folder of the fault suites.
const CHAOS: &str = "chaos";

/// Installs, builds, and runs every test.
pub(crate) fn test(places: &Places) -> Result<()> {
    close(every_suite(places))
}

/// The client suites alone.
pub(crate) fn clients_alone(places: &Places) -> Result<()> {
    close(client_suite(places))
}

/// The fault suites alone: `--scenario X` picks tests by name, `--seed N` reaches them as `CAIRN_SEED`.
pub(crate) fn chaos_alone(places: &Places, arguments: &[String]) -> Result<()> {
    close(chaos_suite(places, arguments))
}

fn every_suite(places: &Places) -> Result<Tally> {
    let binary = prepare(places)?;
    let mut tally = stage("rust tests", || rust_tests(places, &binary))?;
    tally += stage("client suites", || clients::run_suite(places, clients::suite(), &binary, &[]))?;
    if has_python_tests(places, CHAOS)? {
        tally += stage("fault suites", || clients::run_suite(places, CHAOS, &binary, &[]))?;
    }
    Ok(tally)
}

fn client_suite(places: &Places) -> Result<Tally> {
    let binary = prepare(places)?;
    stage("client suites", || clients::run_suite(places, clients::suite(), &binary, &[]))
}

fn chaos_suite(places: &Places, arguments: &[String]) -> Result<Tally> {
    let options = chaos_options(arguments)?;
    let binary = prepare(places)?;
    stage("fault suites", || clients::run_suite(places, CHAOS, &binary, &options))
}

fn chaos_options(arguments: &[String]) -> Result<Vec<String>> {
    let mut options = Vec::new();
    let mut rest = arguments.iter();
    while let Some(flag) = rest.next() {
        let value = rest.next().with_context(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--scenario" => options.extend(["-k".to_owned(), value.clone()]),
            "--seed" => options.push(format!("--seed={value}")),
            unknown => bail!("unknown option {unknown}"),
        }
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

fn has_python_tests(places: &Places, suite: &str) -> Result<bool> {
    let directory = places.checkout.join(suite);
    for entry in directory.read_dir().with_context(|| format!("read {}", directory.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("test_") && name.ends_with(".py") {
            return Ok(true);
        }
    }
    Ok(false)
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
