//! `cluster.json`: which processes a cluster on this machine has.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The file.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct ClusterFile {
    /// Name of the region.
    pub(crate) region: String,
    /// Where S3 is served.
    pub(crate) endpoints: Vec<String>,
    /// File of the root key pair.
    pub(crate) root_credentials_file: PathBuf,
    /// The processes.
    pub(crate) processes: Vec<ProcessEntry>,
}

/// A process.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct ProcessEntry {
    /// Its name, such as `storage-1`.
    pub(crate) name: String,
    /// Its role: the subcommand.
    pub(crate) role: String,
    /// Where it serves: S3 for a gateway, the other processes for the others.
    pub(crate) address: String,
    /// Its admin listener.
    pub(crate) admin_address: String,
    /// Its process id, once it was started.
    pub(crate) pid: Option<u32>,
    /// When that process started, in ticks since boot: an id alone may be a stranger's by now.
    pub(crate) started: Option<u64>,
    /// Its directories.
    pub(crate) data: Vec<PathBuf>,
    /// Its configuration.
    pub(crate) config: PathBuf,
    /// Its log.
    pub(crate) log: PathBuf,
}

/// A process that was started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ProcessId {
    /// Its id.
    pub(crate) pid: u32,
    /// When it started, in ticks since boot.
    pub(crate) started: u64,
}

impl ProcessEntry {
    /// The process that was started last.
    pub(crate) fn process(&self) -> Option<ProcessId> {
        Some(ProcessId { pid: self.pid?, started: self.started? })
    }

    /// Notes a process that was just started.
    pub(crate) fn set_process(&mut self, process: Option<ProcessId>) {
        self.pid = process.map(|process| process.pid);
        self.started = process.map(|process| process.started);
    }
}

impl ClusterFile {
    /// Where the file of a cluster lies.
    pub(crate) fn path(directory: &Path) -> PathBuf {
        directory.join("cluster.json")
    }

    /// Reads it; `None` where there is none.
    pub(crate) fn read(directory: &Path) -> Result<Option<Self>> {
        let path = Self::path(directory);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes).with_context(|| format!("read {}", path.display()))?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("read {}", path.display())),
        }
    }

    /// Writes it whole: a reader sees the old file or the new.
    pub(crate) fn write(&self, directory: &Path) -> Result<()> {
        let (path, new) = (Self::path(directory), directory.join("cluster.json.new"));
        let bytes = serde_json::to_vec_pretty(self).expect("texts and numbers make JSON");
        std::fs::write(&new, bytes).with_context(|| format!("write {}", new.display()))?;
        std::fs::rename(&new, &path).with_context(|| format!("write {}", path.display()))
    }

    /// The entry of that name.
    pub(crate) fn entry_mut(&mut self, name: &str) -> Option<&mut ProcessEntry> {
        self.processes.iter_mut().find(|process| process.name == name)
    }

    /// Addresses of the processes of a role.
    pub(crate) fn addresses(&self, role: &str) -> Vec<String> {
        self.processes.iter().filter(|process| process.role == role).map(|process| process.address.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::ClusterFile;

    #[test]
    fn a_written_file_reads_back_and_none_is_none() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        assert_eq!(ClusterFile::read(directory.path()).expect("no file is no error"), None);
        let file = ClusterFile {
            region: "eu-1".into(),
            endpoints: vec!["http://127.0.0.1:1".into()],
            root_credentials_file: directory.path().join("root-credentials"),
            processes: Vec::new(),
        };
        file.write(directory.path()).expect("written");
        assert_eq!(ClusterFile::read(directory.path()).expect("read"), Some(file));
    }
}
