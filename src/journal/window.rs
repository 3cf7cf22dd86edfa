//! Reads a file forward in larger steps than it is looked at.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use cairn_runtime::disk::{File, ReadMode};

/// A stretch of a file in memory that moves with what is asked for.
pub(crate) struct Window {
    file: Arc<dyn File>,
    len: u64,
    step: usize,
    start: u64,
    bytes: Bytes,
}

impl Window {
    /// A window over the first `len` bytes of `file` that reads `step` bytes at once.
    pub(crate) fn new(file: Arc<dyn File>, len: u64, step: usize) -> Self {
        Self { file, len, step, start: 0, bytes: Bytes::new() }
    }

    /// Where the file ends.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// `len` bytes at `offset`; `None` if the file ends before.
    pub(crate) async fn get(&mut self, offset: u64, len: usize) -> io::Result<Option<Bytes>> {
        let Some(end) = offset.checked_add(len as u64).filter(|end| *end <= self.len) else {
            return Ok(None);
        };
        if offset < self.start || end > self.start + self.bytes.len() as u64 {
            let rest = usize::try_from(self.len - offset).unwrap_or(usize::MAX);
            let take = len.max(self.step).min(rest);
            self.bytes = self.file.read_at(offset, take, ReadMode::Direct).await?;
            self.start = offset;
        }
        let from = (offset - self.start) as usize;
        Ok(Some(self.bytes.slice(from..from + len)))
    }
}
