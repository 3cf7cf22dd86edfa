//! The codec that runs: reed-solomon-erasure's SIMD kernels, in place on the caller's slices.
//!
//! Encoding is the library's own. Decoding uses its kernels with a matrix of ours, because the library wants every cell
//! mutable and rebuilds all that is missing, while received cells are shared bytes and a small range wants one cell.

use std::sync::OnceLock;

use cairn_types::{FRAGMENTS_MAX, FragmentIndex, Geometry};
use reed_solomon_erasure::galois_8::{ReedSolomon, mul_slice, mul_slice_xor};

use crate::codec::{Codec, ReconstructError};
use crate::decode_matrix::{DecodeMatrix, Row};

const INDEXES: usize = FRAGMENTS_MAX as usize;

/// The codec of `geometry`, made at its first use and kept: there are few geometries and a codec is some kilobytes.
pub fn codec(geometry: Geometry) -> &'static dyn Codec {
    type Cached = OnceLock<Box<ReedSolomonCodec>>;
    static CODECS: [[Cached; INDEXES]; INDEXES] = [const { [const { Cached::new() }; INDEXES] }; INDEXES];
    // Data is 1 or more and the sum at most FRAGMENTS_MAX, so both places are in range.
    let cached = &CODECS[usize::from(geometry.data()) - 1][usize::from(geometry.parity())];
    cached.get_or_init(|| Box::new(ReedSolomonCodec::new(geometry))).as_ref()
}

struct ReedSolomonCodec {
    geometry: Geometry,
    /// `None` where the code is trivial: no parity, or one data cell and copies of it.
    encoder: Option<ReedSolomon>,
    /// Row `j` gives parity cell `j` as a sum over the data cells.
    parity_rows: [Row; INDEXES],
}

impl ReedSolomonCodec {
    fn new(geometry: Geometry) -> Self {
        let (data, parity) = (usize::from(geometry.data()), usize::from(geometry.parity()));
        if parity == 0 || data == 1 {
            let mut copy = [0; INDEXES];
            copy[0] = 1;
            return Self { geometry, encoder: None, parity_rows: [copy; INDEXES] };
        }
        let encoder = ReedSolomon::new(data, parity).expect("a geometry has 1 to 32 cells, within the field's 256");
        let parity_rows = encoding_rows(&encoder, data, parity);
        Self { geometry, encoder: Some(encoder), parity_rows }
    }

    fn encoding_row(&self, index: FragmentIndex) -> Row {
        let raw = usize::from(index.get());
        if !self.geometry.is_data(index) {
            return self.parity_rows[raw - usize::from(self.geometry.data())];
        }
        let mut unit = [0; INDEXES];
        unit[raw] = 1;
        unit
    }

    /// The `k` cells to compute from: data first, since their rows cost nothing to invert.
    fn pick<'a>(&self, have: &[(FragmentIndex, &'a [u8])]) -> Sources<'a> {
        let mut picked = Sources { cells: [&[]; INDEXES], rows: [[0; INDEXES]; INDEXES], count: 0 };
        let of_kind = |data: bool| have.iter().filter(move |(index, _)| self.geometry.is_data(*index) == data);
        for (index, cell) in of_kind(true).chain(of_kind(false)).take(usize::from(self.geometry.data())) {
            picked.cells[picked.count] = cell;
            picked.rows[picked.count] = self.encoding_row(*index);
            picked.count += 1;
        }
        picked
    }

    fn check(
        &self,
        have: &[(FragmentIndex, &[u8])],
        want: &[(FragmentIndex, &mut [u8])],
    ) -> Result<(), ReconstructError> {
        let needed = self.geometry.data();
        if have.len() < usize::from(needed) {
            return Err(ReconstructError::TooFewCells { have: have.len() as u8, needed });
        }
        let expected = have[0].1.len().max(1);
        check_cells(self.geometry, expected, have.iter().map(|(index, cell)| (*index, cell.len())))?;
        check_cells(self.geometry, expected, want.iter().map(|(index, cell)| (*index, cell.len())))
    }
}

impl Codec for ReedSolomonCodec {
    fn geometry(&self) -> Geometry {
        self.geometry
    }

    fn encode(&self, data: &[&[u8]], parity: &mut [&mut [u8]]) {
        assert_eq!(data.len(), usize::from(self.geometry.data()), "a stripe has k data cells");
        assert_eq!(parity.len(), usize::from(self.geometry.parity()), "a stripe has m parity cells");
        match &self.encoder {
            None => parity.iter_mut().for_each(|copy| copy.copy_from_slice(data[0])),
            Some(encoder) => encoder.encode_sep(data, parity).expect("all cells of a stripe have one length, not 0"),
        }
    }

    fn reconstruct(
        &self,
        have: &[(FragmentIndex, &[u8])],
        want: &mut [(FragmentIndex, &mut [u8])],
    ) -> Result<(), ReconstructError> {
        self.check(have, want)?;
        let sources = self.pick(have);
        let matrix = DecodeMatrix::invert(sources.rows, sources.count);
        for (index, out) in want {
            let row = match self.geometry.is_data(*index) {
                true => matrix.data_row(usize::from(index.get())),
                false => matrix.combine(&self.encoding_row(*index)),
            };
            sources.sum(&row, out);
        }
        Ok(())
    }
}

/// Cells to compute from, and the row of the encoding matrix of each.
struct Sources<'a> {
    cells: [&'a [u8]; INDEXES],
    rows: [Row; INDEXES],
    count: usize,
}

impl Sources<'_> {
    fn sum(&self, factors: &Row, out: &mut [u8]) {
        let mut terms = self.cells.iter().zip(factors).take(self.count).filter(|(_, factor)| **factor != 0);
        match terms.next() {
            Some((cell, factor)) => mul_slice(*factor, cell, out),
            None => out.fill(0),
        }
        terms.for_each(|(cell, factor)| mul_slice_xor(*factor, cell, out));
    }
}

/// The library keeps its matrix to itself; encoding the identity matrix tells it.
fn encoding_rows(encoder: &ReedSolomon, data: usize, parity: usize) -> [Row; INDEXES] {
    let mut identity = [[0u8; INDEXES]; INDEXES];
    for (place, row) in identity.iter_mut().enumerate().take(data) {
        row[place] = 1;
    }
    let cells: Vec<&[u8]> = identity.iter().take(data).map(|row| &row[..data]).collect();
    let mut rows = [[0; INDEXES]; INDEXES];
    let mut outs: Vec<&mut [u8]> = rows.iter_mut().take(parity).map(|row| &mut row[..data]).collect();
    encoder.encode_sep(&cells, &mut outs).expect("k cells of k bytes");
    rows
}

fn check_cells(
    geometry: Geometry,
    expected: usize,
    cells: impl Iterator<Item = (FragmentIndex, usize)>,
) -> Result<(), ReconstructError> {
    let mut seen = 0u32;
    for (index, len) in cells {
        if index.get() >= geometry.fragments() {
            return Err(ReconstructError::NoSuchIndex { index, geometry });
        }
        if seen & 1 << index.get() != 0 {
            return Err(ReconstructError::Duplicate { index });
        }
        if len != expected {
            return Err(ReconstructError::CellLength { index, len, expected });
        }
        seen |= 1 << index.get();
    }
    Ok(())
}
