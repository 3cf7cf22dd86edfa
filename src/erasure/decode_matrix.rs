//! Inverts the `k` rows of the encoding matrix whose cells are at hand. On the stack: at most 2 KiB.

use cairn_types::FRAGMENTS_MAX;
use reed_solomon_erasure::galois_8::{div, mul};

const ROWS_MAX: usize = FRAGMENTS_MAX as usize;

/// One coefficient per cell.
pub(crate) type Row = [u8; ROWS_MAX];

/// Row `i` gives data cell `i` as a sum over the cells at hand.
pub(crate) struct DecodeMatrix {
    rows: [Row; ROWS_MAX],
    size: usize,
}

impl DecodeMatrix {
    /// Inverts the matrix whose row `i` gives the cell at hand number `i` as a sum over the data cells (Gauss–Jordan).
    pub(crate) fn invert(mut rows: [Row; ROWS_MAX], size: usize) -> Self {
        let mut inverse = [[0; ROWS_MAX]; ROWS_MAX];
        for (place, row) in inverse.iter_mut().enumerate().take(size) {
            row[place] = 1;
        }
        for column in 0..size {
            let pivot = (column..size).find(|row| rows[*row][column] != 0);
            // Every k rows of a systematic Vandermonde matrix are independent.
            let pivot = pivot.expect("any k rows of the encoding matrix can be inverted");
            rows.swap(column, pivot);
            inverse.swap(column, pivot);
            let head = rows[column][column];
            scale(&mut rows[column], head);
            scale(&mut inverse[column], head);
            for row in (0..size).filter(|row| *row != column) {
                let factor = rows[row][column];
                eliminate(&mut rows, row, column, factor);
                eliminate(&mut inverse, row, column, factor);
            }
        }
        Self { rows: inverse, size }
    }

    /// How data cell `index` is made of the cells at hand.
    pub(crate) fn data_row(&self, index: usize) -> Row {
        self.rows[index]
    }

    /// How a cell that is `encoding` of the data cells is made of the cells at hand.
    pub(crate) fn combine(&self, encoding: &Row) -> Row {
        let mut combined = [0; ROWS_MAX];
        for (row, factor) in self.rows.iter().zip(encoding).take(self.size) {
            for (sum, value) in combined.iter_mut().zip(row) {
                *sum ^= mul(*factor, *value);
            }
        }
        combined
    }
}

fn scale(row: &mut Row, divisor: u8) {
    if divisor != 1 {
        row.iter_mut().for_each(|value| *value = div(*value, divisor));
    }
}

fn eliminate(rows: &mut [Row; ROWS_MAX], row: usize, column: usize, factor: u8) {
    if factor != 0 {
        let subtrahend = rows[column];
        for (value, other) in rows[row].iter_mut().zip(subtrahend) {
            *value ^= mul(factor, other);
        }
    }
}
