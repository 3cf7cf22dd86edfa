//! Where things lie: the checkout, the user's cache, the user's data.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The directories that the commands use.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The root of this checkout.
    pub checkout: PathBuf,
    /// What can be made again: builds, clients, downloads. Shared by all checkouts of a user.
    pub cache: PathBuf,
    /// Cargo's target directory.
    pub target: PathBuf,
    home: PathBuf,
}

impl Places {
    /// Reads them from the environment, once.
    pub(crate) fn find() -> Result<Self> {
        let home = PathBuf::from(env::var_os("HOME").context("HOME is not set")?);
        let cache = absolute("XDG_CACHE_HOME").unwrap_or_else(|| home.join(".cache")).join("cairn");
        let target = absolute("CARGO_TARGET_DIR").unwrap_or_else(|| cache.join("target"));
        // As cargo says now: this program may have been compiled for another checkout that shares the target directory.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").context("xtask is started by cargo")?;
        let manifest = Path::new(&manifest);
        let checkout = manifest.parent().context("xtask lies inside the checkout")?.to_path_buf();
        Ok(Self { checkout, cache, target, home })
    }

    /// The archive of RocksDB and the version it was made from.
    pub(crate) fn rocksdb(&self) -> PathBuf {
        self.cache.join("rocksdb")
    }

    /// The virtual environment of the Python clients.
    pub(crate) fn venv(&self) -> PathBuf {
        self.cache.join("venv")
    }

    /// What `make run` stores: `CAIRN_DATA`, else the user's data directory.
    pub(crate) fn data(&self) -> PathBuf {
        if let Some(data) = env::var_os("CAIRN_DATA").filter(|data| !data.is_empty()) {
            return PathBuf::from(data);
        }
        absolute("XDG_DATA_HOME").unwrap_or_else(|| self.home.join(".local/share")).join("cairn")
    }
}

/// A directory that the environment names. An empty or relative one does not count: it would lie inside the checkout.
fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}
