//! From a range of a blob to ranges of its cells.

use std::ops::Range;

use cairn_types::FragmentIndex;

use crate::layout::BlobLayout;
use crate::stripe_number::StripeNumber;

/// A stretch of one data cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CellSlice {
    /// The cell's stripe.
    pub stripe: StripeNumber,
    /// The cell's index; always one of the data indexes.
    pub index: FragmentIndex,
    /// The bytes wanted of the cell; never empty, never padding.
    pub range: Range<usize>,
}

/// The stretches of cells that make up a range of a blob, in order. Made by [`BlobLayout::slices`].
#[derive(Clone, Debug)]
pub struct CellSlices {
    layout: BlobLayout,
    rest: Range<u64>,
}

impl CellSlices {
    pub(crate) fn new(layout: BlobLayout, range: Range<u64>) -> Self {
        Self { layout, rest: range.start..range.end.min(layout.blob_len()) }
    }
}

impl Iterator for CellSlices {
    type Item = CellSlice;

    fn next(&mut self) -> Option<CellSlice> {
        if self.rest.is_empty() {
            return None;
        }
        let stripe_bytes = self.layout.stripe_bytes();
        // A blob has at most STRIPES_MAX stripes, and the rest lies within the blob.
        let stripe = StripeNumber((self.rest.start / stripe_bytes) as u32);
        let cell = self.layout.cell_len(stripe) as u64;
        let within = self.rest.start % stripe_bytes;
        let raw = u8::try_from(within / cell).ok().and_then(|raw| self.layout.geometry().index(raw));
        let index = raw.expect("a byte of a stripe lies in one of its data cells");
        let start = within % cell;
        let len = (cell - start).min(self.rest.end - self.rest.start);
        self.rest.start += len;
        Some(CellSlice { stripe, index, range: start as usize..(start + len) as usize })
    }
}
