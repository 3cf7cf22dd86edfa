//! The arithmetic of a stripe behind one small trait, so that a faster kernel can take its place.

use cairn_types::{ErrorKind, FragmentIndex, Geometry, HasKind};

/// Computes parity, and cells from any `k` others, of one geometry.
///
/// Every implementation gives the same bytes: Reed–Solomon over GF(2⁸) with the polynomial 0x11D and the systematic
/// Vandermonde matrix of `docs/formats/erasure.md`. No call allocates.
pub trait Codec: Send + Sync {
    /// The geometry it was made for.
    fn geometry(&self) -> Geometry;

    /// Writes the parity cells of the stripe whose data cells are `data`.
    ///
    /// # Panics
    /// When there are not exactly `k` and `m` cells, all of one length that is not 0: the caller made the buffers.
    fn encode(&self, data: &[&[u8]], parity: &mut [&mut [u8]]);

    /// Computes the cells `want`, data or parity, from at least `k` *verified* cells `have` of the same stripe. The
    /// cells are used as they are: no copy. Cells above `k` are not looked at.
    fn reconstruct(
        &self,
        have: &[(FragmentIndex, &[u8])],
        want: &mut [(FragmentIndex, &mut [u8])],
    ) -> Result<(), ReconstructError>;
}

/// Why cells cannot be computed. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReconstructError {
    /// More cells of the stripe are lost than it has parity.
    #[error("{have} cells of a stripe that needs {needed}")]
    TooFewCells {
        /// Cells given.
        have: u8,
        /// `k`.
        needed: u8,
    },
    /// One index was given twice.
    #[error("cell {index} was given twice")]
    Duplicate {
        /// The index.
        index: FragmentIndex,
    },
    /// The index belongs to a wider geometry.
    #[error("there is no cell {index} in {geometry}")]
    NoSuchIndex {
        /// The index.
        index: FragmentIndex,
        /// The codec's geometry.
        geometry: Geometry,
    },
    /// Cells of one stripe are equally long, and not empty.
    #[error("cell {index} has {len} bytes where the stripe's cells have {expected}")]
    CellLength {
        /// The index.
        index: FragmentIndex,
        /// Its length.
        len: usize,
        /// Length of the first cell given.
        expected: usize,
    },
}

impl HasKind for ReconstructError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::TooFewCells { .. } => ErrorKind::Unavailable,
            Self::Duplicate { .. } | Self::NoSuchIndex { .. } => ErrorKind::Bug,
            Self::CellLength { .. } => ErrorKind::Corrupt,
        }
    }
}
