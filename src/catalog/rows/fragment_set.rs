//! A set of fragment indexes.

use std::fmt;

use cairn_types::record::{Field, FieldError, Reader, Writer};
use cairn_types::{FRAGMENTS_MAX, FragmentIndex};

/// Indexes of one stripe, as one bit each: [`FRAGMENTS_MAX`] is 32.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FragmentSet(u32);

const _: () = assert!(FRAGMENTS_MAX as u32 <= u32::BITS);

impl FragmentSet {
    /// No index.
    pub const EMPTY: Self = Self(0);

    /// Adds an index.
    pub fn insert(&mut self, index: FragmentIndex) {
        self.0 |= 1 << index.get();
    }

    /// Takes an index out; whether it was in.
    pub fn remove(&mut self, index: FragmentIndex) -> bool {
        let was_in = self.contains(index);
        self.0 &= !(1 << index.get());
        was_in
    }

    /// Whether an index is in.
    pub fn contains(self, index: FragmentIndex) -> bool {
        self.0 & 1 << index.get() != 0
    }

    /// Number of indexes.
    pub fn count(self) -> u8 {
        // At most 32.
        self.0.count_ones() as u8
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The raw numbers of the indexes, ascending.
    pub fn numbers(self) -> impl Iterator<Item = u8> {
        (0..FRAGMENTS_MAX).filter(move |number| self.0 & 1 << number != 0)
    }
}

impl FromIterator<FragmentIndex> for FragmentSet {
    fn from_iter<I: IntoIterator<Item = FragmentIndex>>(indexes: I) -> Self {
        let mut set = Self::EMPTY;
        indexes.into_iter().for_each(|index| set.insert(index));
        set
    }
}

impl fmt::Debug for FragmentSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.numbers()).finish()
    }
}

impl Field for FragmentSet {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        out.varint_field(tag, u64::from(self.0));
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        self.0 = u32::try_from(reader.varint()?).map_err(|_| FieldError::OutOfRange)?;
        Ok(())
    }
}
