//! A body on its way in.

use bytes::Bytes;

use crate::body_cipher::{BodyCipher, SegmentPlace};
use crate::lengths::SEGMENT_BYTES;

/// Seals a body piece by piece. It always holds back what may be the last segment.
pub struct Sealer {
    cipher: BodyCipher,
    number: u64,
    /// Plain bytes of the segment that is being filled, with room for its tags.
    segment: Vec<u8>,
}

impl Sealer {
    /// Begins a body.
    pub fn new(cipher: BodyCipher) -> Self {
        Self { cipher, number: 0, segment: Vec::new() }
    }

    /// The cipher.
    pub fn cipher(&self) -> &BodyCipher {
        &self.cipher
    }

    /// Takes the next bytes; segments that are full and have another one after them are added to `sealed`.
    pub fn push(&mut self, mut piece: &[u8], sealed: &mut impl Extend<Bytes>) {
        while !piece.is_empty() {
            if self.segment.len() as u64 == SEGMENT_BYTES {
                sealed.extend([self.take(false)]);
            }
            if self.segment.capacity() == 0 {
                self.segment.reserve_exact(self.cipher.lengths().segment() as usize);
            }
            let room = SEGMENT_BYTES as usize - self.segment.len();
            let (now, later) = piece.split_at(room.min(piece.len()));
            self.segment.extend_from_slice(now);
            piece = later;
        }
    }

    /// Ends the body: its last segment; `None` of an empty body.
    pub fn finish(&mut self) -> Option<Bytes> {
        (!self.segment.is_empty()).then(|| self.take(true))
    }

    fn take(&mut self, is_last: bool) -> Bytes {
        let mut segment = std::mem::take(&mut self.segment);
        self.cipher.seal(SegmentPlace { number: self.number, is_last }, &mut segment);
        self.number += 1;
        segment.into()
    }
}
