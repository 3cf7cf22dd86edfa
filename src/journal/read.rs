//! Reads the records of a flush, and single records by their place.

use std::io;

use bytes::Bytes;
use cairn_runtime::disk::ReadMode;
use cairn_types::Digest128;

use crate::compose::first_frame;
use crate::damage::Damage;
use crate::error::ReadError;
use crate::files::OpenFile;
use crate::frame::{FRAME_BYTES, Frame, next_frame};
use crate::options::PayloadCheck;
use crate::position::{Place, Position};
use crate::walk::FlushAt;
use crate::window::Window;

/// Kind and head of a record, verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The owner's kind.
    pub kind: u16,
    /// The head.
    pub head: Bytes,
}

/// A record found in a flush: frame and head verified.
pub(crate) struct Found {
    pub(crate) place: Place,
    pub(crate) frame: Frame,
    pub(crate) head: Bytes,
}

/// The records of one flush, in order.
pub(crate) struct Records {
    flush: FlushAt,
    end: u64,
    left: u32,
}

impl Records {
    pub(crate) fn of(flush: FlushAt) -> Self {
        Self { flush, end: first_frame(flush.offset), left: flush.header.records }
    }

    /// The next record, `Ok(None)` after the last; after damage there is no next one, as its length is not known.
    pub(crate) async fn next(
        &mut self,
        file: &OpenFile,
        window: &mut Window,
    ) -> io::Result<Option<Result<Found, Damage>>> {
        if self.left == 0 {
            return Ok(None);
        }
        let offset = next_frame(self.end);
        match self.read(offset, file, window).await? {
            Some(found) => {
                self.left -= 1;
                self.end = found.place.end();
                Ok(Some(Ok(found)))
            }
            None => {
                self.left = 0;
                let position = Position { file: file.id, offset };
                Ok(Some(Err(Damage::Record { position, end: self.flush.end() })))
            }
        }
    }

    async fn read(&self, offset: u64, file: &OpenFile, window: &mut Window) -> io::Result<Option<Found>> {
        let flush_end = self.flush.end();
        if offset + FRAME_BYTES > flush_end {
            return Ok(None);
        }
        let fields = window.get(offset, FRAME_BYTES as usize).await?;
        let Some(frame) = fields.as_deref().and_then(Frame::decode_fields) else {
            return Ok(None);
        };
        let place = frame.place(Position { file: file.id, offset }, self.flush.offset);
        if place.end() > flush_end {
            return Ok(None);
        }
        let Some(bytes) = window.get(offset, FRAME_BYTES as usize + frame.head_len as usize).await? else {
            return Ok(None);
        };
        if !Frame::verifies(&bytes, file.salt, offset) {
            return Ok(None);
        }
        Ok(Some(Found { place, frame, head: bytes.slice(FRAME_BYTES as usize..) }))
    }
}

impl Found {
    /// Reads and verifies the payload.
    pub(crate) async fn payload(
        &self,
        file: &OpenFile,
        window: &mut Window,
        check: &PayloadCheck,
    ) -> io::Result<Result<Bytes, Damage>> {
        let damage = Damage::Payload(self.place.position);
        let payload = window.get(self.place.payload_offset, self.place.payload_len as usize).await?;
        let Some(payload) = payload else {
            return Ok(Err(damage));
        };
        let is_good = match self.frame.payload_digest {
            Some(digest) => plain_payload_is_good(&self.frame, digest, file.salt, self.place, &payload),
            None => check(self.frame.kind, &self.head, &payload),
        };
        Ok(if is_good { Ok(payload) } else { Err(damage) })
    }
}

/// Whether every record of `flush` is what was written.
pub(crate) async fn flush_is_good(
    flush: FlushAt,
    file: &OpenFile,
    window: &mut Window,
    check: &PayloadCheck,
) -> io::Result<bool> {
    let mut records = Records::of(flush);
    while let Some(found) = records.next(file, window).await? {
        let Ok(found) = found else {
            return Ok(false);
        };
        if found.payload(file, window, check).await?.is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn plain_payload_is_good(frame: &Frame, digest: Digest128, salt: u64, place: Place, payload: &[u8]) -> bool {
    payload.is_empty() || Digest128::of(frame.payload_seed(salt, place.position.offset), payload) == digest
}

/// Reads and verifies the head at `place`.
pub(crate) async fn read_head(file: &OpenFile, place: Place, mode: ReadMode) -> Result<Head, ReadError> {
    let len = FRAME_BYTES as usize + place.head_len as usize;
    let bytes = read_at(file, place.position.offset, len, place, mode).await?;
    parse_head(file, place, &bytes)
}

/// As [`read_head`] if memory has it.
pub(crate) fn try_read_head(file: &OpenFile, place: Place) -> Result<Option<Head>, ReadError> {
    let len = FRAME_BYTES as usize + place.head_len as usize;
    let read = file.file.try_read_at(place.position.offset, len);
    let bytes = read.map_err(|source| ReadError::Io { at: place.position, source })?;
    bytes.map(|bytes| parse_head(file, place, &bytes)).transpose()
}

/// Reads and verifies a whole record whose payload, if any, the journal digested.
pub(crate) async fn read_record(file: &OpenFile, place: Place, mode: ReadMode) -> Result<(Head, Bytes), ReadError> {
    let bytes = read_at(file, place.position.offset, place.len() as usize, place, mode).await?;
    let head_end = FRAME_BYTES as usize + place.head_len as usize;
    let head = parse_head(file, place, &bytes.slice(..head_end))?;
    let payload = bytes.slice((place.payload_offset - place.position.offset) as usize..);
    let frame = Frame::decode_fields(&bytes).ok_or(ReadError::Corrupt(place.position))?;
    let is_good = match frame.payload_digest {
        Some(digest) => plain_payload_is_good(&frame, digest, file.salt, place, &payload),
        None => payload.is_empty(),
    };
    if is_good { Ok((head, payload)) } else { Err(ReadError::Corrupt(place.position)) }
}

fn parse_head(file: &OpenFile, place: Place, bytes: &Bytes) -> Result<Head, ReadError> {
    let offset = place.position.offset;
    let frame = Frame::decode_fields(bytes)
        .filter(|frame| {
            frame.place(place.position, place.flush_offset) == place && Frame::verifies(bytes, file.salt, offset)
        })
        .ok_or(ReadError::Corrupt(place.position))?;
    Ok(Head { kind: frame.kind, head: bytes.slice(FRAME_BYTES as usize..) })
}

/// Reads bytes that belong to the record at `place`.
pub(crate) async fn read_at(
    file: &OpenFile,
    offset: u64,
    len: usize,
    place: Place,
    mode: ReadMode,
) -> Result<Bytes, ReadError> {
    match file.file.read_at(offset, len, mode).await {
        Ok(bytes) => Ok(bytes),
        // A file cut short does not have the record: that is damage, not a failing device.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(ReadError::Corrupt(place.position)),
        Err(source) => Err(ReadError::Io { at: place.position, source }),
    }
}
