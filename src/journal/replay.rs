//! All records of some files, in the order they were appended.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use bytes::Bytes;

use crate::damage::Damage;
use crate::error::ReadError;
use crate::files::OpenFile;
use crate::limits::{REPLAY_WINDOW_BYTES, WALK_WINDOW_BYTES};
use crate::options::PayloadCheck;
use crate::position::{Place, Position};
use crate::read::{Found, Records};
use crate::walk::{FlushAt, Step, Walk};

/// How much of each record is read and verified.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReplayDepth {
    /// Frames and heads.
    Heads,
    /// Payloads too.
    Whole,
}

/// A record as the journal has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplayedRecord {
    /// Where it lies.
    pub place: Place,
    /// The owner's kind.
    pub kind: u16,
    /// Its head, verified.
    pub head: Bytes,
    /// Its payload, verified; `None` where only heads are read and it is not empty.
    pub payload: Option<Bytes>,
}

/// One step of a replay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Replayed {
    /// A record.
    Record(ReplayedRecord),
    /// A flush ended here: a later replay may begin at it.
    FlushEnd(Position),
    /// The file is sealed here: nothing was and nothing will be appended.
    FileEnd(Position),
    /// What could not be read. Where only a payload is damaged, the record's head comes before, without a payload.
    Damage(Damage),
}

/// Reads files one after the other. Holds nothing of the journal up; files may be released meanwhile, which shows as
/// damage or as an error of the read.
pub struct Replay {
    files: VecDeque<(Arc<OpenFile>, u64)>,
    depth: ReplayDepth,
    check: PayloadCheck,
    walk: Option<FileWalk>,
    /// Steps found but not yet handed out.
    ready: VecDeque<Replayed>,
}

struct FileWalk {
    file: Arc<OpenFile>,
    walk: Walk,
    flush: Option<(FlushAt, Records)>,
    /// As it was when the walk began.
    is_sealed: bool,
}

impl Replay {
    /// A replay of `files`, each from the offset of a flush (0: its first).
    pub(crate) fn new(files: VecDeque<(Arc<OpenFile>, u64)>, depth: ReplayDepth, check: PayloadCheck) -> Self {
        Self { files, depth, check, walk: None, ready: VecDeque::new() }
    }

    /// The next step; `None` at the end.
    ///
    /// # Cancel safety
    /// Not cancel-safe: a step may be lost.
    pub async fn next(&mut self) -> Result<Option<Replayed>, ReadError> {
        loop {
            if let Some(step) = self.ready.pop_front() {
                return Ok(Some(step));
            }
            if self.walk.is_none() && !self.open_next().await? {
                return Ok(None);
            }
            let Some(mut walk) = self.walk.take() else { continue };
            let at = Position { file: walk.file.id, offset: 0 };
            let goes_on = self.advance(&mut walk).await.map_err(|source| ReadError::Io { at, source })?;
            if goes_on {
                self.walk = Some(walk);
            }
        }
    }

    async fn open_next(&mut self) -> Result<bool, ReadError> {
        let Some((file, from)) = self.files.pop_front() else {
            return Ok(false);
        };
        let at = Position { file: file.id, offset: from };
        let durable_end = file.durable_end();
        let len = file.file.len().await.map_err(|source| ReadError::Io { at, source })?.min(durable_end);
        let step = match self.depth {
            ReplayDepth::Heads => WALK_WINDOW_BYTES,
            ReplayDepth::Whole => REPLAY_WINDOW_BYTES,
        };
        let walk = Walk::new(Arc::clone(&file), len, step).starting_at(from);
        self.walk = Some(FileWalk { file, walk, flush: None, is_sealed: durable_end == u64::MAX });
        Ok(true)
    }

    /// Goes one step; `false` at the end of the file.
    async fn advance(&mut self, walk: &mut FileWalk) -> io::Result<bool> {
        let Some((flush, mut records)) = walk.flush.take() else {
            return self.next_flush(walk).await;
        };
        match records.next(&walk.file, walk.walk.window()).await? {
            Some(Ok(found)) => {
                self.take_record(&found, walk).await?;
                walk.flush = Some((flush, records));
            }
            Some(Err(damage)) => {
                self.ready.push_back(Replayed::Damage(damage));
                walk.flush = Some((flush, records));
            }
            None => {
                let end = Position { file: walk.file.id, offset: flush.end() };
                self.ready.push_back(Replayed::FlushEnd(end));
            }
        }
        Ok(true)
    }

    async fn next_flush(&mut self, walk: &mut FileWalk) -> io::Result<bool> {
        let file = walk.file.id;
        match walk.walk.next().await? {
            Step::Flush(flush) => walk.flush = Some((flush, Records::of(flush))),
            Step::Damaged(range) => self.ready.push_back(Replayed::Damage(Damage::Flushes { file, range })),
            Step::Seal(seal) => {
                self.ready.push_back(Replayed::FileEnd(Position { file, offset: seal.offset }));
                return Ok(false);
            }
            Step::Unreadable(from) => {
                let end = walk.walk.window().len();
                // A file that is still written ends where it is durable; any other ends with a seal.
                if walk.is_sealed || from < end {
                    let range = from..end.max(from);
                    self.ready.push_back(Replayed::Damage(Damage::Flushes { file, range }));
                }
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn take_record(&mut self, found: &Found, walk: &mut FileWalk) -> io::Result<()> {
        let mut record =
            ReplayedRecord { place: found.place, kind: found.frame.kind, head: found.head.clone(), payload: None };
        let mut damage = None;
        if self.depth == ReplayDepth::Whole || found.place.payload_len == 0 {
            match found.payload(&walk.file, walk.walk.window(), &self.check).await? {
                Ok(payload) => record.payload = Some(payload),
                Err(found) => damage = Some(Replayed::Damage(found)),
            }
        }
        self.ready.push_back(Replayed::Record(record));
        self.ready.extend(damage);
        Ok(())
    }
}
