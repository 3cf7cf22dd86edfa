//! The header of a flush.

use cairn_runtime::disk::SECTOR_BYTES;
use cairn_types::Digest128;

use crate::bytes_at::{put, u16_at, u32_at, u64_at, wide_at};
use crate::seed::seed_at;

const MAGIC: [u8; 4] = *b"CFLS";
const VERSION: u16 = 1;
const SEAL: u16 = 1;
const DIGEST_AT: usize = 48;

/// Bytes of a flush header; the first record follows.
pub(crate) const FLUSH_HEADER_BYTES: u64 = 64;

/// What one batch wrote: a header and its records, padded to whole sectors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FlushHeader {
    /// Number within the file, from 1, without gaps.
    pub(crate) number: u64,
    /// Bytes with header and padding; a multiple of the sector.
    pub(crate) len: u64,
    /// Number of the last flush of this file known synced when this one was written.
    pub(crate) synced: u64,
    /// Records in it.
    pub(crate) records: u32,
    /// Whether the file ends here: nothing was ever written behind.
    pub(crate) is_seal: bool,
}

impl FlushHeader {
    /// A seal: a flush without records that ends its file.
    pub(crate) fn seal(number: u64) -> Self {
        Self { number, len: SECTOR_BYTES, synced: number - 1, records: 0, is_seal: true }
    }

    /// The header of the flush at `offset` of the file with `salt`.
    pub(crate) fn encode(&self, salt: u64, offset: u64) -> [u8; FLUSH_HEADER_BYTES as usize] {
        let mut bytes = [0; FLUSH_HEADER_BYTES as usize];
        put(&mut bytes, 0, &MAGIC);
        put(&mut bytes, 4, &VERSION.to_le_bytes());
        put(&mut bytes, 6, &if self.is_seal { SEAL } else { 0 }.to_le_bytes());
        put(&mut bytes, 8, &self.number.to_le_bytes());
        put(&mut bytes, 16, &self.len.to_le_bytes());
        put(&mut bytes, 24, &self.synced.to_le_bytes());
        put(&mut bytes, 32, &self.records.to_le_bytes());
        let digest = Digest128::of(seed_at(salt, offset), &bytes[..DIGEST_AT]);
        put(&mut bytes, DIGEST_AT, &digest.to_be_bytes());
        bytes
    }

    /// `None` if the bytes are not a flush header written at this offset under this salt.
    pub(crate) fn decode(bytes: &[u8], salt: u64, offset: u64) -> Option<Self> {
        if bytes.len() < FLUSH_HEADER_BYTES as usize || bytes[..4] != MAGIC || u16_at(bytes, 4) != VERSION {
            return None;
        }
        let digest = Digest128::of(seed_at(salt, offset), &bytes[..DIGEST_AT]);
        if digest.to_be_bytes() != wide_at(bytes, DIGEST_AT) {
            return None;
        }
        let header = Self {
            number: u64_at(bytes, 8),
            len: u64_at(bytes, 16),
            synced: u64_at(bytes, 24),
            records: u32_at(bytes, 32),
            is_seal: u16_at(bytes, 6) & SEAL != 0,
        };
        let is_sound =
            header.len >= SECTOR_BYTES && header.len.is_multiple_of(SECTOR_BYTES) && header.number > header.synced;
        is_sound.then_some(header)
    }
}
