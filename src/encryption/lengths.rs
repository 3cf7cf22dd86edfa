//! Where segments lie: a body's length says it all.

use std::ops::Range;

use crate::sealing_key::Layers;

/// Bytes of a body in one segment; the last one may have fewer, and never has none.
pub const SEGMENT_BYTES: u64 = 64 * 1024;

/// Bytes that each layer adds to a segment: its tag.
pub(crate) const TAG_BYTES: usize = 16;

/// Lengths of bodies with so many layers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SegmentLengths {
    overhead: u64,
}

impl SegmentLengths {
    /// Those of bodies in these layers.
    pub fn of(layers: Layers) -> Self {
        Self { overhead: layers.count() * TAG_BYTES as u64 }
    }

    /// Bytes that a segment has more than what it holds.
    pub fn overhead(self) -> u64 {
        self.overhead
    }

    /// Bytes of a whole segment.
    pub fn segment(self) -> u64 {
        SEGMENT_BYTES + self.overhead
    }

    /// Stored bytes of a body.
    pub fn sealed(self, plain: u64) -> u64 {
        plain + plain.div_ceil(SEGMENT_BYTES) * self.overhead
    }

    /// Bytes of a body that is stored in so many; `None` if none is.
    pub fn plain(self, sealed: u64) -> Option<u64> {
        let rest = sealed % self.segment();
        let is_whole = rest == 0 || rest > self.overhead;
        is_whole.then(|| sealed - sealed.div_ceil(self.segment()) * self.overhead)
    }

    /// The stored bytes of the segments that hold the bytes of a range, of a body stored in `sealed` bytes.
    pub fn covering(self, plain: Range<u64>, sealed: u64) -> Range<u64> {
        if plain.is_empty() {
            return 0..0;
        }
        let first = plain.start / SEGMENT_BYTES * self.segment();
        let end = plain.end.div_ceil(SEGMENT_BYTES) * self.segment();
        first.min(sealed)..end.min(sealed)
    }
}
