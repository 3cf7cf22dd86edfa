//! Reads every byte and verifies it.
//!
//! # Invariants
//! S6: damage is reported, also where it hides whose it is: the index knows which fragments should lie there, and each of
//! them is read by itself. A fragment is reported only if its damaged record is the one that counts.
//!
//! # Crash
//! How far a scrub came is a row of the index; what was lost of it is read again.

use std::collections::VecDeque;
use std::ops::Range;

use cairn_journal::{Damage, FileId, Position, ReadError, Replay, ReplayDepth, Replayed};
use cairn_runtime::kv::{self, KvRead};
use cairn_types::{BlobId, FragmentIndex, Label, UnixMillis};

use crate::batch::Change;
use crate::error::GetError;
use crate::keys::{self, FragmentKey};
use crate::limits::SCRUB_ROWS_PER_READ;
use crate::recovery::change_of;
use crate::rows::{FragmentRow, ScrubRow, decode};
use crate::store::FragmentStore;

/// One step of a scrub. The caller paces: each step has read and verified one record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scrubbed {
    /// A record is what was written (or does not count any more).
    Good {
        /// Bytes read for it.
        bytes: u64,
    },
    /// A fragment that the disk should have is damaged.
    BadFragment {
        /// Where the run of its blob has its row.
        label: Label,
        /// The blob.
        blob: BlobId,
        /// Its place in the stripes.
        index: FragmentIndex,
    },
    /// Damage where it does not say whose it is; the fragments that it hit follow.
    Damage(Damage),
}

/// How far a disk is scrubbed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ScrubProgress {
    /// Where to go on; `None` between rounds.
    pub next: Option<Position>,
    /// When the round began; between rounds, the last one. 0 before there was one.
    pub began: UnixMillis,
    /// When the last whole round ended; 0 before there was one.
    pub ended: UnixMillis,
    /// Bytes read in the round.
    pub bytes: u64,
}

/// A scrub of one segment.
pub struct Scrub<'a> {
    store: &'a FragmentStore,
    segment: FileId,
    replay: Replay,
    next: Position,
    /// The record before, in case its payload turns out to be damaged.
    last: Option<Change>,
    /// Found but not yet handed out.
    ready: VecDeque<Scrubbed>,
}

impl FragmentStore {
    /// Segments in the order of their ids, to be scrubbed one after the other.
    pub fn scrub_segments(&self) -> Vec<FileId> {
        self.journal.files()
    }

    /// Begins to scrub a segment from a flush on that [`Scrub::next_flush`] told, or from offset 0.
    pub fn scrub(&self, from: Position) -> Result<Scrub<'_>, GetError> {
        let replay = self.journal.replay_file(from, ReplayDepth::Whole).map_err(GetError::Read)?;
        Ok(Scrub { store: self, segment: from.file, replay, next: from, last: None, ready: VecDeque::new() })
    }

    /// How far the disk is scrubbed, restarts included.
    pub fn scrub_progress(&self) -> ScrubProgress {
        let row = self.index.tables(|tables| tables.scrub);
        let next = Position { file: FileId(row.file), offset: row.offset };
        ScrubProgress {
            next: (row.file != 0).then_some(next),
            began: UnixMillis(row.began_ms),
            ended: UnixMillis(row.ended_ms),
            bytes: row.bytes,
        }
    }

    /// Remembers how far the disk is scrubbed.
    pub async fn set_scrub_progress(&self, progress: ScrubProgress) -> Result<(), GetError> {
        let row = ScrubRow {
            file: progress.next.map_or(0, |next| next.file.0),
            offset: progress.next.map_or(0, |next| next.offset),
            began_ms: progress.began.0,
            ended_ms: progress.ended.0,
            bytes: progress.bytes,
        };
        self.applier.apply(vec![Change::Scrubbed(row)]).await.map_err(GetError::Mark)
    }

    /// Fragments whose records that count begin in `range` of a segment.
    async fn fragments_in(
        &self,
        segment: FileId,
        range: Range<u64>,
    ) -> Result<Vec<(FragmentKey, FragmentRow)>, GetError> {
        let mut found = Vec::new();
        let mut start = keys::table_start(keys::FRAGMENTS).to_vec();
        loop {
            let (from, range) = (start.clone(), range.clone());
            let page = kv::read(self.index.kv(), move |view| page_in(view, &from, segment, &range)).await;
            let page = page.and_then(|page| page).map_err(GetError::Index)?;
            found.extend(page.found);
            match page.next {
                Some(next) => start = next,
                None => return Ok(found),
            }
        }
    }
}

/// Some rows of the index, seen at once.
struct Page {
    found: Vec<(FragmentKey, FragmentRow)>,
    next: Option<Vec<u8>>,
}

fn page_in(view: &dyn KvRead, start: &[u8], segment: FileId, range: &Range<u64>) -> std::io::Result<Page> {
    let end = keys::table_end(keys::FRAGMENTS);
    let (mut found, mut last, mut seen) = (Vec::new(), None, 0);
    for row in view.scan(start..&end[..]).take(SCRUB_ROWS_PER_READ) {
        let (name, value) = row?;
        let row: FragmentRow = decode(value)?;
        let key = FragmentKey::of_row(&name).ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidData))?;
        if row.file() == segment && range.contains(&row.place.offset) {
            found.push((key, row));
        }
        seen += 1;
        last = Some(name);
    }
    // The first key behind the last one: all keys of the table are equally long.
    let next = last.filter(|_| seen == SCRUB_ROWS_PER_READ).map(|last| [&last[..], &[0]].concat());
    Ok(Page { found, next })
}

/// Where the records may begin that the damage hit.
fn range_of(damage: &Damage) -> Range<u64> {
    match damage {
        Damage::FileHeader(_) | Damage::Purpose(..) => 0..u64::MAX,
        Damage::Flushes { range, .. } => range.clone(),
        Damage::Record { position, end } => position.offset..*end,
        Damage::Payload(position) => position.offset..position.offset + 1,
    }
}

impl Scrub<'_> {
    /// The next step; `None` at the end of the segment, also when it was given back meanwhile.
    pub async fn next(&mut self) -> Result<Option<Scrubbed>, GetError> {
        loop {
            if let Some(found) = self.ready.pop_front() {
                return Ok(Some(found));
            }
            let step = match self.replay.next().await {
                // What a segment that was given back seems to hold is not its own.
                _ if !self.store.journal.has(self.segment) => return Ok(None),
                Ok(Some(step)) => step,
                Ok(None) => return Ok(None),
                Err(error) => return self.unreadable(error).await,
            };
            match step {
                Replayed::Record(record) => {
                    let Some(change) = change_of(&record) else {
                        let position = record.place.position;
                        self.damaged(Damage::Record { position, end: record.place.end() }).await?;
                        continue;
                    };
                    self.last = Some(change);
                    if record.payload.is_some() {
                        self.ready.push_back(Scrubbed::Good { bytes: record.place.len() });
                    }
                }
                Replayed::Damage(Damage::Payload(position)) => self.bad_payload(position).await?,
                Replayed::Damage(damage) => self.damaged(damage).await?,
                Replayed::FlushEnd(position) | Replayed::FileEnd(position) => self.next = position,
            }
        }
    }

    /// The flush after those that were read whole: a later scrub may begin there.
    pub fn next_flush(&self) -> Position {
        self.next
    }

    async fn bad_payload(&mut self, position: Position) -> Result<(), GetError> {
        let Some(Change::Fragment(place, lead)) = self.last.take() else {
            return self.damaged(Damage::Payload(position)).await;
        };
        let key = FragmentKey { blob: lead.blob, index: lead.index };
        let row = self.store.index.fragment(key).await.map_err(GetError::Index)?;
        match row.filter(|row| row.place.place().position == position) {
            Some(row) => self.bad_fragment(key, &row).await,
            None => {
                self.ready.push_back(Scrubbed::Good { bytes: place.len() });
                Ok(())
            }
        }
    }

    /// Reports damage, and those of the fragments that should lie there which cannot be read.
    async fn damaged(&mut self, damage: Damage) -> Result<(), GetError> {
        let range = range_of(&damage);
        self.ready.push_back(Scrubbed::Damage(damage));
        for (key, row) in self.store.fragments_in(self.segment, range).await? {
            if row.is_damaged || !self.store.is_good(key, &row).await? {
                self.bad_fragment(key, &row).await?;
            }
        }
        Ok(())
    }

    /// The device does not give the rest of the segment in order: its fragments are read one by one.
    async fn unreadable(&mut self, error: ReadError) -> Result<Option<Scrubbed>, GetError> {
        tracing::error!(disk = %self.store.index.disk(), segment = self.segment.0, %error, "a segment cannot be read to its end");
        let rest = self.next.offset..u64::MAX;
        for (key, row) in self.store.fragments_in(self.segment, rest).await? {
            if row.is_damaged || !matches!(self.store.is_good(key, &row).await, Ok(true)) {
                self.bad_fragment(key, &row).await?;
            }
        }
        Ok(self.ready.pop_front())
    }

    async fn bad_fragment(&mut self, key: FragmentKey, row: &FragmentRow) -> Result<(), GetError> {
        self.store.mark_damaged(key, row).await?;
        if let Some(index) = row.geometry.index(key.index) {
            self.ready.push_back(Scrubbed::BadFragment { label: row.label.clone(), blob: key.blob, index });
        }
        Ok(())
    }
}
