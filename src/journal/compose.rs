//! Lays the records of a batch into one flush.

use bytes::{Bytes, BytesMut};
use cairn_runtime::disk::SECTOR_BYTES;
use cairn_types::{Digest128, DigestBuilder};

use crate::flush::{FLUSH_HEADER_BYTES, FlushHeader};
use crate::frame::{Frame, next_frame};
use crate::limits::ALIGNED_PAYLOAD_BYTES_MIN;
use crate::position::{FileId, Place, Position};
use crate::record::{Payload, Record};

/// Where a flush that starts at `start` has its first frame.
pub(crate) const fn first_frame(start: u64) -> u64 {
    start + FLUSH_HEADER_BYTES
}

/// Where a record ends if the one before it (or the header) ends at `end`.
pub(crate) fn end_after(end: u64, record: &Record) -> u64 {
    let frame = frame_of(record, None);
    frame.payload_offset(next_frame(end)) + u64::from(frame.payload_len)
}

fn frame_of(record: &Record, payload_digest: Option<Digest128>) -> Frame {
    let payload_len = record.payload.len();
    Frame {
        kind: record.kind,
        head_len: record.head.len() as u32,
        payload_len: payload_len as u32,
        is_aligned: payload_len >= ALIGNED_PAYLOAD_BYTES_MIN,
        payload_digest,
    }
}

/// A flush in the making. Small parts are copied together, whole sectors of large payloads are shared.
pub(crate) struct Composer {
    file: FileId,
    salt: u64,
    start: u64,
    end: u64,
    /// Bytes of the flush that are in `pieces`.
    pieces_len: u64,
    pieces: Vec<Bytes>,
    /// The header's place and all that comes before the first shared piece: its header is filled in last.
    first: Option<BytesMut>,
    staging: BytesMut,
    records: u32,
    /// Bytes of payloads that were copied.
    copied: u64,
}

impl Composer {
    /// A flush at `start` of `file`.
    pub(crate) fn new(file: FileId, salt: u64, start: u64) -> Self {
        let mut composer = Self {
            file,
            salt,
            start,
            end: first_frame(start),
            pieces_len: 0,
            pieces: Vec::new(),
            first: None,
            staging: BytesMut::with_capacity(SECTOR_BYTES as usize),
            records: 0,
            copied: 0,
        };
        composer.staging.resize(FLUSH_HEADER_BYTES as usize, 0);
        composer
    }

    /// Adds a record.
    pub(crate) fn push(&mut self, record: &Record) -> Place {
        self.end = next_frame(self.end);
        self.fill_to(self.end);
        let frame = self.sealed_frame(record);
        let place = frame.place(Position { file: self.file, offset: self.end }, self.start);
        self.staging.extend_from_slice(&frame.encode(self.salt, self.end, &record.head));
        self.staging.extend_from_slice(&record.head);
        self.fill_to(place.payload_offset);
        for piece in record.payload.pieces() {
            self.push_payload(piece, frame.is_aligned);
        }
        self.end = place.end();
        debug_assert_eq!(self.written(), self.end, "a record ends where its place says");
        self.records += 1;
        place
    }

    /// Bytes of payloads that were copied; the others are written from where they are.
    pub(crate) fn copied(&self) -> u64 {
        self.copied
    }

    /// The pieces to write and the header, which is in the first of them.
    pub(crate) fn finish(mut self, number: u64, synced: u64) -> (FlushHeader, Vec<Bytes>) {
        let end = self.end.next_multiple_of(SECTOR_BYTES);
        self.fill_to(end);
        let header = FlushHeader { number, len: end - self.start, synced, records: self.records, is_seal: false };
        self.cut_staging();
        let mut first = self.first.take().expect("the header's part was cut from the staging");
        first[..FLUSH_HEADER_BYTES as usize].copy_from_slice(&header.encode(self.salt, self.start));
        self.pieces.insert(0, first.freeze());
        (header, self.pieces)
    }

    /// The frame of a record that starts at `self.end`, with the digest of a plain payload.
    fn sealed_frame(&self, record: &Record) -> Frame {
        let Payload::Plain(pieces) = &record.payload else {
            let covered = matches!(record.payload, Payload::Covered(_));
            return frame_of(record, (!covered).then(Digest128::default));
        };
        let frame = frame_of(record, None);
        let mut digest = DigestBuilder::new(frame.payload_seed(self.salt, self.end));
        for piece in pieces {
            digest.update(piece);
        }
        Frame { payload_digest: Some(digest.finish()), ..frame }
    }

    fn push_payload(&mut self, piece: &Bytes, is_shared: bool) {
        let sector = SECTOR_BYTES as usize;
        let whole = piece.len() / sector * sector;
        if !is_shared || whole == 0 || !self.written().is_multiple_of(SECTOR_BYTES) {
            self.copy(piece);
            return;
        }
        self.cut_staging();
        self.pieces.push(piece.slice(..whole));
        self.pieces_len += whole as u64;
        self.copy(&piece[whole..]);
    }

    fn copy(&mut self, bytes: &[u8]) {
        self.staging.extend_from_slice(bytes);
        self.copied += bytes.len() as u64;
    }

    /// Offset in the file up to which bytes are laid out.
    fn written(&self) -> u64 {
        self.start + self.pieces_len + self.staging.len() as u64
    }

    fn fill_to(&mut self, offset: u64) {
        let missing = (offset - self.written()) as usize;
        self.staging.resize(self.staging.len() + missing, 0);
    }

    fn cut_staging(&mut self) {
        if self.staging.is_empty() {
            return;
        }
        self.pieces_len += self.staging.len() as u64;
        let part = std::mem::take(&mut self.staging);
        match self.first {
            None => self.first = Some(part),
            Some(_) => self.pieces.push(part.freeze()),
        }
    }
}
