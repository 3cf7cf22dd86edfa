//! An encrypted body on its way out.

use bytes::{Buf, Bytes};
use cairn_encryption::{Opener, PartSalt, SealingKey};

use super::sealed_range::SealedRange;
use crate::error::ReadError;

/// Stored bytes of one part.
pub(super) struct Piece {
    pub(super) salt: Bytes,
    pub(super) bytes: Bytes,
}

/// Makes stored bytes of a range the bytes of the range.
pub(super) struct Opening {
    key: SealingKey,
    range: SealedRange,
    part: Option<Opener>,
}

impl Opening {
    pub(super) fn new(key: SealingKey, range: SealedRange) -> Self {
        Self { key, range, part: None }
    }

    /// Takes the next stored bytes: what can be decrypted now.
    pub(super) fn push(&mut self, piece: &Piece) -> Result<Vec<Bytes>, ReadError> {
        let mut opener = match self.part.take().filter(|part| part.left() > 0) {
            Some(opener) => opener,
            None => self.next_part(&piece.salt)?,
        };
        let mut plain = Vec::new();
        opener.push(&piece.bytes, &mut plain).map_err(ReadError::Sealed)?;
        self.part = Some(opener);
        Ok(plain.into_iter().map(|segment| self.wanted(segment)).collect())
    }

    fn next_part(&mut self, salt: &[u8]) -> Result<Opener, ReadError> {
        let part = self.range.parts.pop_front().ok_or(ReadError::Manifest)?;
        let salt = PartSalt::from_bytes(salt).ok_or(ReadError::Manifest)?;
        Opener::new(self.key.body(salt), part.from, part.length).map_err(ReadError::Sealed)
    }

    /// What of a segment is in the range.
    fn wanted(&mut self, mut segment: Bytes) -> Bytes {
        let skip = self.range.skip.min(segment.len() as u64);
        self.range.skip -= skip;
        segment.advance(skip as usize);
        let keep = self.range.length.min(segment.len() as u64);
        self.range.length -= keep;
        segment.truncate(keep as usize);
        segment
    }
}
