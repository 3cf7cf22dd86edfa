//! Reading rows.

use std::iter::Peekable;
use std::ops::Range;

use bytes::Bytes;
use cairn_types::{ErrorKind, HasKind};

use crate::rows::{Row, RowError};

/// Why rows could not be read. Nothing was decided; applying stops.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Only a read from disk can tell: run the same call again where blocking is allowed.
    #[error("the row is not in memory")]
    NotCached,
    /// The engine failed.
    #[error("the engine failed: {0}")]
    Engine(String),
    /// A row is not what was written.
    #[error("the row under {key:02x?} is broken")]
    Corrupt {
        /// Its key.
        key: Bytes,
        /// How.
        #[source]
        reason: RowError,
    },
    /// Two rows contradict each other.
    #[error("the row under {key:02x?} contradicts another: {what}")]
    Contradiction {
        /// The key of one of them.
        key: Bytes,
        /// What is wrong.
        what: &'static str,
    },
}

impl HasKind for ReadError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotCached | Self::Engine(_) => ErrorKind::Unavailable,
            Self::Corrupt { .. } | Self::Contradiction { .. } => ErrorKind::Corrupt,
        }
    }
}

/// A row's key and value, if it could be read.
type ScannedRow = Result<(Bytes, Bytes), ReadError>;

/// Rows of a scan, in its order.
pub trait RowScan: Iterator<Item = ScannedRow> {
    /// Leaves out the rows to come whose keys begin with `prefix`, of which the next row is the first or there are none.
    /// However many they are, an engine needs no more than a few steps and a seek.
    fn skip_prefix(&mut self, prefix: &[u8]);
}

impl<I: Iterator<Item = ScannedRow>> RowScan for Peekable<I> {
    fn skip_prefix(&mut self, prefix: &[u8]) {
        while self.next_if(|row| matches!(row, Ok((key, _)) if key.starts_with(prefix))).is_some() {}
    }
}

/// Rows of a scan.
pub type Rows<'a> = Box<dyn RowScan + 'a>;

/// A consistent view of the rows of a shard.
///
/// An implementation that must not block answers [`ReadError::NotCached`]; apply and queries pass it up at once, without
/// having decided anything.
pub trait CatalogRead {
    /// Value of `key`.
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, ReadError>;
    /// Rows with keys in `range`, ascending.
    fn scan<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a>;
    /// Rows with keys in `range`, descending.
    fn scan_back<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a>;
}

impl<S: CatalogRead + ?Sized> CatalogRead for &S {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        (**self).get(key)
    }

    fn scan<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        (**self).scan(range)
    }

    fn scan_back<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        (**self).scan_back(range)
    }
}

/// The row under `key`.
pub(crate) fn read_row<R: Row>(state: &(impl CatalogRead + ?Sized), key: &Bytes) -> Result<Option<R>, ReadError> {
    state.get(key)?.map(|value| decode_row(key, value)).transpose()
}

/// A value as a row.
pub(crate) fn decode_row<R: Row>(key: &Bytes, value: Bytes) -> Result<R, ReadError> {
    R::from_value(value).map_err(|reason| ReadError::Corrupt { key: key.clone(), reason })
}

/// The row under `key`, which another row says is there.
pub(crate) fn named_row<R: Row>(state: &(impl CatalogRead + ?Sized), key: &Bytes) -> Result<R, ReadError> {
    read_row(state, key)?
        .ok_or_else(|| ReadError::Contradiction { key: key.clone(), what: "a row names it; it is not there" })
}

/// A key or row that another one contradicts.
pub(crate) fn contradiction(key: &Bytes, what: &'static str) -> ReadError {
    ReadError::Contradiction { key: key.clone(), what }
}
