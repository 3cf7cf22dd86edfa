//! Reads every byte and verifies it.

use std::sync::Arc;

use cairn_journal::{Damage, FileId, Position, Replay, ReplayDepth, Replayed};
use cairn_types::{BlobId, FragmentIndex, Label};

use crate::batch::Change;
use crate::error::GetError;
use crate::index::Index;
use crate::keys::FragmentKey;
use crate::recovery::change_of;
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
    /// Damage where it cannot be told whose it is: the group's set digests and reads show what is missing.
    Damage(Damage),
}

/// A scrub of one segment.
pub struct Scrub {
    replay: Replay,
    index: Arc<Index>,
    /// The record before, in case its payload turns out to be damaged.
    last: Option<Change>,
}

impl FragmentStore {
    /// Segments in the order of their ids, to be scrubbed one after the other.
    pub fn scrub_segments(&self) -> Vec<FileId> {
        self.journal.files()
    }

    /// Begins to scrub a segment.
    pub fn scrub(&self, segment: FileId) -> Result<Scrub, GetError> {
        let from = Position { file: segment, offset: 0 };
        let replay = self.journal.replay_file(from, ReplayDepth::Whole).map_err(GetError::Read)?;
        Ok(Scrub { replay, index: Arc::clone(&self.index), last: None })
    }
}

impl Scrub {
    /// The next step; `None` at the end of the segment.
    pub async fn next(&mut self) -> Result<Option<Scrubbed>, GetError> {
        while let Some(step) = self.replay.next().await.map_err(GetError::Read)? {
            match step {
                Replayed::Record(record) => {
                    let Some(change) = change_of(&record) else {
                        let position = record.place.position;
                        return Ok(Some(Scrubbed::Damage(Damage::Record { position, end: record.place.end() })));
                    };
                    self.last = Some(change);
                    if record.payload.is_some() {
                        return Ok(Some(Scrubbed::Good { bytes: record.place.len() }));
                    }
                }
                Replayed::Damage(Damage::Payload(position)) => return self.bad_payload(position).await.map(Some),
                Replayed::Damage(damage) => return Ok(Some(Scrubbed::Damage(damage))),
                Replayed::FlushEnd(_) | Replayed::FileEnd(_) => {}
            }
        }
        Ok(None)
    }

    async fn bad_payload(&mut self, position: Position) -> Result<Scrubbed, GetError> {
        let Some(Change::Fragment(place, lead)) = self.last.take() else {
            return Ok(Scrubbed::Damage(Damage::Payload(position)));
        };
        let key = FragmentKey { blob: lead.blob, index: lead.index };
        let row = self.index.fragment(key).await.map_err(GetError::Index)?;
        let counts = row.is_some_and(|row| row.place.place().position == position);
        match lead.fragment_index() {
            Some(index) if counts => Ok(Scrubbed::BadFragment { label: lead.label, blob: lead.blob, index }),
            _ => Ok(Scrubbed::Good { bytes: place.len() }),
        }
    }
}
