//! A key-value engine in memory that forgets what was not flushed.
//!
//! # Invariants
//! As [`crate::kv`]: after a crash the state is that after some whole batch at or after the last flush. Which one,
//! [`KvCrash`] says.

use std::collections::BTreeMap;
use std::io;
use std::ops::{Bound, Range};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;

use super::Random;
use crate::kv::{CachedRead, Kv, KvRead, KvRow, KvScan, KvWrite, ReadWork, Replace};

/// Batches kept apart from the durable state; over it the engine flushes by itself, as a full memtable would.
const UNFLUSHED_BATCHES_MAX: usize = 16_384;

type Rows = BTreeMap<Bytes, Bytes>;

/// How much of what was not flushed survives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KvCrash {
    /// Nothing.
    LoseUnflushed,
    /// Everything.
    KeepUnflushed,
    /// The first that many batches.
    Keep(usize),
    /// A number drawn from the seed.
    Random(u64),
}

/// A simulated engine; cheap to clone, clones are the same engine.
#[derive(Clone, Default)]
pub struct SimKv(Arc<Mutex<Engine>>);

#[derive(Clone, Default)]
struct Engine {
    incarnation: u64,
    rows: Arc<Rows>,
    durable: Rows,
    unflushed: Vec<Vec<KvWrite>>,
    /// Batches made durable so far, to tell a flush what it covers.
    flushed: u64,
    stalled: bool,
    miss_cache_every: u32,
    cached_reads: u32,
    failing_writes: u32,
}

impl SimKv {
    /// An empty engine.
    pub fn new() -> Self {
        Self::default()
    }

    /// The engine, for one incarnation of a process: it fails once the engine was crashed, unmounted or wiped.
    pub fn mount(&self) -> Arc<dyn Kv> {
        let incarnation = self.0.lock().incarnation;
        Arc::new(Mount { engine: Arc::clone(&self.0), incarnation })
    }

    /// A copy of the engine with all that is flushed and unflushed.
    pub fn fork(&self) -> Self {
        Self(Arc::new(Mutex::new(self.0.lock().clone())))
    }

    /// How many batches a crash may take.
    pub fn unflushed(&self) -> usize {
        self.0.lock().unflushed.len()
    }

    /// A crash: mounts go stale, the state goes back to a prefix of the batches.
    pub fn crash(&self, crash: KvCrash) {
        let mut engine = self.0.lock();
        let all = engine.unflushed.len();
        let kept = match crash {
            KvCrash::LoseUnflushed => 0,
            KvCrash::KeepUnflushed => all,
            KvCrash::Keep(count) => count.min(all),
            KvCrash::Random(seed) => Random::new(seed).index(all + 1),
        };
        engine.settle(kept);
        engine.unflushed.clear();
        engine.rows = Arc::new(engine.durable.clone());
        engine.stalled = false;
        engine.incarnation += 1;
    }

    /// Loses everything, as if its folder had been removed; mounts go stale.
    pub fn wipe(&self) {
        let mut engine = self.0.lock();
        *engine = Engine { incarnation: engine.incarnation + 1, ..Engine::default() };
    }

    /// Whether writes without waiting are refused, as while an engine stalls.
    pub fn set_stalled(&self, stalled: bool) {
        self.0.lock().stalled = stalled;
    }

    /// Makes every `n`-th cached read unable to tell; 0 makes none.
    pub fn miss_cache_every(&self, n: u32) {
        self.0.lock().miss_cache_every = n;
    }

    /// Lets the next `count` writes fail without an effect.
    pub fn fail_writes(&self, count: u32) {
        self.0.lock().failing_writes = count;
    }
}

impl Engine {
    fn check(&self, incarnation: u64) -> io::Result<()> {
        if self.incarnation == incarnation {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::NotConnected, "the simulated engine crashed"))
    }

    fn write(&mut self, batch: Vec<KvWrite>) -> io::Result<()> {
        if super::disk::take(&mut self.failing_writes) {
            return Err(super::disk::input_output_error());
        }
        apply(Arc::make_mut(&mut self.rows), &batch);
        self.unflushed.push(batch);
        if self.unflushed.len() > UNFLUSHED_BATCHES_MAX {
            self.settle(UNFLUSHED_BATCHES_MAX / 2);
        }
        Ok(())
    }

    /// Makes the oldest `count` unflushed batches durable.
    fn settle(&mut self, count: usize) {
        for batch in self.unflushed.drain(..count) {
            apply(&mut self.durable, &batch);
        }
        self.flushed += count as u64;
    }
}

fn apply(rows: &mut Rows, batch: &[KvWrite]) {
    for write in batch {
        match write {
            KvWrite::Put(key, value) => {
                rows.insert(key.clone(), value.clone());
            }
            KvWrite::Delete(key) => {
                rows.remove(key);
            }
            KvWrite::DeleteRange(range) => {
                let keys: Vec<Bytes> = between(rows, &range.start..&range.end).map(|(key, _)| key.clone()).collect();
                keys.iter().for_each(|key| {
                    rows.remove(key);
                });
            }
        }
    }
}

/// Rows of a range; a range that ends before it starts is empty.
fn between<'a>(
    rows: &'a Rows,
    range: Range<&[u8]>,
) -> impl DoubleEndedIterator<Item = (&'a Bytes, &'a Bytes)> + use<'a> {
    let end = range.end.max(range.start);
    rows.range::<[u8], _>((Bound::Included(range.start), Bound::Excluded(end)))
}

struct Mount {
    engine: Arc<Mutex<Engine>>,
    incarnation: u64,
}

impl Mount {
    fn with<T>(&self, work: impl FnOnce(&mut Engine) -> io::Result<T>) -> io::Result<T> {
        let mut engine = self.engine.lock();
        engine.check(self.incarnation)?;
        work(&mut engine)
    }

    fn view(&self) -> Snapshot {
        Snapshot(Arc::clone(&self.engine.lock().rows))
    }
}

#[async_trait]
impl Kv for Mount {
    fn get_cached(&self, key: &[u8]) -> io::Result<CachedRead> {
        self.with(|engine| {
            engine.cached_reads = engine.cached_reads.wrapping_add(1);
            if engine.miss_cache_every != 0 && engine.cached_reads.is_multiple_of(engine.miss_cache_every) {
                return Ok(CachedRead::NotCached);
            }
            Ok(engine.rows.get(key).map_or(CachedRead::Missing, |value| CachedRead::Found(value.clone())))
        })
    }

    async fn run_read(&self, work: ReadWork) -> io::Result<()> {
        self.with(|_| Ok(()))?;
        let view = self.view();
        tokio::task::yield_now().await;
        work(&view);
        Ok(())
    }

    async fn write(&self, batch: Vec<KvWrite>) -> io::Result<()> {
        self.with(|engine| engine.write(batch))?;
        tokio::task::yield_now().await;
        self.with(|_| Ok(()))
    }

    fn try_write(&self, batch: &[KvWrite]) -> io::Result<bool> {
        self.with(|engine| {
            if engine.stalled {
                return Ok(false);
            }
            engine.write(batch.to_vec()).map(|()| true)
        })
    }

    async fn flush(&self) -> io::Result<()> {
        let covered = self.with(|engine| Ok(engine.flushed + engine.unflushed.len() as u64))?;
        tokio::task::yield_now().await;
        self.with(|engine| {
            let count = covered.saturating_sub(engine.flushed) as usize;
            engine.settle(count);
            Ok(())
        })
    }

    fn snapshot(&self) -> Arc<dyn KvRead> {
        Arc::new(self.view())
    }

    async fn begin_replace(&self, ranges: Vec<Range<Bytes>>) -> io::Result<Box<dyn Replace>> {
        self.with(|_| Ok(()))?;
        let deletes = ranges.iter().cloned().map(KvWrite::DeleteRange).collect();
        Ok(Box::new(Replacement {
            mount: Self { engine: Arc::clone(&self.engine), incarnation: self.incarnation },
            order: crate::kv::ReplaceOrder::new(ranges),
            batch: deletes,
        }))
    }

    async fn close(&self) {}
}

struct Snapshot(Arc<Rows>);

impl KvRead for Snapshot {
    fn get(&self, key: &[u8]) -> io::Result<Option<Bytes>> {
        Ok(self.0.get(key).cloned())
    }

    fn scan<'a>(&'a self, range: Range<&[u8]>) -> Box<dyn KvScan + 'a> {
        Box::new(between(&self.0, range).map(|(key, value)| Ok((key.clone(), value.clone()))).peekable())
    }

    fn scan_back<'a>(&'a self, range: Range<&[u8]>) -> Box<dyn KvScan + 'a> {
        Box::new(between(&self.0, range).rev().map(|(key, value)| Ok((key.clone(), value.clone()))).peekable())
    }
}

struct Replacement {
    mount: Mount,
    order: crate::kv::ReplaceOrder,
    batch: Vec<KvWrite>,
}

#[async_trait]
impl Replace for Replacement {
    async fn append(&mut self, rows: Vec<KvRow>) -> io::Result<()> {
        for (key, value) in rows {
            self.order.check(&key)?;
            self.batch.push(KvWrite::Put(key, value));
        }
        tokio::task::yield_now().await;
        Ok(())
    }

    async fn commit(self: Box<Self>) -> io::Result<()> {
        let Self { mount, batch, .. } = *self;
        tokio::task::yield_now().await;
        // Visible and durable in one step, with all that came before: it is a prefix too.
        mount.with(|engine| {
            engine.write(batch)?;
            let all = engine.unflushed.len();
            engine.settle(all);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests;
