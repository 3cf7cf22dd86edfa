//! RocksDB: one column family, no log of its own.
//!
//! # Invariants
//! One column family and no write-ahead log: memtables are flushed in order, a batch lies in one of them, so what is on disk
//! is always the state after some batch. A replacement is flushed to before it and ingested under a gate that holds writers
//! back, so it is never durable before a batch that came earlier.
//!
//! # Crash
//! As [`crate::kv`]. What an unfinished replacement left behind is removed when the engine is opened.
//!
//! # Limits
//! [`KV_READ_THREADS`], [`KV_WRITE_THREADS`], [`KV_QUEUE_MAX`]; memory of all engines of a process by one [`KvBudget`].

mod budget;
mod open_error;
mod options;
mod replace;
mod view;

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::RwLock;
use rocksdb::{DB, FlushOptions, Options, ReadOptions, ReadTier, WriteBatch, WriteOptions};

pub use self::budget::KvBudget;
pub use self::open_error::OpenKvError;
pub use self::options::KvProfile;
use self::replace::RocksReplace;
use self::view::View;
use crate::kv::{CachedRead, Kv, KvRead, KvWrite, ReadWork, Replace};
use crate::limits::{KV_INLINE_BATCH_BYTES_MAX, KV_QUEUE_MAX, KV_READ_THREADS, KV_WRITE_THREADS};
use crate::threads::Threads;

/// Folder below the engine's own in which replacements are prepared; the engine does not look at it.
const REPLACE_FOLDER: &str = "replace";

/// An open engine; cheap to clone.
#[derive(Clone)]
pub struct RocksKv(Arc<Inner>);

pub(super) struct Inner {
    /// Views hold it too, so it outlives this value as long as they do.
    db: Arc<DB>,
    path: PathBuf,
    options: Options,
    readers: Threads,
    writers: Threads,
    /// Read by writers, written by the last step of a replacement.
    gate: RwLock<()>,
    cached: ReadOptions,
    no_wait: WriteOptions,
    wait: WriteOptions,
}

impl RocksKv {
    /// Opens the engine in folder `path`, making it if needed. Blocks for a moment: part of starting.
    pub fn open(path: &Path, profile: KvProfile, budget: &KvBudget) -> Result<Self, OpenKvError> {
        let folder = |source| OpenKvError::Folder { path: path.to_owned(), source };
        make_folder(path).map_err(folder)?;
        remove_folder(&path.join(REPLACE_FOLDER)).map_err(folder)?;
        let options = options::options(profile, budget);
        let db = DB::open(&options, path).map_err(|source| OpenKvError::Engine { path: path.to_owned(), source })?;
        let mut cached = ReadOptions::default();
        cached.set_read_tier(ReadTier::BlockCache);
        Ok(Self(Arc::new(Inner {
            db: Arc::new(db),
            path: path.to_owned(),
            options,
            readers: Threads::start("kv-read", KV_READ_THREADS, KV_QUEUE_MAX).map_err(folder)?,
            writers: Threads::start("kv-write", KV_WRITE_THREADS, KV_QUEUE_MAX).map_err(folder)?,
            gate: RwLock::new(()),
            cached,
            no_wait: write_options(true),
            wait: write_options(false),
        })))
    }

    /// Removes the closed engine in folder `path` with all that it holds.
    pub fn destroy(path: &Path) -> io::Result<()> {
        remove_folder(path)
    }

    /// Runs what may wait for a write, a flush or a file.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let inner = Arc::clone(&self.0);
        self.0.writers.run(move || work(&inner)).await
    }
}

fn write_options(no_slowdown: bool) -> WriteOptions {
    let mut options = WriteOptions::default();
    options.disable_wal(true);
    options.set_no_slowdown(no_slowdown);
    options
}

fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path)?;
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => fs::File::open(parent)?.sync_all(),
        _ => Ok(()),
    }
}

fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The engine's error as the seam's.
pub(super) fn io_error(error: rocksdb::Error) -> io::Error {
    let kind = match error.kind() {
        rocksdb::ErrorKind::Corruption => io::ErrorKind::InvalidData,
        rocksdb::ErrorKind::InvalidArgument => io::ErrorKind::InvalidInput,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

fn batch_of(writes: &[KvWrite]) -> WriteBatch {
    let mut batch = WriteBatch::default();
    for write in writes {
        match write {
            KvWrite::Put(key, value) => batch.put(key, value),
            KvWrite::Delete(key) => batch.delete(key),
            // The engine takes no range that ends before it starts.
            KvWrite::DeleteRange(range) if range.start >= range.end => {}
            KvWrite::DeleteRange(range) => batch.delete_range(&range.start, &range.end),
        }
    }
    batch
}

fn bytes_of(writes: &[KvWrite]) -> usize {
    let sizes = writes.iter().map(|write| match write {
        KvWrite::Put(key, value) => key.len() + value.len(),
        KvWrite::Delete(key) => key.len(),
        KvWrite::DeleteRange(range) => range.start.len() + range.end.len(),
    });
    sizes.sum()
}

impl Inner {
    /// Writes without waiting for anything; `false` if that is not possible.
    fn try_write(&self, writes: &[KvWrite]) -> io::Result<bool> {
        let Some(_gate) = self.gate.try_read() else { return Ok(false) };
        match self.db.write_opt(batch_of(writes), &self.no_wait) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == rocksdb::ErrorKind::Incomplete => Ok(false),
            Err(error) => Err(io_error(error)),
        }
    }

    fn write(&self, writes: &[KvWrite]) -> io::Result<()> {
        let _gate = self.gate.read();
        self.db.write_opt(batch_of(writes), &self.wait).map_err(io_error)
    }

    fn flush(&self) -> io::Result<()> {
        let mut options = FlushOptions::default();
        options.set_wait(true);
        self.db.flush_opt(&options).map_err(io_error)
    }
}

#[async_trait]
impl Kv for RocksKv {
    fn get_cached(&self, key: &[u8]) -> io::Result<CachedRead> {
        // All tables are kept open (see `options`): with one that is not, the engine would answer this read with an empty
        // value instead of `Incomplete`.
        match self.0.db.get_pinned_opt(key, &self.0.cached) {
            Ok(Some(value)) => Ok(CachedRead::Found(Bytes::copy_from_slice(&value))),
            Ok(None) => Ok(CachedRead::Missing),
            Err(error) if error.kind() == rocksdb::ErrorKind::Incomplete => Ok(CachedRead::NotCached),
            Err(error) => Err(io_error(error)),
        }
    }

    async fn run_read(&self, work: ReadWork) -> io::Result<()> {
        let db = Arc::clone(&self.0.db);
        let read = self.0.readers.run(move || {
            work(&View::new(db));
            Ok(())
        });
        read.await
    }

    async fn write(&self, batch: Vec<KvWrite>) -> io::Result<()> {
        if bytes_of(&batch) <= KV_INLINE_BATCH_BYTES_MAX && self.0.try_write(&batch)? {
            return Ok(());
        }
        self.run(move |inner| inner.write(&batch)).await
    }

    fn try_write(&self, batch: &[KvWrite]) -> io::Result<bool> {
        self.0.try_write(batch)
    }

    async fn flush(&self) -> io::Result<()> {
        self.run(Inner::flush).await
    }

    fn snapshot(&self) -> Arc<dyn KvRead> {
        Arc::new(View::new(Arc::clone(&self.0.db)))
    }

    async fn begin_replace(&self, ranges: Vec<Range<Bytes>>) -> io::Result<Box<dyn Replace>> {
        let engine = self.clone();
        Ok(Box::new(self.run(move |_| RocksReplace::begin(engine, ranges)).await?))
    }

    async fn close(&self) {
        let closed = self.run(|inner| {
            inner.db.cancel_all_background_work(true);
            Ok(())
        });
        if let Err(error) = closed.await {
            tracing::warn!(path = %self.0.path.display(), %error, "the engine did not end its background work");
        }
    }
}

#[cfg(test)]
mod tests;
