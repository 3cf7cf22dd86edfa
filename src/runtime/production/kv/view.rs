//! A view that owns its engine.
#![allow(unsafe_code, reason = "the engine's snapshot borrows the engine; the one place that ties both together")]

use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use rocksdb::{DB, DBRawIterator, ReadOptions, Snapshot};

use super::io_error;
use crate::kv::{KvRead, KvRow, KvScan};
use crate::limits::KV_STEPS_BEFORE_SEEK;

/// A consistent view.
pub(super) struct View {
    // Dropped before `_db`: fields are dropped in the order of their declaration.
    snapshot: Snapshot<'static>,
    _db: Arc<DB>,
}

impl View {
    pub(super) fn new(db: Arc<DB>) -> Self {
        // SAFETY: the reference is used by `snapshot` alone. The engine lies in the heap block of `_db`, which does not move
        // with this value, and is freed only after `snapshot` is gone. No method hands out anything that borrows for longer
        // than `&self`.
        let borrowed: &'static DB = unsafe { &*Arc::as_ptr(&db) };
        Self { snapshot: borrowed.snapshot(), _db: db }
    }

    fn rows(&self, range: Range<&[u8]>, is_back: bool) -> Box<dyn KvScan + '_> {
        if range.start >= range.end {
            return Box::new(std::iter::empty().peekable());
        }
        let mut options = ReadOptions::default();
        options.set_iterate_lower_bound(range.start);
        options.set_iterate_upper_bound(range.end);
        let mut iterator: DBRawIterator<'_> = self.snapshot.raw_iterator_opt(options);
        if is_back {
            iterator.seek_to_last();
        } else {
            iterator.seek_to_first();
        }
        Box::new(Rows { iterator, is_back, is_over: false })
    }
}

impl KvRead for View {
    fn get(&self, key: &[u8]) -> io::Result<Option<Bytes>> {
        let value = self.snapshot.get_pinned(key).map_err(io_error)?;
        Ok(value.map(|value| Bytes::copy_from_slice(&value)))
    }

    fn scan<'a>(&'a self, range: Range<&[u8]>) -> Box<dyn KvScan + 'a> {
        self.rows(range, false)
    }

    fn scan_back<'a>(&'a self, range: Range<&[u8]>) -> Box<dyn KvScan + 'a> {
        self.rows(range, true)
    }
}

/// Rows from where the iterator stands; an error is the last item.
struct Rows<'a> {
    iterator: DBRawIterator<'a>,
    is_back: bool,
    is_over: bool,
}

impl Iterator for Rows<'_> {
    type Item = io::Result<KvRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let Some((key, value)) = self.iterator.item() else {
            self.is_over = true;
            return self.iterator.status().err().map(|error| Err(io_error(error)));
        };
        let row = (Bytes::copy_from_slice(key), Bytes::copy_from_slice(value));
        self.step();
        Some(Ok(row))
    }
}

impl Rows<'_> {
    fn step(&mut self) {
        if self.is_back {
            self.iterator.prev();
        } else {
            self.iterator.next();
        }
    }
}

impl KvScan for Rows<'_> {
    /// A failure is told by the row after it.
    fn skip_prefix(&mut self, prefix: &[u8]) {
        for _ in 0..KV_STEPS_BEFORE_SEEK {
            if !self.iterator.key().is_some_and(|key| key.starts_with(prefix)) {
                return;
            }
            self.step();
        }
        if self.is_back {
            self.iterator.seek_for_prev(prefix);
            if self.iterator.key() == Some(prefix) {
                self.step();
            }
        } else if let Some(after) = successor(prefix) {
            self.iterator.seek(after);
        } else {
            self.is_over = true;
        }
    }
}

/// The lowest key above all that begin with `prefix`; `None` above all keys.
fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let kept = prefix.iter().rposition(|byte| *byte != 0xff)?;
    let mut after = prefix[..=kept].to_vec();
    after[kept] += 1;
    Some(after)
}
