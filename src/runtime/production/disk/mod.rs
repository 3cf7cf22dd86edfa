//! A directory on a real device: direct I/O on a few threads of its own.
//!
//! # Invariants
//! One process, one directory: an exclusive lock is held while the disk or any of its files is open. A name is durable when
//! every folder whose entries changed since was synced, and callers of [`Disk::sync_names`] wait for each other.
//! Reads through the page cache see what direct writes wrote: the kernel drops cached pages of the range it writes.
//!
//! # Limits
//! [`DISK_THREADS`], [`DISK_QUEUE_MAX`], [`DISK_POOL_BYTES`].

mod direct;
mod file;
mod open_error;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use metrics::Counter;
use parking_lot::Mutex;
use rustix::fs::{FlockOperation, Mode, OFlags};

use self::file::RealFile;
pub use self::open_error::OpenDiskError;
use crate::buffers::BufferPool;
use crate::disk::{Disk, File, Space, check_name};
use crate::limits::{DISK_POOL_BYTES, DISK_QUEUE_MAX, DISK_THREADS};
use crate::threads::Threads;

/// Files of the disk itself in its directory; not listed.
const LOCK_NAME: &str = ".lock";
const PROBE_NAME: &str = ".probe";

/// An open directory; cheap to clone.
#[derive(Clone)]
pub struct RealDisk(Arc<Inner>);

struct Inner {
    root: PathBuf,
    label: String,
    device: u64,
    is_direct: bool,
    threads: Threads,
    pool: BufferPool,
    names: Mutex<ChangedFolders>,
    counters: Counters,
    /// Held for its lock; dropped last.
    _lock: OwnedFd,
}

/// Folders whose entries changed since they were last synced.
#[derive(Default)]
struct ChangedFolders(BTreeSet<PathBuf>);

struct Counters {
    syncs: Counter,
    written_bytes: Counter,
    read_bytes: Counter,
}

impl Counters {
    fn new(disk: &str) -> Self {
        Self {
            syncs: metrics::counter!("cairn_disk_syncs_total", "disk" => disk.to_owned()),
            written_bytes: metrics::counter!("cairn_disk_written_bytes_total", "disk" => disk.to_owned()),
            read_bytes: metrics::counter!("cairn_disk_read_bytes_total", "disk" => disk.to_owned()),
        }
    }
}

impl RealDisk {
    /// Opens the existing directory `root` and locks it. Blocks for a moment: part of starting.
    pub fn open(root: &Path) -> Result<Self, OpenDiskError> {
        let io = |source| OpenDiskError::Io { path: root.to_owned(), source };
        let metadata = fs::metadata(root).map_err(io)?;
        if !metadata.is_dir() {
            return Err(OpenDiskError::NotADirectory { path: root.to_owned() });
        }
        let lock = lock(root)?;
        let is_direct = direct::is_supported(&root.join(PROBE_NAME)).map_err(io)?;
        if !is_direct {
            tracing::warn!(path = %root.display(), "no direct I/O on this file system: writes go through the page cache");
        }
        let label = root.display().to_string();
        Ok(Self(Arc::new(Inner {
            root: root.to_owned(),
            device: metadata.dev(),
            is_direct,
            threads: Threads::start("disk", DISK_THREADS, DISK_QUEUE_MAX).map_err(io)?,
            pool: BufferPool::new(DISK_POOL_BYTES),
            names: Mutex::default(),
            counters: Counters::new(&label),
            label,
            _lock: lock,
        })))
    }

    /// Whether writes go around the page cache.
    pub fn is_direct(&self) -> bool {
        self.0.is_direct
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let inner = Arc::clone(&self.0);
        self.0.threads.run(move || work(&inner)).await
    }
}

fn lock(root: &Path) -> Result<OwnedFd, OpenDiskError> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC;
    let file = rustix::fs::open(root.join(LOCK_NAME), flags, Mode::RUSR | Mode::WUSR)
        .map_err(|error| OpenDiskError::Io { path: root.to_owned(), source: error.into() })?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(OpenDiskError::InUse { path: root.to_owned() }),
        Err(error) => Err(OpenDiskError::Io { path: root.to_owned(), source: error.into() }),
    }
}

impl Inner {
    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Makes the folders of `path` that are missing; their parents' entries changed.
    fn make_folders(&self, path: &Path) -> io::Result<()> {
        let Some(folder) = path.parent() else { return Ok(()) };
        let mut missing: Vec<&Path> = Vec::new();
        for ancestor in folder.ancestors().take_while(|ancestor| ancestor.starts_with(&self.root)) {
            if ancestor.is_dir() {
                break;
            }
            missing.push(ancestor);
        }
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => self.note_change(folder),
            }
        }
        Ok(())
    }

    /// The entry `path` of its folder changed.
    fn note_change(&self, path: &Path) {
        let folder = path.parent().unwrap_or(&self.root);
        self.names.lock().0.insert(folder.to_owned());
    }

    fn sync_names(&self) -> io::Result<()> {
        // Held throughout: a second caller's names may be in the set that the first one is syncing.
        let mut changed = self.names.lock();
        while let Some(folder) = changed.0.first() {
            match rustix::fs::open(folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()) {
                Ok(file) => rustix::fs::fsync(file)?,
                Err(error) => return Err(error.into()),
            }
            self.counters.syncs.increment(1);
            changed.0.pop_first();
        }
        Ok(())
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.path(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            let own = folder.is_empty() && [LOCK_NAME, PROBE_NAME].iter().any(|name| entry.file_name() == *name);
            if entry.file_type()?.is_file() && !own {
                // A name that is not UTF-8 is none of ours.
                names.extend(entry.file_name().into_string().ok());
            }
        }
        names.sort();
        Ok(names)
    }
}

#[async_trait]
impl Disk for RealDisk {
    async fn create(&self, name: &str, len: u64) -> io::Result<Arc<dyn File>> {
        check_name(name)?;
        let (disk, name) = (self.clone(), name.to_owned());
        self.run(move |inner| {
            let path = inner.path(&name);
            inner.make_folders(&path)?;
            let file = RealFile::create(disk.0, &path, len)?;
            inner.note_change(&path);
            Ok(Arc::new(file) as Arc<dyn File>)
        })
        .await
    }

    async fn open(&self, name: &str) -> io::Result<Arc<dyn File>> {
        check_name(name)?;
        let (disk, name) = (self.clone(), name.to_owned());
        self.run(move |inner| {
            let file = RealFile::open(disk.0, &inner.path(&name))?;
            Ok(Arc::new(file) as Arc<dyn File>)
        })
        .await
    }

    async fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let folder = folder.trim_end_matches('/').to_owned();
        if !folder.is_empty() {
            check_name(&folder)?;
        }
        self.run(move |inner| inner.list(&folder)).await
    }

    async fn remove(&self, name: &str) -> io::Result<()> {
        check_name(name)?;
        let name = name.to_owned();
        self.run(move |inner| {
            let path = inner.path(&name);
            fs::remove_file(&path)?;
            inner.note_change(&path);
            Ok(())
        })
        .await
    }

    async fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        check_name(from)?;
        check_name(to)?;
        let (from, to) = (from.to_owned(), to.to_owned());
        self.run(move |inner| {
            let (from, to) = (inner.path(&from), inner.path(&to));
            inner.make_folders(&to)?;
            fs::rename(&from, &to)?;
            inner.note_change(&from);
            inner.note_change(&to);
            Ok(())
        })
        .await
    }

    async fn sync_names(&self) -> io::Result<()> {
        self.run(Inner::sync_names).await
    }

    async fn space(&self) -> io::Result<Space> {
        self.run(|inner| {
            let stat = rustix::fs::statvfs(&inner.root)?;
            Ok(Space { total_bytes: stat.f_blocks * stat.f_frsize, free_bytes: stat.f_bavail * stat.f_frsize })
        })
        .await
    }

    fn label(&self) -> &str {
        &self.0.label
    }

    fn device(&self) -> u64 {
        self.0.device
    }
}

#[cfg(test)]
mod tests;
