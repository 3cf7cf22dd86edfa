//! Turns the bytes of a blob into its fragments: each byte is copied once, to where its disk will read it.
//!
//! # Invariants
//! Parity and digests of a stripe are computed once, when it is full and still in the processor's cache.
//! # Limits
//! Memory is what the caller brings: one buffer per index. A caller that does not want to hold a whole blob brings
//! buffers of a few cells and continues with [`BlobEncoder::resume`] where the last stretch ended.

use std::ops::Range;

use cairn_types::{BlobId, Digest128, ErrorKind, FRAGMENTS_MAX, FragmentIndex, Geometry, HasKind, PerFragment};

use crate::cell_digest::cell_digest;
use crate::codec::Codec;
use crate::layout::{BlobLayout, LayoutError};
use crate::limits::CELL_BYTES;
use crate::reed_solomon::codec;
use crate::resplit::resplit;
use crate::stripe_number::StripeNumber;

/// Encodes a blob, or a stretch of whole stripes of one, into buffers of the caller.
///
/// The bytes lie in the buffers as [`BlobLayout`] says, from the first byte on. Full stripes lie there for good. The
/// cells of the blob's last stripe are shorter: where they lie is known from the start if the blob turns out
/// as long as `len_max`, so a caller that knows the length (a body with `Content-Length`) moves no byte; else the bytes
/// of that one stripe are moved once, in place.
pub struct BlobEncoder<B> {
    blob: BlobId,
    codec: &'static dyn Codec,
    first: StripeNumber,
    /// Layout if everything up to `len_max` comes; of this stretch alone.
    longest: BlobLayout,
    buffers: PerFragment<B>,
    digests: PerFragment<Vec<Digest128>>,
    /// Stripe of this stretch that is being filled, from 0.
    stripe: StripeNumber,
    /// Bytes taken of it.
    filled: usize,
}

/// A blob, or a stretch of one, with all its parity and digests.
pub struct EncodedBlob<B> {
    /// Layout of the blob up to and with this stretch; of the whole blob if this was its last.
    pub layout: BlobLayout,
    /// First stripe in the fragments.
    pub first_stripe: StripeNumber,
    /// One per index, equally long.
    pub fragments: PerFragment<EncodedFragment<B>>,
}

/// What one disk stores, or the next stretch of it.
pub struct EncodedFragment<B> {
    /// The caller's buffer; its first `payload_len` bytes are the cells, one after the other.
    pub buffer: B,
    /// Bytes of the cells.
    pub payload_len: usize,
    /// One digest per cell ([`cell_digest`]).
    pub digests: Vec<Digest128>,
}

/// An encoder cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncoderError {
    /// The blob would be empty or too long.
    #[error("lay out the blob")]
    Layout(#[from] LayoutError),
    /// A buffer cannot hold its fragment.
    #[error("the buffer of index {index} has {have} bytes where {needed} are needed")]
    BufferTooShort {
        /// The index.
        index: FragmentIndex,
        /// Bytes it has.
        have: usize,
        /// [`BlobEncoder::buffer_bytes`].
        needed: usize,
    },
}

impl HasKind for EncoderError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Layout(source) => source.kind(),
            Self::BufferTooShort { .. } => ErrorKind::Bug,
        }
    }
}

impl<B: AsMut<[u8]>> BlobEncoder<B> {
    /// Bytes that each buffer needs so that up to `len_max` bytes of a blob can be encoded. (A shorter blob never needs
    /// more: its cells are no longer.)
    pub fn buffer_bytes(geometry: Geometry, len_max: u64) -> Result<usize, LayoutError> {
        Ok(BlobLayout::new(geometry, len_max)?.payload_len())
    }

    /// An encoder of `blob` that takes up to `len_max` bytes; the exact length, where it is known.
    pub fn new(blob: BlobId, geometry: Geometry, len_max: u64, buffers: PerFragment<B>) -> Result<Self, EncoderError> {
        Self::resume(blob, geometry, StripeNumber(0), len_max, buffers)
    }

    /// An encoder of the next up to `len_max` bytes of `blob`, the first of which begin stripe `first`. Only the last
    /// stretch of a blob may end within a stripe.
    pub fn resume(
        blob: BlobId,
        geometry: Geometry,
        first: StripeNumber,
        len_max: u64,
        mut buffers: PerFragment<B>,
    ) -> Result<Self, EncoderError> {
        let longest = BlobLayout::new(geometry, len_max)?;
        BlobLayout::new(geometry, bytes_before(geometry, first).saturating_add(len_max))?;
        assert_eq!(buffers.iter().len(), usize::from(geometry.fragments()), "one buffer per index of the geometry");
        let needed = Self::buffer_bytes(geometry, len_max)?;
        for (index, buffer) in buffers.iter_mut() {
            let have = buffer.as_mut().len();
            if have < needed {
                return Err(EncoderError::BufferTooShort { index, have, needed });
            }
        }
        let digests = PerFragment::from_fn(geometry, |_| Vec::with_capacity(longest.stripe_count() as usize));
        let (codec, stripe) = (codec(geometry), StripeNumber(0));
        Ok(Self { blob, codec, first, longest, buffers, digests, stripe, filled: 0 })
    }

    /// Takes bytes from the front of `bytes` and returns how many: fewer than all only when `len_max` is reached.
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        // What fits is at most BLOB_BYTES_MAX, far within a usize.
        let taken = bytes.len().min(self.room() as usize);
        let mut bytes = &bytes[..taken];
        while !bytes.is_empty() {
            let stride = self.longest.cell_len(self.stripe);
            let (index, offset) = (self.filled / stride, self.filled % stride);
            let (head, rest) = bytes.split_at(bytes.len().min(stride - offset));
            let start = self.start() + offset;
            self.buffers.as_mut_slice()[index].as_mut()[start..start + head.len()].copy_from_slice(head);
            self.filled += head.len();
            bytes = rest;
            if self.filled as u64 == self.longest.stripe_bytes() {
                self.seal(CELL_BYTES);
            }
        }
        taken
    }

    /// Whether `len_max` is reached.
    pub fn is_full(&self) -> bool {
        self.room() == 0
    }

    /// Bytes taken so far.
    pub fn len(&self) -> u64 {
        u64::from(self.stripe.0) * self.longest.stripe_bytes() + self.filled as u64
    }

    /// Whether nothing was taken yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Encodes the last stripe. `None` when nothing was pushed: there is no empty blob.
    pub fn finish(mut self) -> Option<EncodedBlob<B>> {
        let geometry = self.longest.geometry();
        let stretch = BlobLayout::new(geometry, self.len()).ok()?;
        let whole = BlobLayout::new(geometry, bytes_before(geometry, self.first) + self.len());
        let layout = whole.expect("checked for the longest when the encoder was made");
        if self.filled > 0 {
            let (stride, cell) = (self.longest.cell_len(self.stripe), stretch.cell_len(self.stripe));
            let (start, data) = (self.start(), usize::from(geometry.data()));
            resplit(&mut self.buffers.as_mut_slice()[..data], start, self.filled, stride, cell);
            self.seal(cell);
        }
        let payload_len = stretch.payload_len();
        let mut parts = self.buffers.into_vec().into_iter().zip(self.digests.into_vec());
        let fragments = PerFragment::from_fn(geometry, |_| {
            let (buffer, digests) = parts.next().expect("one buffer and one list of digests per index");
            EncodedFragment { buffer, payload_len, digests }
        });
        Some(EncodedBlob { layout, first_stripe: self.first, fragments })
    }

    fn room(&self) -> u64 {
        self.longest.blob_len() - self.len()
    }

    /// Where the cells of the present stripe start in the buffers.
    fn start(&self) -> usize {
        self.stripe.0 as usize * CELL_BYTES
    }

    /// Computes parity and digests of the present stripe, whose data cells of `cell` bytes are complete.
    fn seal(&mut self, cell: usize) {
        let geometry = self.longest.geometry();
        let range = self.start()..self.start() + cell;
        let (data, parity) = self.buffers.as_mut_slice().split_at_mut(usize::from(geometry.data()));
        let mut data_cells = [&[][..]; FRAGMENTS_MAX as usize];
        let mut parity_cells: [&mut [u8]; FRAGMENTS_MAX as usize] = std::array::from_fn(|_| &mut [][..]);
        for (place, buffer) in data_cells.iter_mut().zip(data.iter_mut()) {
            *place = &buffer.as_mut()[range.clone()];
        }
        for (place, buffer) in parity_cells.iter_mut().zip(parity.iter_mut()) {
            *place = &mut buffer.as_mut()[range.clone()];
        }
        let counts = (usize::from(geometry.data()), usize::from(geometry.parity()));
        self.codec.encode(&data_cells[..counts.0], &mut parity_cells[..counts.1]);
        self.digest(range);
        self.stripe = self.stripe.next();
        self.filled = 0;
    }

    fn digest(&mut self, range: Range<usize>) {
        let stripe = StripeNumber(self.first.0 + self.stripe.0);
        for (index, buffer) in self.buffers.iter_mut() {
            let digest = cell_digest(self.blob, stripe, index, &buffer.as_mut()[range.clone()]);
            self.digests[index].push(digest);
        }
    }
}

fn bytes_before(geometry: Geometry, first: StripeNumber) -> u64 {
    u64::from(first.0) * BlobLayout::stripe_bytes_of(geometry)
}
