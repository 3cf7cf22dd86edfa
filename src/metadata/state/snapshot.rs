//! The rows of a shard as a stream.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use cairn_runtime::kv::{self, KvRead, KvRow, Replace};
use cairn_types::DigestBuilder;

use super::shard_state::ShardState;
use crate::limits::SNAPSHOT_CHUNK_BYTES;

/// A snapshot of a shard.
pub(crate) enum ShardSnapshot {
    /// Of this node, to be sent.
    View(SnapshotReader),
    /// Of another node, received whole and verified, not yet visible.
    Received(Box<dyn Replace>),
}

/// Reads the rows of a view in pieces.
pub(crate) struct SnapshotReader {
    state: Arc<ShardState>,
    view: Arc<dyn KvRead>,
    /// What is left to read.
    rest: Vec<Range<Bytes>>,
}

impl SnapshotReader {
    /// A view of now.
    pub(crate) fn new(state: Arc<ShardState>) -> Self {
        let view = state.parts.kv.snapshot();
        let mut rest = state.ranges();
        rest.reverse();
        Self { state, view, rest }
    }

    /// The next rows, about [`SNAPSHOT_CHUNK_BYTES`] of them; none at the end.
    pub(crate) async fn next(&mut self) -> io::Result<Vec<KvRow>> {
        let (view, mut rest) = (Arc::clone(&self.view), std::mem::take(&mut self.rest));
        let work = move |_: &dyn KvRead| {
            let rows = read_some(view.as_ref(), &mut rest);
            (rows, rest)
        };
        let (rows, rest) = kv::read(self.state.parts.kv.as_ref(), work).await?;
        self.rest = rest;
        rows
    }

    /// Whether all rows were read.
    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }
}

/// Reads from the last range on, and takes off `rest` what was read.
fn read_some(view: &dyn KvRead, rest: &mut Vec<Range<Bytes>>) -> io::Result<Vec<KvRow>> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while let Some(range) = rest.pop() {
        for row in view.scan(&range.start..&range.end) {
            let (key, value) = row?;
            bytes += key.len() + value.len();
            rows.push((key, value));
            if bytes >= SNAPSHOT_CHUNK_BYTES {
                let mut after = rows.last().map(|(key, _)| key.to_vec()).unwrap_or_default();
                after.push(0);
                rest.push(Bytes::from(after)..range.end);
                return Ok(rows);
            }
        }
    }
    Ok(rows)
}

/// Adds rows to the digest of a snapshot.
pub(crate) fn rows_digest<'a>(digest: &mut DigestBuilder, rows: impl Iterator<Item = (&'a Bytes, &'a Bytes)>) {
    for (key, value) in rows {
        digest.update(&(key.len() as u64).to_be_bytes());
        digest.update(key);
        digest.update(&(value.len() as u64).to_be_bytes());
        digest.update(value);
    }
}
