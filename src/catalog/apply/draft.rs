//! The changes of one command, as they come together.

use std::ops::Range;

use bytes::Bytes;
use cairn_types::{LogIndex, RequestNumber, SessionId, UnixMillis};

use crate::command::Command;
use crate::keys::{ShardContext, degraded_count_key, garbage_key};
use crate::rows::{DegradedCountRow, GarbageId, GarbageRow, Row, SessionRow};
use crate::state::{CatalogRead, ReadError, Write, contradiction, named_row, read_row};

/// A command under way: what it sees, who sent it, and what it changes. Reads see the state before the command.
pub(super) struct Draft<'a, S> {
    pub(super) state: &'a S,
    pub(super) shard: &'a ShardContext,
    pub(super) index: LogIndex,
    pub(super) now: UnixMillis,
    pub(super) session: SessionId,
    pub(super) number: RequestNumber,
    /// The session's row; default for session 0, which introduces no blobs.
    pub(super) session_row: SessionRow,
    writes: Vec<Write>,
    garbage_rows: u32,
    feed_rows: u32,
    degraded: Option<DegradedCountRow>,
}

impl<'a, S: CatalogRead> Draft<'a, S> {
    pub(super) fn new(state: &'a S, shard: &'a ShardContext, index: LogIndex, command: &Command) -> Self {
        Self {
            state,
            shard,
            index,
            now: command.proposed_at,
            session: command.session,
            number: command.number,
            session_row: SessionRow::default(),
            writes: Vec::with_capacity(12),
            garbage_rows: 0,
            feed_rows: 0,
            degraded: None,
        }
    }

    pub(super) fn get<R: Row>(&self, key: &Bytes) -> Result<Option<R>, ReadError> {
        read_row(self.state, key)
    }

    pub(super) fn named<R: Row>(&self, key: &Bytes) -> Result<R, ReadError> {
        named_row(self.state, key)
    }

    pub(super) fn put(&mut self, key: Bytes, row: &impl Row) {
        self.writes.push(Write::Put(key, row.to_value()));
    }

    pub(super) fn put_bytes(&mut self, key: Bytes, value: Bytes) {
        self.writes.push(Write::Put(key, value));
    }

    pub(super) fn delete(&mut self, key: Bytes) {
        self.writes.push(Write::Delete(key));
    }

    pub(super) fn delete_range(&mut self, range: Range<Bytes>) {
        self.writes.push(Write::DeleteRange(range));
    }

    /// The id that the next garbage row will have.
    pub(super) fn next_garbage(&self) -> GarbageId {
        GarbageId { index: self.index, ordinal: self.garbage_rows }
    }

    /// Puts a garbage row.
    pub(super) fn put_garbage(&mut self, row: &GarbageRow) -> GarbageId {
        let id = self.next_garbage();
        self.garbage_rows += 1;
        self.put(garbage_key(self.shard.shard, id), row);
        id
    }

    /// Number of the next feed row of this command.
    pub(super) fn next_feed_ordinal(&mut self) -> u32 {
        self.feed_rows += 1;
        self.feed_rows - 1
    }

    /// A blob misses `missing` fragments from now on.
    pub(super) fn count_degraded(&mut self, missing: u8) -> Result<(), ReadError> {
        if missing > 0 {
            *self.degraded_count()?.by_missing.entry(missing).or_default() += 1;
        }
        Ok(())
    }

    /// A blob that missed `missing` fragments does so no more, or is nobody's concern any more.
    pub(super) fn uncount_degraded(&mut self, missing: u8) -> Result<(), ReadError> {
        if missing == 0 {
            return Ok(());
        }
        let key = degraded_count_key(self.shard.shard);
        let counts = &mut self.degraded_count()?.by_missing;
        match counts.get_mut(&missing) {
            Some(1) => {
                counts.remove(&missing);
            }
            Some(count) if *count > 1 => *count -= 1,
            _ => return Err(contradiction(&key, "fewer degraded blobs are counted than there are")),
        }
        Ok(())
    }

    /// Drops all changes: the command is refused.
    pub(super) fn clear(&mut self) {
        self.writes.clear();
        self.degraded = None;
    }

    pub(super) fn into_writes(mut self) -> Vec<Write> {
        if let Some(count) = self.degraded.take() {
            self.put(degraded_count_key(self.shard.shard), &count);
        }
        self.writes
    }

    fn degraded_count(&mut self) -> Result<&mut DegradedCountRow, ReadError> {
        let count = match self.degraded.take() {
            Some(count) => count,
            None => self.get(&degraded_count_key(self.shard.shard))?.unwrap_or_default(),
        };
        Ok(self.degraded.insert(count))
    }
}
