//! An ordered key-value engine without a log of its own: RocksDB in production, a map in simulation.
//!
//! # Invariants
//! Writes are atomic by batch and visible in order. After a crash the state is that after some whole batch, at or after
//! the last [`Kv::flush`] that returned: a prefix of the writes, never a subset. Whoever needs a write to survive keeps a
//! log and replays it.
//!
//! # Concurrency
//! One writer at a time is assumed for each key range; readers are any number.

#[cfg(any(test, feature = "sim"))]
pub mod conformance;
mod replace_order;

use std::io;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

pub(crate) use self::replace_order::ReplaceOrder;

/// One change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KvWrite {
    /// Sets a key.
    Put(Bytes, Bytes),
    /// Removes a key.
    Delete(Bytes),
    /// Removes all keys from the start (included) to the end (excluded).
    DeleteRange(Range<Bytes>),
}

/// Result of a read that must not block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CachedRead {
    /// The value, from memory.
    Found(Bytes),
    /// No such key, known from memory.
    Missing,
    /// Only a read from disk can tell.
    NotCached,
}

/// A row.
pub type KvRow = (Bytes, Bytes);

/// Rows of a scan, in its order.
pub trait KvScan: Iterator<Item = io::Result<KvRow>> {
    /// Leaves out the rows to come whose keys begin with `prefix`, of which the next row is the first or there are none.
    /// However many they are, it costs no more than a few of them and a seek.
    fn skip_prefix(&mut self, prefix: &[u8]);
}

/// Rows in memory.
impl<I: Iterator<Item = io::Result<KvRow>>> KvScan for Peekable<I> {
    fn skip_prefix(&mut self, prefix: &[u8]) {
        while self.next_if(|row| matches!(row, Ok((key, _)) if key.starts_with(prefix))).is_some() {}
    }
}

/// A consistent view. May block on disk: use it only where [`read`] runs it.
pub trait KvRead: Send + Sync {
    /// Value of `key`.
    fn get(&self, key: &[u8]) -> io::Result<Option<Bytes>>;
    /// Rows with keys in `range`, ascending.
    fn scan<'a>(&'a self, range: Range<&[u8]>) -> Box<dyn KvScan + 'a>;
    /// Rows with keys in `range`, descending.
    fn scan_back<'a>(&'a self, range: Range<&[u8]>) -> Box<dyn KvScan + 'a>;
}

/// Work on a view, run where blocking is allowed.
pub type ReadWork = Box<dyn FnOnce(&dyn KvRead) + Send + 'static>;

/// An open engine.
#[async_trait]
pub trait Kv: Send + Sync + 'static {
    /// Value of `key` if memory can tell; never blocks.
    fn get_cached(&self, key: &[u8]) -> io::Result<CachedRead>;
    /// Runs `work` on a view of now, where blocking is allowed. Use [`read`] for work with a result.
    async fn run_read(&self, work: ReadWork) -> io::Result<()>;
    /// Applies `batch`, atomically; visible to every later read. Waits while the engine stalls writes.
    async fn write(&self, batch: Vec<KvWrite>) -> io::Result<()>;
    /// As [`Kv::write`] but inline, for batches the engine takes without blocking; `Ok(false)` means that it would
    /// stall and nothing was written.
    fn try_write(&self, batch: &[KvWrite]) -> io::Result<bool>;
    /// Makes everything written before the call durable.
    async fn flush(&self) -> io::Result<()>;
    /// A view of now that outlives later writes.
    fn snapshot(&self) -> Arc<dyn KvRead>;
    /// Begins to replace the rows of `ranges` by the rows to be appended.
    async fn begin_replace(&self, ranges: Vec<Range<Bytes>>) -> io::Result<Box<dyn Replace>>;
    /// Ends background work; the engine is not used after it.
    async fn close(&self);
}

/// A replacement of whole ranges that becomes visible and durable in one step, or not at all.
#[async_trait]
pub trait Replace: Send {
    /// Adds rows; keys ascend over all calls and lie within the ranges.
    async fn append(&mut self, rows: Vec<KvRow>) -> io::Result<()>;
    /// Makes it durable and visible. Dropped without it, nothing happened.
    async fn commit(self: Box<Self>) -> io::Result<()>;
}

/// Runs `work` on a view of now and returns its result.
pub async fn read<T: Send + 'static>(
    kv: &dyn Kv,
    work: impl FnOnce(&dyn KvRead) -> T + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    kv.run_read(Box::new(move |view| {
        // The asker may be gone; then nobody wants the result.
        let _ = sender.send(work(view));
    }))
    .await?;
    receiver.await.map_err(|_| io::Error::other("the engine dropped the work of a read"))
}
