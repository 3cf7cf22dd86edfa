//! Rows in memory.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;

use super::read::{CatalogRead, ReadError, Rows};
use super::write::Write;

/// Rows in a map: for tests of this crate and of those above it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct MemoryState {
    rows: BTreeMap<Bytes, Bytes>,
}

impl MemoryState {
    /// Applies changes in order.
    pub fn write(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Put(key, value) => {
                    self.rows.insert(key.clone(), value.clone());
                }
                Write::Delete(key) => {
                    self.rows.remove(key);
                }
                Write::DeleteRange(range) => {
                    self.rows.retain(|key, _| !range.contains(key));
                }
            }
        }
    }

    /// All rows in order.
    pub fn rows(&self) -> impl Iterator<Item = (&Bytes, &Bytes)> {
        self.rows.iter()
    }

    fn range<'a>(&'a self, range: Range<&[u8]>) -> impl DoubleEndedIterator<Item = (Bytes, Bytes)> + use<'a> {
        let (start, end) = (Bytes::copy_from_slice(range.start), Bytes::copy_from_slice(range.end));
        let end = end.max(start.clone());
        self.rows.range(start..end).map(|(key, value)| (key.clone(), value.clone()))
    }
}

impl CatalogRead for MemoryState {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        Ok(self.rows.get(key).cloned())
    }

    fn scan<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        Box::new(self.range(range).map(Ok).peekable())
    }

    fn scan_back<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        Box::new(self.range(range).rev().map(Ok).peekable())
    }
}
