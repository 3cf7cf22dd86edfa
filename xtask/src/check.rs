//! `make check` (read-only) and `make fix` (the only command that edits sources).

use anyhow::{Result, bail};

use crate::checks::{claims, layers, licences, links, module_names};
use crate::command::{cargo, is_installed, run};
use crate::packages;
use crate::places::Places;
use crate::rocksdb;
use crate::stage::stage;

/// Runs every check, also after one failed, so that one run shows all there is to mend.
pub(crate) fn check(places: &Places) -> Result<()> {
    packages::ensure_build()?;
    rocksdb::ensure(places)?;
    let failed: Vec<&str> = checks()
        .into_iter()
        .filter_map(|(name, check)| match stage(name, || check(places)) {
            Ok(()) => None,
            Err(error) => {
                eprintln!("error: {error:#}");
                Some(name)
            }
        })
        .collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    println!("every check passed");
    Ok(())
}

type Check = fn(&Places) -> Result<()>;

/// The quick ones first.
fn checks() -> [(&'static str, Check); 9] {
    [
        ("lock file", lock_file),
        ("layers", layers::check),
        ("module names", module_names::check),
        ("links", links::check),
        ("claims of S3 compatibility", claims::check),
        ("licences, bans, sources", dependencies),
        ("formatting", formatting),
        ("clippy", clippy),
        ("documentation", documentation),
    ]
}

fn lock_file(places: &Places) -> Result<()> {
    run(cargo(places)
        .args(["metadata", "--locked", "--format-version=1", "--quiet"])
        .stdout(std::process::Stdio::null()))
}

fn dependencies(places: &Places) -> Result<()> {
    licences::check(places)?;
    // cargo-deny compiles for many minutes, so it is not installed for anyone; who has it gets its opinion too.
    if is_installed("cargo-deny") {
        run(cargo(places).args(["deny", "--offline", "check", "licenses", "bans", "sources"]))?;
    }
    Ok(())
}

fn formatting(places: &Places) -> Result<()> {
    run(cargo(places).args(["fmt", "--all", "--check"]))
}

fn clippy(places: &Places) -> Result<()> {
    run(cargo(places).args([
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "--deny",
        "warnings",
    ]))
}

fn documentation(places: &Places) -> Result<()> {
    let mut doc = cargo(places);
    doc.args(["doc", "--locked", "--workspace", "--no-deps", "--document-private-items", "--quiet"]);
    run(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Formats, and applies the fixes that clippy is sure of.
pub(crate) fn fix(places: &Places) -> Result<()> {
    packages::ensure_build()?;
    rocksdb::ensure(places)?;
    let mut clippy = cargo(places);
    run(clippy.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--fix",
        "--allow-dirty",
        "--allow-staged",
        "--quiet",
    ]))?;
    run(cargo(places).args(["fmt", "--all"]))
}
