//! Rows of the engine as the catalog reads them.

use std::ops::Range;

use bytes::Bytes;
use cairn_catalog::state::{CatalogRead, ReadError, RowScan, Rows, Write};
use cairn_runtime::kv::{CachedRead, Kv, KvRead, KvRow, KvScan, KvWrite};

/// What memory can tell.
#[derive(Clone, Copy)]
pub(crate) struct Cached<'a>(pub(crate) &'a dyn Kv);

/// What the engine can tell; may block.
#[derive(Clone, Copy)]
pub(crate) struct Blocking<'a>(pub(crate) &'a dyn KvRead);

impl CatalogRead for Cached<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        match self.0.get_cached(key).map_err(engine)? {
            CachedRead::Found(value) => Ok(Some(value)),
            CachedRead::Missing => Ok(None),
            CachedRead::NotCached => Err(ReadError::NotCached),
        }
    }

    fn scan<'a>(&'a self, _: Range<&[u8]>) -> Rows<'a> {
        Box::new(std::iter::once(Err(ReadError::NotCached)).peekable())
    }

    fn scan_back<'a>(&'a self, _: Range<&[u8]>) -> Rows<'a> {
        Box::new(std::iter::once(Err(ReadError::NotCached)).peekable())
    }
}

impl CatalogRead for Blocking<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        self.0.get(key).map_err(engine)
    }

    fn scan<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        Box::new(Scanned(self.0.scan(range)))
    }

    fn scan_back<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        Box::new(Scanned(self.0.scan_back(range)))
    }
}

/// Rows of a scan of the engine.
struct Scanned<'a>(Box<dyn KvScan + 'a>);

impl Iterator for Scanned<'_> {
    type Item = Result<KvRow, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|row| row.map_err(engine))
    }
}

impl RowScan for Scanned<'_> {
    fn skip_prefix(&mut self, prefix: &[u8]) {
        self.0.skip_prefix(prefix);
    }
}

fn engine(error: std::io::Error) -> ReadError {
    ReadError::Engine(error.to_string())
}

/// A change as the engine takes it.
pub(crate) fn kv_write(write: Write) -> KvWrite {
    match write {
        Write::Put(key, value) => KvWrite::Put(key, value),
        Write::Delete(key) => KvWrite::Delete(key),
        Write::DeleteRange(range) => KvWrite::DeleteRange(range),
    }
}
