//! Rows of the engine as the catalog reads them.

use std::ops::Range;

use bytes::Bytes;
use cairn_catalog::state::{CatalogRead, ReadError, Rows, Write};
use cairn_runtime::kv::{CachedRead, Kv, KvRead, KvRow, KvWrite};

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
        Box::new(std::iter::once(Err(ReadError::NotCached)))
    }

    fn scan_back<'a>(&'a self, _: Range<&[u8]>) -> Rows<'a> {
        Box::new(std::iter::once(Err(ReadError::NotCached)))
    }
}

impl CatalogRead for Blocking<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        self.0.get(key).map_err(engine)
    }

    fn scan<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        Box::new(self.0.scan(range).map(row))
    }

    fn scan_back<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        Box::new(self.0.scan_back(range).map(row))
    }
}

fn row(row: std::io::Result<KvRow>) -> Result<KvRow, ReadError> {
    row.map_err(engine)
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
