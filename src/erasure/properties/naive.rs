//! The encoder written down a second time, slowly: polynomial arithmetic bit by bit, one byte at a time.

use cairn_types::{Digest128, Geometry};

use crate::cell_digest::cell_digest;
use crate::limits::CELL_BYTES;
use crate::stripe_number::StripeNumber;

/// Payload and digests of each fragment.
pub(super) fn fragments(geometry: Geometry, body: &[u8]) -> Vec<(Vec<u8>, Vec<Digest128>)> {
    let (data, all) = (usize::from(geometry.data()), usize::from(geometry.fragments()));
    let matrix = encoding_matrix(data, all);
    let mut fragments = vec![(Vec::new(), Vec::new()); all];
    for (number, stripe) in body.chunks(data * CELL_BYTES).enumerate() {
        let cell = stripe.len().div_ceil(data);
        let byte = |index: usize, at: usize| stripe.get(index * cell + at).copied().unwrap_or(0);
        for (index, (payload, digests)) in geometry.indexes().zip(&mut fragments) {
            let row = &matrix[usize::from(index.get())];
            let value =
                |at| row.iter().enumerate().fold(0, |sum, (column, factor)| sum ^ mul(*factor, byte(column, at)));
            let bytes: Vec<u8> = (0..cell).map(value).collect();
            digests.push(cell_digest(super::blob(), StripeNumber(number as u32), index, &bytes));
            payload.extend(bytes);
        }
    }
    fragments
}

/// Vandermonde matrix (row r: r⁰, r¹, …) times the inverse of its top, so that the top becomes the identity.
fn encoding_matrix(data: usize, all: usize) -> Vec<Vec<u8>> {
    let vandermonde: Vec<Vec<u8>> =
        (0..all).map(|row| (0..data).map(|column| power(row as u8, column)).collect()).collect();
    let top = invert(vandermonde[..data].to_vec());
    let entry = |row: &[u8], column: usize| (0..data).fold(0, |sum, i| sum ^ mul(row[i], top[i][column]));
    vandermonde.iter().map(|row| (0..data).map(|column| entry(row, column)).collect()).collect()
}

fn invert(mut matrix: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let size = matrix.len();
    for (place, row) in matrix.iter_mut().enumerate() {
        row.extend((0..size).map(|column| u8::from(column == place)));
    }
    for column in 0..size {
        let pivot = (column..size).find(|row| matrix[*row][column] != 0).expect("can be inverted");
        matrix.swap(column, pivot);
        let inverse = power(matrix[column][column], 254);
        matrix[column].iter_mut().for_each(|value| *value = mul(*value, inverse));
        let head = matrix[column].clone();
        for row in (0..size).filter(|row| *row != column) {
            let factor = matrix[row][column];
            matrix[row].iter_mut().zip(&head).for_each(|(value, head)| *value ^= mul(factor, *head));
        }
    }
    matrix.into_iter().map(|row| row[size..].to_vec()).collect()
}

fn power(base: u8, exponent: usize) -> u8 {
    (0..exponent).fold(1, |product, _| mul(product, base))
}

/// Carry-less product modulo x⁸ + x⁴ + x³ + x² + 1 (0x11D).
fn mul(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b != 0 {
        if b & 1 != 0 {
            product ^= a;
        }
        a = (a << 1) ^ if a & 0x80 != 0 { 0x1d } else { 0 };
        b >>= 1;
    }
    product
}
