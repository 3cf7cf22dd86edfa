//! Debian packages that a build or the client suites need: installed when this user may, else named in one line to run.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{is_installed, run, succeeds};

/// Something the machine must have, and the packages that bring it.
struct Need {
    name: &'static str,
    is_met: bool,
    packages: &'static [&'static str],
}

/// What building needs: compilers for the C and C++ dependencies, libclang for their bindings.
pub(crate) fn ensure_build() -> Result<()> {
    install(&[
        Need { name: "a C compiler", is_met: is_installed("cc"), packages: &["build-essential"] },
        Need { name: "a C++ compiler", is_met: is_installed("c++"), packages: &["build-essential"] },
        Need { name: "libclang", is_met: has_libclang(), packages: &["libclang-dev"] },
    ])
}

/// What the virtual environment of the client suites needs.
pub(crate) fn ensure_python() -> Result<()> {
    let packages = &["python3", "python3-venv"];
    install(&[Need { name: "python with venv", is_met: has_python(), packages }])
}

fn has_python() -> bool {
    succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"]))
}

/// The library *and* the headers of its compiler: `libclang1` alone lacks `stddef.h`, and the bindings fail late and unclearly.
fn has_libclang() -> bool {
    if std::env::var_os("LIBCLANG_PATH").is_some() {
        return true;
    }
    let Ok(versions) = Path::new("/usr/lib").read_dir() else { return false };
    versions.flatten().map(|entry| entry.path()).any(|llvm| {
        let is_llvm = llvm.file_name().is_some_and(|name| name.to_string_lossy().starts_with("llvm"));
        is_llvm && has_library(&llvm.join("lib")) && has_headers(&llvm.join("lib/clang"))
    })
}

fn has_library(directory: &Path) -> bool {
    let Ok(entries) = directory.read_dir() else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with("libclang.so")
            || (name.starts_with("libclang-") && !name.starts_with("libclang-cpp") && name.contains(".so"))
    })
}

fn has_headers(directory: &Path) -> bool {
    let Ok(versions) = directory.read_dir() else { return false };
    versions.flatten().any(|version| version.path().join("include/stddef.h").is_file())
}

fn install(needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !need.is_met).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|need| need.name).collect::<Vec<_>>().join(", ");
    println!("missing: {names}");
    let mut packages: Vec<&str> = missing.iter().flat_map(|need| need.packages.iter().copied()).collect();
    packages.sort_unstable();
    packages.dedup();
    let line = format!("apt-get update && apt-get install -y --no-install-recommends {}", packages.join(" "));
    if !is_installed("apt-get") {
        bail!("missing: {names}. On Debian these are the packages {}", packages.join(" "));
    }
    match superuser() {
        Some(mut shell) => run(shell.args(["-c", &format!("export DEBIAN_FRONTEND=noninteractive; {line}")])),
        None => bail!("missing: {names}. Run: sudo sh -c '{line}'"),
    }
}

/// A shell that may install packages without asking anyone.
fn superuser() -> Option<Command> {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if is_root {
        return Some(Command::new("sh"));
    }
    succeeds(Command::new("sudo").args(["-n", "true"])).then(|| {
        let mut sudo = Command::new("sudo");
        sudo.arg("sh");
        sudo
    })
}
