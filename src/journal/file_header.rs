//! The first sector of a file.

use bytes::Bytes;
use cairn_runtime::disk::SECTOR_BYTES;
use cairn_types::Digest128;

use crate::bytes_at::{put, u16_at, u64_at, wide_at};
use crate::position::FileId;
use crate::seed::seed_at;

/// Marks a file as ours.
const MAGIC: [u8; 8] = *b"CAIRNJNL";
const VERSION: u16 = 1;
const DIGEST_AT: usize = SECTOR_BYTES as usize - 16;

/// Who a file is, and the salt of all digests in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FileHeader {
    pub(crate) id: FileId,
    pub(crate) purpose: u16,
    pub(crate) salt: u64,
}

impl FileHeader {
    /// One sector.
    pub(crate) fn encode(&self) -> Bytes {
        let mut sector = vec![0; SECTOR_BYTES as usize];
        put(&mut sector, 0, &MAGIC);
        put(&mut sector, 8, &VERSION.to_le_bytes());
        put(&mut sector, 10, &self.purpose.to_le_bytes());
        put(&mut sector, 16, &self.id.0.to_le_bytes());
        put(&mut sector, 24, &self.salt.to_le_bytes());
        let digest = Digest128::of(seed_at(self.salt, 0), &sector[..DIGEST_AT]);
        put(&mut sector, DIGEST_AT, &digest.to_be_bytes());
        sector.into()
    }

    /// `None` if the sector is not a header that was written whole.
    pub(crate) fn decode(sector: &[u8]) -> Option<Self> {
        if sector.len() != SECTOR_BYTES as usize || sector[..8] != MAGIC || u16_at(sector, 8) != VERSION {
            return None;
        }
        let salt = u64_at(sector, 24);
        let digest = Digest128::of(seed_at(salt, 0), &sector[..DIGEST_AT]);
        (digest.to_be_bytes() == wide_at(sector, DIGEST_AT)).then(|| Self {
            id: FileId(u64_at(sector, 16)),
            purpose: u16_at(sector, 10),
            salt,
        })
    }
}
