//! Walks the flush headers of one file.
//!
//! # Invariants
//! S6: an unreadable header is taken for the end of the file only if no later one is readable. A later one proves that
//! the unreadable flush was synced, since a flush is written only after the sync of the one before it. The search looks
//! at sector starts alone and takes nothing for a header that has not its digest under the file's salt and its own
//! offset; payloads are never interpreted.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use cairn_runtime::disk::SECTOR_BYTES;

use crate::files::OpenFile;
use crate::flush::{FLUSH_HEADER_BYTES, FlushHeader};
use crate::limits::REPLAY_WINDOW_BYTES;
use crate::window::Window;

/// A flush and where it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FlushAt {
    pub(crate) offset: u64,
    pub(crate) header: FlushHeader,
}

impl FlushAt {
    pub(crate) const fn end(&self) -> u64 {
        self.offset + self.header.len
    }
}

/// What comes next in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// A flush with a good header.
    Flush(FlushAt),
    /// The file ends here as it should.
    Seal(FlushAt),
    /// Bytes that cannot be told, before a good header.
    Damaged(Range<u64>),
    /// From here on nothing is readable (or nothing is there).
    Unreadable(u64),
}

/// A walk; flushes are numbered without gaps.
pub(crate) struct Walk {
    file: Arc<OpenFile>,
    window: Window,
    at: u64,
    /// Number that the flush at `at` must have; `None` where the walk did not begin at the file's first flush.
    number: Option<u64>,
}

impl Walk {
    /// A walk from the first flush of `file`, whose first `len` bytes count.
    pub(crate) fn new(file: Arc<OpenFile>, len: u64, step: usize) -> Self {
        let window = Window::new(Arc::clone(&file.file), len, step);
        Self { file, window, at: SECTOR_BYTES, number: Some(1) }
    }

    /// A walk from a flush that is known to begin at `at`.
    pub(crate) fn starting_at(mut self, at: u64) -> Self {
        if at > SECTOR_BYTES {
            self.at = at;
            self.number = None;
        }
        self
    }

    /// The window, to look into the flush last returned.
    pub(crate) fn window(&mut self) -> &mut Window {
        &mut self.window
    }

    /// Number that a flush at the present place would have.
    pub(crate) fn next_number(&self) -> u64 {
        self.number.unwrap_or(1)
    }

    /// The next step; not called again after `Seal` or `Unreadable`.
    pub(crate) async fn next(&mut self) -> io::Result<Step> {
        if let Some(header) = self.header_at(self.at).await?
            && self.number.is_none_or(|number| number == header.number)
        {
            return Ok(self.pass(header));
        }
        let from = self.at;
        match self.search().await? {
            Some(found) => {
                self.at = found;
                self.number = None;
                Ok(Step::Damaged(from..found))
            }
            None => Ok(Step::Unreadable(from)),
        }
    }

    fn pass(&mut self, header: FlushHeader) -> Step {
        let flush = FlushAt { offset: self.at, header };
        self.at = flush.end();
        self.number = Some(header.number + 1);
        if header.is_seal { Step::Seal(flush) } else { Step::Flush(flush) }
    }

    async fn header_at(&mut self, offset: u64) -> io::Result<Option<FlushHeader>> {
        let Some(bytes) = self.window.get(offset, FLUSH_HEADER_BYTES as usize).await? else {
            return Ok(None);
        };
        let header = FlushHeader::decode(&bytes, self.file.salt, offset);
        Ok(header.filter(|header| header.len <= self.window.len() - offset))
    }

    /// Offset of the next readable header behind the present place.
    async fn search(&mut self) -> io::Result<Option<u64>> {
        let mut window = Window::new(Arc::clone(&self.file.file), self.window.len(), REPLAY_WINDOW_BYTES);
        let mut at = self.at + SECTOR_BYTES;
        while let Some(bytes) = window.get(at, FLUSH_HEADER_BYTES as usize).await? {
            let header = FlushHeader::decode(&bytes, self.file.salt, at);
            if header.is_some_and(|header| self.number.is_none_or(|number| header.number > number)) {
                return Ok(Some(at));
            }
            at += SECTOR_BYTES;
        }
        Ok(None)
    }
}
