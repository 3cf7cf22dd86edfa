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
        let cache = env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from).join("cairn");
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| cache.join("target"), PathBuf::from);
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
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
        if let Some(data) = env::var_os("CAIRN_DATA") {
            return PathBuf::from(data);
        }
        env::var_os("XDG_DATA_HOME").map_or_else(|| self.home.join(".local/share"), PathBuf::from).join("cairn")
    }
}
