//! Walking over the rows of a bucket in one table, common prefixes rolled up.
//!
//! # Invariants
//! C2: rows come in the order of their keys, none between two of them is left out but those of a common prefix that was
//! returned. The rows of a common prefix are sought past: the cost follows what is returned, not what the bucket holds.

use bytes::Bytes;
use cairn_types::BucketId;

use crate::keys::{ObjectRowKey, Table};
use crate::state::{CatalogRead, ReadError, Rows, contradiction};

/// Where the object's key begins in a row's key: after the table and the bucket.
const KEY_AT: usize = 9;

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
pub(super) struct Walk<'a> {
    prefix_len: usize,
    delimiter: Bytes,
    rows: Rows<'a>,
    /// Rows read so far.
    pub(super) passed: usize,
}

impl<'a> Walk<'a> {
    /// Walks from `next` to `end`; all keys between them begin with a prefix of `prefix_len` bytes.
    pub(super) fn new<S: CatalogRead>(
        state: &'a S,
        (from, end): (Bytes, Bytes),
        prefix_len: usize,
        delimiter: Bytes,
    ) -> Self {
        Self { prefix_len, delimiter, rows: state.scan(&from[..]..&end[..]), passed: 0 }
    }

    /// The next row or common prefix.
    pub(super) fn step(&mut self) -> Result<Step, ReadError> {
        let Some((raw, value)) = self.rows.next().transpose()? else { return Ok(Step::End) };
        self.passed += 1;
        match self.common_prefix(&raw)? {
            None => Ok(Step::Row(raw, value)),
            Some(common) => {
                self.rows.skip_prefix(&raw[..KEY_AT + common.len()]);
                Ok(Step::Prefix(common))
            }
        }
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
}

/// Where rows of keys at or after `key` begin.
pub(super) fn raw_place(table: Table, bucket: BucketId, key: &[u8]) -> Bytes {
    let mut raw = Vec::with_capacity(KEY_AT + key.len());
    raw.push(table.byte());
    raw.extend_from_slice(&bucket.to_be_bytes());
    raw.extend_from_slice(key);
    raw.into()
}
