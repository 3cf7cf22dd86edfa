//! Shape of a stripe.

use std::fmt;
use std::ops::{Index, IndexMut};

use crate::record::{Field, FieldError, Reader, Writer};

/// Largest number of fragments of a blob.
pub const FRAGMENTS_MAX: u8 = 32;

/// Shape of a stripe: `data` + `parity` cells. Invariant: `1 <= data`, `data + parity <= FRAGMENTS_MAX`.
///
/// `1+0` (one disk: digests only) is a valid geometry; `1+2` is three copies.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Geometry {
    data: u8,
    parity: u8,
}

/// `data` is 0 or `data + parity` is over [`FRAGMENTS_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no geometry of {data}+{parity}: data must be 1 or more, the sum {FRAGMENTS_MAX} or less")]
pub struct GeometryError {
    data: u8,
    parity: u8,
}

impl Geometry {
    /// Checks the invariant.
    pub const fn new(data: u8, parity: u8) -> Result<Self, GeometryError> {
        if data == 0 || data as u16 + parity as u16 > FRAGMENTS_MAX as u16 {
            return Err(GeometryError { data, parity });
        }
        Ok(Self { data, parity })
    }

    /// `k`.
    pub const fn data(self) -> u8 {
        self.data
    }

    /// `m`.
    pub const fn parity(self) -> u8 {
        self.parity
    }

    /// `k + m`.
    pub const fn fragments(self) -> u8 {
        self.data + self.parity
    }

    /// Fewest distinct failure domains that must hold a fragment before a blob may be published:
    /// `min(k+m, k + max(1, ceil(m/2)))`.
    pub const fn write_floor(self) -> u8 {
        let half = self.parity.div_ceil(2);
        let above = if half == 0 { 1 } else { half };
        let floor = self.data + above;
        if floor < self.fragments() { floor } else { self.fragments() }
    }

    /// All fragment indexes, data first.
    pub fn indexes(self) -> impl DoubleEndedIterator<Item = FragmentIndex> + ExactSizeIterator + use<> {
        (0..self.fragments()).map(FragmentIndex)
    }

    /// The index `raw`, if this geometry has it.
    pub fn index(self, raw: u8) -> Option<FragmentIndex> {
        (raw < self.fragments()).then_some(FragmentIndex(raw))
    }

    /// Whether `index` holds data (else parity).
    pub fn is_data(self, index: FragmentIndex) -> bool {
        index.0 < self.data
    }
}

impl Default for Geometry {
    fn default() -> Self {
        Self { data: 1, parity: 0 }
    }
}

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.data, self.parity)
    }
}

impl fmt::Debug for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Field for Geometry {
    fn is_absent(&self) -> bool {
        false
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        out.varint_field(tag, u64::from(self.data) << 8 | u64::from(self.parity));
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        let raw = u16::try_from(reader.varint()?).map_err(|_| FieldError::OutOfRange)?;
        let [data, parity] = raw.to_be_bytes();
        *self = Self::new(data, parity).map_err(|_| FieldError::OutOfRange)?;
        Ok(())
    }
}

/// A fragment's place in its stripe. Only [`Geometry`] makes one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FragmentIndex(u8);

impl FragmentIndex {
    /// The number, from 0.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for FragmentIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One `T` per fragment of a stripe: indexable by [`FragmentIndex`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerFragment<T>(Vec<T>);

impl<T> PerFragment<T> {
    /// Makes the value of every index of `geometry`.
    pub fn from_fn(geometry: Geometry, make: impl FnMut(FragmentIndex) -> T) -> Self {
        Self(geometry.indexes().map(make).collect())
    }

    /// Values in index order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FragmentIndex, &T)> {
        self.0.iter().enumerate().map(|(index, value)| (FragmentIndex(index as u8), value))
    }

    /// Values in index order, mutable.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (FragmentIndex, &mut T)> {
        self.0.iter_mut().enumerate().map(|(index, value)| (FragmentIndex(index as u8), value))
    }

    /// The plain slice, for kernels that want one.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.0
    }

    /// The plain slice, for kernels that want one.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// Values in index order, owned.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T> Index<FragmentIndex> for PerFragment<T> {
    type Output = T;

    fn index(&self, index: FragmentIndex) -> &T {
        &self.0[usize::from(index.0)]
    }
}

impl<T> IndexMut<FragmentIndex> for PerFragment<T> {
    fn index_mut(&mut self, index: FragmentIndex) -> &mut T {
        &mut self.0[usize::from(index.0)]
    }
}

#[cfg(test)]
mod tests {
    use super::Geometry;

    #[test]
    fn write_floor_follows_the_design_table() {
        for ((data, parity), floor) in
            [((1, 0), 1), ((1, 2), 2), ((2, 2), 3), ((4, 2), 5), ((8, 4), 10), ((1, 1), 2), ((4, 1), 5)]
        {
            assert_eq!(Geometry::new(data, parity).expect("valid").write_floor(), floor, "{data}+{parity}");
        }
    }

    #[test]
    fn a_geometry_without_data_or_with_too_many_fragments_is_refused() {
        assert!(Geometry::new(0, 2).is_err());
        assert!(Geometry::new(30, 3).is_err());
        assert!(Geometry::new(255, 255).is_err());
    }
}
