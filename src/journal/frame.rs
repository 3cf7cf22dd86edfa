//! The frame of a record: what stands before its head.

use cairn_runtime::disk::SECTOR_BYTES;
use cairn_types::Digest128;

use crate::bytes_at::{put, u16_at, u32_at, wide_at};
use crate::limits::{HEAD_BYTES_MAX, PAYLOAD_BYTES_MAX};
use crate::position::{Place, Position};
use crate::seed::seed_at;

const MAGIC: [u8; 4] = *b"CREC";
const VERSION: u8 = 1;
const ALIGNED: u8 = 1;
const COVERED: u8 = 2;
const DIGEST_AT: usize = 32;

/// Bytes of a frame; the head follows.
pub(crate) const FRAME_BYTES: u64 = 48;

/// Frames start at multiples of this within a file.
const FRAME_ALIGN: u64 = 8;

/// Where the next frame starts when the record before it ends at `end`.
pub(crate) const fn next_frame(end: u64) -> u64 {
    end.next_multiple_of(FRAME_ALIGN)
}

/// A frame; its digest covers it and the head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Frame {
    pub(crate) kind: u16,
    pub(crate) head_len: u32,
    pub(crate) payload_len: u32,
    /// Whether the payload starts on a sector boundary.
    pub(crate) is_aligned: bool,
    /// Digest of the payload; `None` if the head covers it with digests of its own.
    pub(crate) payload_digest: Option<Digest128>,
}

impl Frame {
    /// Where the payload starts, for a frame at `offset`.
    pub(crate) const fn payload_offset(&self, offset: u64) -> u64 {
        let head_end = offset + FRAME_BYTES + self.head_len as u64;
        if self.is_aligned { head_end.next_multiple_of(SECTOR_BYTES) } else { head_end }
    }

    /// Place of the record whose frame is at `position`, in the flush at `flush_offset`.
    pub(crate) const fn place(&self, position: Position, flush_offset: u64) -> Place {
        let offset = position.offset;
        Place {
            position,
            flush_offset,
            head_len: self.head_len,
            payload_offset: self.payload_offset(offset),
            payload_len: self.payload_len,
        }
    }

    /// Seed of the journal's own digest of the payload: that of its first byte's offset.
    pub(crate) const fn payload_seed(&self, salt: u64, offset: u64) -> u64 {
        seed_at(salt, self.payload_offset(offset))
    }

    /// The frame at `offset` of the file with `salt`, in front of `head`.
    pub(crate) fn encode(&self, salt: u64, offset: u64, head: &[u8]) -> [u8; FRAME_BYTES as usize] {
        let mut bytes = [0; FRAME_BYTES as usize];
        let aligned = if self.is_aligned { ALIGNED } else { 0 };
        let covered = if self.payload_digest.is_none() { COVERED } else { 0 };
        put(&mut bytes, 0, &MAGIC);
        put(&mut bytes, 4, &[VERSION, aligned | covered]);
        put(&mut bytes, 6, &self.kind.to_le_bytes());
        put(&mut bytes, 8, &self.head_len.to_le_bytes());
        put(&mut bytes, 12, &self.payload_len.to_le_bytes());
        put(&mut bytes, 16, &self.payload_digest.unwrap_or_default().to_be_bytes());
        let digest = head_digest(salt, offset, &bytes[..DIGEST_AT], head);
        put(&mut bytes, DIGEST_AT, &digest.to_be_bytes());
        bytes
    }

    /// The fields, not yet verified but bounded; `None` if they cannot be a frame's.
    pub(crate) fn decode_fields(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < FRAME_BYTES as usize || bytes[..4] != MAGIC || bytes[4] != VERSION {
            return None;
        }
        let flags = bytes[5];
        let frame = Self {
            kind: u16_at(bytes, 6),
            head_len: u32_at(bytes, 8),
            payload_len: u32_at(bytes, 12),
            is_aligned: flags & ALIGNED != 0,
            payload_digest: (flags & COVERED == 0).then(|| Digest128::from_be_bytes(wide_at(bytes, 16))),
        };
        let is_bounded = frame.head_len as usize <= HEAD_BYTES_MAX && frame.payload_len as usize <= PAYLOAD_BYTES_MAX;
        is_bounded.then_some(frame)
    }

    /// Whether `bytes`, a frame and its head, are what was written at `offset` under `salt`.
    pub(crate) fn verifies(bytes: &[u8], salt: u64, offset: u64) -> bool {
        let (frame, head) = bytes.split_at(FRAME_BYTES as usize);
        head_digest(salt, offset, &frame[..DIGEST_AT], head).to_be_bytes() == wide_at(frame, DIGEST_AT)
    }
}

/// Digest over a frame's fields and the head: two digests chained by the seed, so that nothing is copied together.
fn head_digest(salt: u64, offset: u64, fields: &[u8], head: &[u8]) -> Digest128 {
    let fields = Digest128::of(seed_at(salt, offset), fields);
    let low = u64::from_be_bytes(fields.to_be_bytes()[8..].try_into().expect("half of 16 bytes"));
    let head = Digest128::of(low, head);
    Digest128(fields.0.rotate_left(64) ^ head.0)
}
