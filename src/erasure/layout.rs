//! Where each byte of a blob lies in its fragments.

use std::ops::Range;

use cairn_types::{ErrorKind, FragmentIndex, Geometry, HasKind};

use crate::cell_slices::CellSlices;
use crate::limits::{BLOB_BYTES_MAX, CELL_BYTES};
use crate::stripe_number::StripeNumber;

/// Shape of one blob: everything about it but its bytes. Invariant: `1 <= blob_len <= BLOB_BYTES_MAX`.
///
/// The blob is cut into stripes of `k` × 64 KiB; within a stripe the bytes fill data cell 0, then 1, and so on. All
/// `k + m` cells of a stripe are equally long: 64 KiB, or ⌈rest/k⌉ in the last (or only) stripe, where zeros after the
/// blob's last byte fill up the data cells (fewer than `k` zeros in all). A fragment's payload is all cells of one
/// index, one after the other, so fragments of a blob are equally long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlobLayout {
    geometry: Geometry,
    blob_len: u64,
}

/// No blob has this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a blob of {blob_len} bytes: it must have between 1 and {BLOB_BYTES_MAX}")]
pub struct LayoutError {
    blob_len: u64,
}

impl HasKind for LayoutError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }
}

impl BlobLayout {
    /// Checks the invariant.
    pub const fn new(geometry: Geometry, blob_len: u64) -> Result<Self, LayoutError> {
        if blob_len == 0 || blob_len > BLOB_BYTES_MAX {
            return Err(LayoutError { blob_len });
        }
        Ok(Self { geometry, blob_len })
    }

    /// Bytes of the blob in a full stripe of `geometry`.
    pub const fn stripe_bytes_of(geometry: Geometry) -> u64 {
        geometry.data() as u64 * CELL_BYTES as u64
    }

    /// The geometry.
    pub const fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// Bytes of the blob.
    pub const fn blob_len(&self) -> u64 {
        self.blob_len
    }

    /// Bytes of the blob in a full stripe.
    pub const fn stripe_bytes(&self) -> u64 {
        Self::stripe_bytes_of(self.geometry)
    }

    /// How many stripes there are; 1 or more.
    pub const fn stripe_count(&self) -> u32 {
        self.blob_len.div_ceil(self.stripe_bytes()) as u32
    }

    /// The stripes in order.
    pub fn stripes(&self) -> impl DoubleEndedIterator<Item = StripeNumber> + ExactSizeIterator + use<> {
        (0..self.stripe_count()).map(StripeNumber)
    }

    /// Bytes of each cell of `stripe`, padding included; 0 beyond the blob's end.
    pub const fn cell_len(&self, stripe: StripeNumber) -> usize {
        let rest = self.blob_len.saturating_sub(stripe.0 as u64 * self.stripe_bytes());
        let cell = rest.div_ceil(self.geometry.data() as u64);
        if cell < CELL_BYTES as u64 { cell as usize } else { CELL_BYTES }
    }

    /// Where the cell of `stripe` lies in the payload of each fragment; empty beyond the blob's end.
    pub const fn cell_in_payload(&self, stripe: StripeNumber) -> Range<usize> {
        let start = if stripe.0 < self.stripe_count() { stripe.0 as usize * CELL_BYTES } else { self.payload_len() };
        start..start + self.cell_len(stripe)
    }

    /// Bytes of each fragment's payload: all cells of one index.
    pub const fn payload_len(&self) -> usize {
        let last = StripeNumber(self.stripe_count() - 1);
        last.0 as usize * CELL_BYTES + self.cell_len(last)
    }

    /// Where the bytes of the data cell at `index` of `stripe` lie in the blob, padding excluded; empty when the cell is
    /// parity, all padding, or beyond the blob's end.
    pub fn cell_in_blob(&self, stripe: StripeNumber, index: FragmentIndex) -> Range<u64> {
        if !self.geometry.is_data(index) {
            return 0..0;
        }
        let cell = self.cell_len(stripe) as u64;
        let start = u64::from(stripe.0) * self.stripe_bytes() + u64::from(index.get()) * cell;
        start.min(self.blob_len)..(start + cell).min(self.blob_len)
    }

    /// The data cells that hold `range` of the blob, in the order of the bytes. What lies beyond the blob's end is cut
    /// off.
    pub fn slices(&self, range: Range<u64>) -> CellSlices {
        CellSlices::new(*self, range)
    }
}
