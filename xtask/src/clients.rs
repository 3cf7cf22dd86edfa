//! The client suites: pytest in a virtual environment of the user's cache. What is no Python package, `tests/clients/install.py`
//! installs, which knows the clients that the suites want.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::run;
use crate::packages;
use crate::places::Places;
use crate::tally::Tally;

/// One for the tests on a server, one for those on a cluster, one for those that start stores of their own: much of their
/// time is spent waiting.
const TEST_PROCESSES: &str = "3";

/// Installs every client that is missing.
pub(crate) fn ensure(places: &Places) -> Result<()> {
    packages::ensure_python()?;
    ensure_environment(places)?;
    run(python(places).arg("install.py"))
}

/// Runs the suites against the binary; `arguments` go to pytest.
pub(crate) fn run_suites(places: &Places, binary: &Path, arguments: &[String]) -> Result<Tally> {
    let mut pytest = python(places);
    pytest.args(["-m", "pytest", "--numprocesses", TEST_PROCESSES, "--dist", "loadgroup"]).args(arguments);
    pytest.env("CAIRN_BIN", binary).env("PATH", path_with_clients(places)?).env("PYTHONUNBUFFERED", "1");
    Tally::of(&mut pytest, Tally::from_pytest)
}

/// Python of the virtual environment, in the folder of the suites.
fn python(places: &Places) -> Command {
    let mut python = Command::new(places.venv().join("bin/python"));
    // The checkout stays clean: no compiled Python beside the sources.
    python.current_dir(folder(places)).env("PYTHONDONTWRITEBYTECODE", "1");
    python
}

fn folder(places: &Places) -> PathBuf {
    places.checkout.join("tests/clients")
}

fn path_with_clients(places: &Places) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let first = std::iter::once(places.venv().join("bin"));
    std::env::join_paths(first.chain(std::env::split_paths(&path))).context("join the search path")
}

/// The environment leaves a stamp, the text of what was asked for; a stamp that says the same makes the next run skip it.
fn ensure_environment(places: &Places) -> Result<()> {
    let venv = places.venv();
    let requirements = folder(places).join("requirements.txt");
    let wanted = fs::read_to_string(&requirements).with_context(|| format!("read {}", requirements.display()))?;
    let stamp = venv.join("requirements.installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !venv.join("bin/python").is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let mut pip = Command::new(venv.join("bin/python"));
    run(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements))?;
    fs::write(&stamp, wanted).with_context(|| format!("write {}", stamp.display()))
}
