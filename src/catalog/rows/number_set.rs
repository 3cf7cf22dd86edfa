//! A small set of numbers, packed.

use cairn_types::record::{Field, FieldError, Reader, Writer};

/// Ascending numbers without repeats. Stored as one byte field of varints, each the distance to the number before it
/// (the first to 0), so that neighbours cost one byte.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct NumberSet(Vec<u64>);

impl NumberSet {
    /// Whether `number` is in.
    pub fn contains(&self, number: u64) -> bool {
        self.0.binary_search(&number).is_ok()
    }

    /// Adds a number.
    pub fn insert(&mut self, number: u64) {
        if let Err(place) = self.0.binary_search(&number) {
            self.0.insert(place, number);
        }
    }

    /// Takes out, and returns, all numbers below `floor`.
    pub fn take_below(&mut self, floor: u64) -> Vec<u64> {
        let kept = self.0.split_off(self.0.partition_point(|number| *number < floor));
        std::mem::replace(&mut self.0, kept)
    }

    /// The numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().copied()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<u64> for NumberSet {
    fn from_iter<I: IntoIterator<Item = u64>>(numbers: I) -> Self {
        let mut numbers: Vec<u64> = numbers.into_iter().collect();
        numbers.sort_unstable();
        numbers.dedup();
        Self(numbers)
    }
}

impl Field for NumberSet {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        let mut packed = Vec::with_capacity(2 * self.0.len());
        let mut last = 0;
        for number in &self.0 {
            push_varint(&mut packed, number - last);
            last = *number;
        }
        out.bytes_field(tag, &packed);
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        let packed = reader.bytes()?;
        let mut rest = packed.as_ref();
        let mut last: Option<u64> = None;
        self.0.clear();
        while !rest.is_empty() {
            let step = take_varint(&mut rest)?;
            let number = match last {
                None => step,
                Some(_) if step == 0 => return Err(FieldError::OutOfRange),
                Some(last) => last.checked_add(step).ok_or(FieldError::OutOfRange)?,
            };
            self.0.push(number);
            last = Some(number);
        }
        Ok(())
    }
}

/// Appends `value` as a varint.
pub(crate) fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Takes a varint off the front of `rest`.
pub(crate) fn take_varint(rest: &mut &[u8]) -> Result<u64, FieldError> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first().ok_or(FieldError::Truncated)?;
        *rest = after;
        if shift == 63 && *byte > 1 {
            return Err(FieldError::OutOfRange);
        }
        value |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Ok(value);
        }
    }
    Err(FieldError::OutOfRange)
}
