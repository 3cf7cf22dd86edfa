//! The client suites: pytest in a virtual environment of the user's cache, with npm packages and programs beside it.
//!
//! Each installation leaves a stamp, the text of what was asked for; a stamp that says the same makes the next run skip it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{is_installed, run};
use crate::packages;
use crate::places::Places;
use crate::tally::Tally;

const S5CMD: &str = "github.com/peak/s5cmd/v2@v2.3.0";
const SUITE: &str = "tests/clients";

/// Installs every client that is missing.
pub(crate) fn ensure(places: &Places) -> Result<()> {
    packages::ensure_clients(places)?;
    ensure_python(places)?;
    ensure_npm(places)?;
    ensure_s5cmd(places)
}

/// Runs the tests in `suite` (a folder of the checkout) against the binary; `arguments` go to pytest.
pub(crate) fn run_suite(places: &Places, suite: &str, binary: &Path, arguments: &[String]) -> Result<Tally> {
    let mut pytest = Command::new(places.venv().join("bin/python"));
    pytest.current_dir(&places.checkout);
    pytest.args(["-m", "pytest", "-ra", "-p", "no:cacheprovider", suite]).args(arguments);
    pytest.env("CAIRN_BIN", binary).env("PATH", path_with_clients(places)?);
    pytest.env("NODE_PATH", places.npm().join("node_modules"));
    // The checkout stays clean: no caches of compiled Python beside the sources.
    pytest.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUNBUFFERED", "1");
    Tally::of(&mut pytest, Tally::from_pytest)
}

/// The folder of the client suites.
pub(crate) fn suite() -> &'static str {
    SUITE
}

fn path_with_clients(places: &Places) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let first = [places.venv().join("bin"), places.programs()];
    std::env::join_paths(first.into_iter().chain(std::env::split_paths(&path))).context("join the search path")
}

fn ensure_python(places: &Places) -> Result<()> {
    let venv = places.venv();
    let requirements = places.checkout.join(SUITE).join("requirements.txt");
    let wanted = read(&requirements)?;
    let stamp = venv.join("requirements.installed");
    if is_stamped(&stamp, &wanted) {
        return Ok(());
    }
    if !venv.join("bin/python").is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let mut pip = Command::new(venv.join("bin/python"));
    run(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements))?;
    fs::write(&stamp, wanted).with_context(|| format!("write {}", stamp.display()))
}

fn ensure_npm(places: &Places) -> Result<()> {
    let suite = places.checkout.join(SUITE);
    let npm = places.npm();
    let wanted = read(&suite.join("package.json"))?;
    let stamp = npm.join("package.installed");
    if is_stamped(&stamp, &wanted) {
        return Ok(());
    }
    fs::create_dir_all(&npm)?;
    for file in ["package.json", "package-lock.json"].map(PathBuf::from) {
        if suite.join(&file).is_file() {
            fs::copy(suite.join(&file), npm.join(&file))?;
        }
    }
    run(Command::new("npm").args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]).arg(&npm))?;
    fs::write(&stamp, wanted).with_context(|| format!("write {}", stamp.display()))
}

fn ensure_s5cmd(places: &Places) -> Result<()> {
    let programs = places.programs();
    if is_installed("s5cmd", Some(&programs)) {
        return Ok(());
    }
    fs::create_dir_all(&programs)?;
    run(Command::new("go").args(["install", S5CMD]).env("GOBIN", &programs))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("read {}", path.display()))
}

fn is_stamped(stamp: &Path, wanted: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|installed| installed == wanted)
}
