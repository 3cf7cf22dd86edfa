//! A body on its way out.

use bytes::Bytes;

use crate::body_cipher::{BodyCipher, SegmentPlace};

/// Stored bytes are not what was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an encrypted segment is not what was sealed")]
pub struct Damaged;

/// Opens consecutive segments of a body, whose stored bytes come in pieces of any size.
pub struct Opener {
    cipher: BodyCipher,
    /// Place in the stored body of the first byte that is in no segment yet.
    position: u64,
    /// Stored bytes of the body.
    length: u64,
    partial: Vec<u8>,
}

impl Opener {
    /// Begins at `position` of a body stored in `length` bytes.
    ///
    /// # Errors
    /// [`Damaged`] if no segment begins there, or no body has that length.
    pub fn new(cipher: BodyCipher, position: u64, length: u64) -> Result<Self, Damaged> {
        let is_begin = position.is_multiple_of(cipher.lengths().segment()) && position <= length;
        let has_length = cipher.lengths().plain(length).is_some();
        let opener = Self { cipher, position, length, partial: Vec::new() };
        if is_begin && has_length { Ok(opener) } else { Err(Damaged) }
    }

    /// Stored bytes that it has not taken yet, of the whole body.
    pub fn left(&self) -> u64 {
        self.length - self.position - self.partial.len() as u64
    }

    /// Takes stored bytes, of this body alone; plain bytes of whole segments are added to `plain`. After an error nothing
    /// more of the body is good.
    pub fn push(&mut self, mut piece: &[u8], plain: &mut impl Extend<Bytes>) -> Result<(), Damaged> {
        while !piece.is_empty() {
            let segment = self.segment_bytes();
            if self.partial.capacity() == 0 {
                self.partial.reserve_exact(segment);
            }
            let (now, later) = piece.split_at(piece.len().min(segment - self.partial.len()));
            if now.is_empty() {
                return Err(Damaged);
            }
            self.partial.extend_from_slice(now);
            piece = later;
            if self.partial.len() == segment {
                plain.extend([self.open()?]);
            }
        }
        Ok(())
    }

    /// Stored bytes of the segment at the position; none at the end.
    fn segment_bytes(&self) -> usize {
        self.cipher.lengths().segment().min(self.length - self.position) as usize
    }

    fn open(&mut self) -> Result<Bytes, Damaged> {
        let mut segment = std::mem::take(&mut self.partial);
        let number = self.position / self.cipher.lengths().segment();
        self.position += segment.len() as u64;
        let place = SegmentPlace { number, is_last: self.position == self.length };
        if self.cipher.open(place, &mut segment) { Ok(segment.into()) } else { Err(Damaged) }
    }
}
