//! Rows of the index. It is derived: a row that does not decode means that the index is rebuilt.
#![allow(unreachable_pub, reason = "the record macro declares what it makes as pub")]

use cairn_journal::{FileId, Place, Position};
use cairn_types::record::{Record, record};
use cairn_types::{BlobId, Digest128, DiskId, Epoch, Geometry, GroupId, Label};

use crate::lead::{Bounds, Lead};

record! {
    /// Where a record lies.
    #[derive(Copy, Eq)]
    pub struct StoredPlace without unknown {
        /// The segment.
        1 => pub file: u64,
        /// Where its frame begins.
        2 => pub offset: u64,
        /// Where its flush begins.
        3 => pub flush_offset: u64,
        /// Bytes of its head.
        4 => pub head_len: u32,
        /// Where its payload begins.
        5 => pub payload_offset: u64,
        /// Bytes of its payload.
        6 => pub payload_len: u32,
    }
}

impl From<Place> for StoredPlace {
    fn from(place: Place) -> Self {
        Self {
            file: place.position.file.0,
            offset: place.position.offset,
            flush_offset: place.flush_offset,
            head_len: place.head_len,
            payload_offset: place.payload_offset,
            payload_len: place.payload_len,
        }
    }
}

impl StoredPlace {
    pub(crate) fn place(self) -> Place {
        Place {
            position: Position { file: FileId(self.file), offset: self.offset },
            flush_offset: self.flush_offset,
            head_len: self.head_len,
            payload_offset: self.payload_offset,
            payload_len: self.payload_len,
        }
    }
}

record! {
    /// A fragment that the disk has.
    pub struct FragmentRow {
        /// Number of its record.
        1 => pub sequence: u64,
        /// Its record.
        2 => pub place: StoredPlace,
        /// Where the run of its blob has its row.
        3 => pub label: Label,
        /// Shape of the stripes.
        4 => pub geometry: Geometry,
        /// Placement group.
        5 => pub group: GroupId,
        /// Epoch under which it was written.
        6 => pub epoch: Epoch,
        /// Bytes of its blob.
        7 => pub blob_bytes: u64,
        /// Digest over the digests of its cells: tells a repeated put from a different one.
        8 => pub content: Digest128,
        /// Other segments that may hold records of it.
        9 => pub older: Vec<u64>,
        /// Whether its record was found damaged: what is left of it is still served, and it does not count as there.
        10 => pub is_damaged: bool,
    }
}

impl FragmentRow {
    pub(crate) fn of(lead: &Lead, place: Place) -> Self {
        Self {
            sequence: lead.sequence,
            place: place.into(),
            label: lead.label.clone(),
            geometry: lead.geometry,
            group: lead.group,
            epoch: lead.epoch,
            blob_bytes: lead.blob_bytes,
            content: content_digest(lead.blob, &lead.digests),
            ..Self::default()
        }
    }

    pub(crate) fn file(&self) -> FileId {
        FileId(self.place.file)
    }
}

/// Digest over the digests of a fragment's cells.
pub(crate) fn content_digest(blob: BlobId, digests: &[u8]) -> Digest128 {
    Digest128::of(blob.digest_seed(), digests)
}

record! {
    /// A fragment that was deleted, while its tombstone is there.
    pub struct TombstoneRow {
        /// Number of the tombstone.
        1 => pub sequence: u64,
        /// The tombstone.
        2 => pub place: StoredPlace,
        /// Segments that may hold records of the fragment with lower numbers.
        3 => pub older: Vec<u64>,
    }
}

impl TombstoneRow {
    pub(crate) fn file(&self) -> FileId {
        FileId(self.place.file)
    }
}

record! {
    /// A segment.
    pub struct SegmentRow {
        /// Where the flush of the last indexed record begins.
        1 => pub indexed_flush: u64,
        /// Where the last indexed record ends.
        2 => pub indexed_end: u64,
        /// Whether all of it is indexed.
        3 => pub is_complete: bool,
        /// Whether it is being given back: it may be gone.
        4 => pub is_freeing: bool,
        /// Bytes of its records.
        5 => pub record_bytes: u64,
        /// Bytes of those that count.
        6 => pub live_bytes: u64,
        /// Payload bytes of fragments among them.
        7 => pub payload_bytes: u64,
        /// Highest number of its records.
        8 => pub sequence_max: u64,
        /// Whether damage was found in it.
        9 => pub is_damaged: bool,
    }
}

record! {
    /// What the disk has of a placement group.
    #[derive(Copy, Eq)]
    pub struct GroupRow without unknown {
        /// Fragments.
        1 => pub fragments: u64,
        /// Sum of the hashes of their blob ids.
        2 => pub set: Digest128,
    }
}

/// Hash of a blob id in a set digest. A disk holds one fragment of a blob at most, so the index is not part of it and the
/// disks of a group compare.
pub(crate) fn set_member(blob: BlobId) -> u128 {
    Digest128::of(0x6361_6972_6e20_7365, &blob.to_be_bytes()).0
}

record! {
    /// The bounds in force, and their record.
    pub struct BoundsRow {
        /// Their record; its length is 0 before there is one.
        1 => pub place: StoredPlace,
        /// The bounds.
        2 => pub bounds: Bounds,
    }
}

record! {
    /// How far the disk is scrubbed.
    #[derive(Copy, Eq)]
    pub struct ScrubRow without unknown {
        /// The segment that is being scrubbed, or 0 between rounds.
        1 => pub file: u64,
        /// The flush in it that is next.
        2 => pub offset: u64,
        /// Unix time in milliseconds at which the round began; between rounds, of the last one.
        3 => pub began_ms: u64,
        /// Unix time in milliseconds at which the last whole round ended; 0 before there was one.
        4 => pub ended_ms: u64,
        /// Bytes read in the round.
        5 => pub bytes: u64,
    }
}

record! {
    /// What the index is.
    pub struct MetaRow {
        /// Version of its rows.
        1 => pub version: u32,
        /// The disk.
        2 => pub disk: DiskId,
        /// Numbers up to this one were given to records of segments that are gone.
        3 => pub sequence_max: u64,
    }
}

/// Version of the rows; an index of another one is rebuilt.
pub(crate) const INDEX_VERSION: u32 = 1;

/// Adds `file` to a list of segments without repeating it.
pub(crate) fn add_file(files: &mut Vec<u64>, file: FileId) {
    if !files.contains(&file.0) {
        files.push(file.0);
    }
}

/// A row that does not decode is treated as an error of the engine.
pub(crate) fn decode<R: Record>(value: bytes::Bytes) -> std::io::Result<R> {
    R::decode(value).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))
}
