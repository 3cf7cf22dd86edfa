//! Cells of one window: which are wanted, which are there, and what can be computed from them.

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_erasure::{BlobLayout, CellSlice, StripeNumber, cell_digest, codec};
use cairn_storage::Cells;
use cairn_types::{BlobId, FragmentIndex};

/// Verified cells of a window, and the slices of them that are wanted.
pub(super) struct WindowCells {
    blob: BlobId,
    layout: BlobLayout,
    slices: Vec<CellSlice>,
    cells: BTreeMap<(StripeNumber, FragmentIndex), Bytes>,
}

/// Consecutive stripes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stripes {
    pub(super) first: u32,
    pub(super) count: u32,
}

impl Stripes {
    fn numbers(self) -> impl Iterator<Item = StripeNumber> {
        (self.first..self.first + self.count).map(StripeNumber)
    }
}

impl WindowCells {
    pub(super) fn new(blob: BlobId, layout: BlobLayout, range: std::ops::Range<u64>) -> Self {
        let slices = layout.slices(range).collect();
        Self { blob, layout, slices, cells: BTreeMap::new() }
    }

    /// For each fragment that has wanted cells, the stripes from the first to the last of them.
    pub(super) fn wanted(&self) -> BTreeMap<FragmentIndex, Stripes> {
        let mut wanted: BTreeMap<FragmentIndex, (u32, u32)> = BTreeMap::new();
        for slice in &self.slices {
            let stripe = slice.stripe.0;
            let (first, last) = wanted.entry(slice.index).or_insert((stripe, stripe));
            *first = stripe.min(*first);
            *last = stripe.max(*last);
        }
        wanted.into_iter().map(|(index, (first, last))| (index, Stripes { first, count: last - first + 1 })).collect()
    }

    /// All stripes of the window.
    pub(super) fn stripes(&self) -> Stripes {
        let first = self.slices.first().map_or(0, |slice| slice.stripe.0);
        let last = self.slices.last().map_or(first, |slice| slice.stripe.0);
        Stripes { first, count: last - first + 1 }
    }

    /// Takes the good ones of the cells that a disk sent. Whether all were good.
    pub(super) fn take(&mut self, index: FragmentIndex, stripes: Stripes, sent: &Cells) -> bool {
        let mut all_good = true;
        let mut start = 0;
        for (place, stripe) in stripes.numbers().enumerate() {
            let end = start + self.layout.cell_len(stripe);
            let in_bounds = start < end && end <= sent.payload.len();
            let cell = if in_bounds { sent.payload.slice(start..end) } else { Bytes::new() };
            let claimed = sent.digests.get(place).copied();
            let is_good = in_bounds && claimed == Some(cell_digest(self.blob, stripe, index, &cell));
            if is_good {
                self.cells.insert((stripe, index), cell);
            }
            all_good &= is_good;
            start = end;
        }
        all_good
    }

    /// Whether all wanted cells are there.
    pub(super) fn is_complete(&self) -> bool {
        self.slices.iter().all(|slice| self.cells.contains_key(&(slice.stripe, slice.index)))
    }

    /// Whether all cells of a fragment in the window are there.
    pub(super) fn has_all_of(&self, index: FragmentIndex) -> bool {
        self.stripes().numbers().all(|stripe| self.cells.contains_key(&(stripe, index)))
    }

    /// Computes wanted cells that are not there, where there are enough others of their stripes. Whether all wanted
    /// cells are there now.
    pub(super) fn reconstruct(&mut self) -> bool {
        let mut lost: BTreeMap<StripeNumber, Vec<FragmentIndex>> = BTreeMap::new();
        for slice in &self.slices {
            let of_stripe = lost.entry(slice.stripe).or_default();
            if !self.cells.contains_key(&(slice.stripe, slice.index)) && !of_stripe.contains(&slice.index) {
                of_stripe.push(slice.index);
            }
        }
        lost.retain(|_, indexes| !indexes.is_empty());
        lost.into_iter().fold(true, |all, (stripe, indexes)| self.compute(stripe, &indexes) && all)
    }

    fn compute(&mut self, stripe: StripeNumber, lost: &[FragmentIndex]) -> bool {
        let len = self.layout.cell_len(stripe);
        let mut computed: Vec<(FragmentIndex, Vec<u8>)> = lost.iter().map(|index| (*index, vec![0; len])).collect();
        let have: Vec<(FragmentIndex, &[u8])> = self.of_stripe(stripe).collect();
        let mut want: Vec<(FragmentIndex, &mut [u8])> =
            computed.iter_mut().map(|(index, cell)| (*index, cell.as_mut_slice())).collect();
        if codec(self.layout.geometry()).reconstruct(&have, &mut want).is_err() {
            return false;
        }
        self.cells.extend(computed.into_iter().map(|(index, cell)| ((stripe, index), Bytes::from(cell))));
        true
    }

    fn of_stripe(&self, stripe: StripeNumber) -> impl Iterator<Item = (FragmentIndex, &[u8])> {
        let indexes = self.layout.geometry().indexes();
        indexes.filter_map(move |index| Some((index, &self.cells.get(&(stripe, index))?[..])))
    }

    /// The most good cells that every stripe has.
    pub(super) fn good(&self) -> u8 {
        let counts = self.stripes().numbers().map(|stripe| self.of_stripe(stripe).count() as u8);
        counts.min().unwrap_or_default()
    }

    /// The wanted bytes, in order. Call when complete.
    pub(super) fn pieces(&self) -> Option<Vec<Bytes>> {
        let piece = |slice: &CellSlice| Some(self.cells.get(&(slice.stripe, slice.index))?.slice(slice.range.clone()));
        self.slices.iter().map(piece).collect()
    }
}
