//! Walking over the rows of a bucket in one table, common prefixes rolled up.
//!
//! # Invariants
//! C2: rows come in the order of their keys, none between two of them is left out but those of a common prefix that was
//! returned. The rows of a common prefix are stepped over a few at a time, then sought past: the cost follows what is
//! returned, not what the bucket holds.

use bytes::Bytes;
use cairn_types::BucketId;

use crate::keys::{ObjectRowKey, Table, successor};
use crate::limits::STEPS_BEFORE_SEEK;
use crate::state::{CatalogRead, ReadError, Rows, contradiction};

/// What comes next.
pub(super) enum Step {
    /// A row.
    Row(Bytes, Bytes),
    /// Keys that begin so.
    Prefix(Bytes),
    /// Nothing more.
    End,
}

/// A walk; see the module.
pub(super) struct Walk<'a, S> {
    state: &'a S,
    prefix_len: usize,
    delimiter: Bytes,
    /// Where the rows begin that are not returned yet.
    next: Bytes,
    end: Bytes,
    rows: Option<Rows<'a>>,
    /// A row that was read and not returned.
    pending: Option<(Bytes, Bytes)>,
    /// Rows read so far.
    pub(super) passed: usize,
}

impl<'a, S: CatalogRead> Walk<'a, S> {
    /// Walks from `next` to `end`; all keys between them begin with a prefix of `prefix_len` bytes.
    pub(super) fn new(state: &'a S, (next, end): (Bytes, Bytes), prefix_len: usize, delimiter: Bytes) -> Self {
        Self { state, prefix_len, delimiter, next, end, rows: None, pending: None, passed: 0 }
    }

    /// The next row or common prefix.
    pub(super) fn step(&mut self) -> Result<Step, ReadError> {
        let Some((raw, value)) = self.next_row()? else { return Ok(Step::End) };
        match self.common_prefix(&raw)? {
            None => Ok(Step::Row(raw, value)),
            Some(common) => {
                self.pass(&raw, &common)?;
                Ok(Step::Prefix(common))
            }
        }
    }

    fn next_row(&mut self) -> Result<Option<(Bytes, Bytes)>, ReadError> {
        if let Some(row) = self.pending.take() {
            return Ok(Some(row));
        }
        if self.next >= self.end {
            return Ok(None);
        }
        let (state, next, end) = (self.state, &self.next, &self.end);
        let rows = self.rows.get_or_insert_with(|| state.scan(&next[..]..&end[..]));
        let row = rows.next().transpose()?;
        self.passed += usize::from(row.is_some());
        Ok(row)
    }

    fn common_prefix(&self, raw: &Bytes) -> Result<Option<Bytes>, ReadError> {
        if self.delimiter.is_empty() {
            return Ok(None);
        }
        let parsed = ObjectRowKey::parse(raw).ok_or_else(|| contradiction(raw, "not the key of an object's row"))?;
        let rest = parsed.key.get(self.prefix_len..).unwrap_or_default();
        let found = rest.windows(self.delimiter.len()).position(|window| window == &self.delimiter[..]);
        Ok(found.map(|at| Bytes::copy_from_slice(&parsed.key[..self.prefix_len + at + self.delimiter.len()])))
    }

    /// Goes past every row whose key begins with `common`, of which `raw` is the first.
    fn pass(&mut self, raw: &Bytes, common: &Bytes) -> Result<(), ReadError> {
        let all = &raw[..9 + common.len()];
        for _ in 0..STEPS_BEFORE_SEEK {
            match self.next_row()? {
                None => return Ok(()),
                Some((key, _)) if key.starts_with(all) => {}
                row => {
                    self.pending = row;
                    return Ok(());
                }
            }
        }
        self.rows = None;
        // The table's byte is below 255, so there is a successor.
        self.next = successor(all).map_or_else(|| self.end.clone(), Bytes::from);
        Ok(())
    }
}

/// Where rows of keys at or after `key` begin.
pub(super) fn raw_place(table: Table, bucket: BucketId, key: &[u8]) -> Bytes {
    let mut raw = Vec::with_capacity(9 + key.len());
    raw.push(table.byte());
    raw.extend_from_slice(&bucket.to_be_bytes());
    raw.extend_from_slice(key);
    raw.into()
}
