//! Numbers and sizes of the parts that are a version's manifest.

use cairn_types::record::{Field, FieldError, Reader, Writer};

use super::number_set::{push_varint, take_varint};
use crate::limits::PART_ROW_NUMBER_MAX;

/// Numbers and stored lengths of a finished object's parts, ascending by number, gaps allowed.
///
/// Stored as one byte field of varint triples, one for each stretch of consecutive numbers of one length: distance of
/// the first number to the last one before it, how many, length. An upload of equal parts costs two triples.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct PartIndex(Vec<Stretch>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stretch {
    first: u16,
    count: u16,
    length: u64,
}

impl Stretch {
    fn bytes(self) -> u64 {
        u64::from(self.count) * self.length
    }

    fn last(self) -> u16 {
        self.first + (self.count - 1)
    }
}

/// One part of a finished object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PartPlace {
    /// Its number.
    pub number: u16,
    /// Where its bytes begin in the body.
    pub offset: u64,
    /// How many there are.
    pub length: u64,
    /// Its place among the parts, from 0.
    pub ordinal: u32,
}

impl PartIndex {
    /// Adds a part at the end.
    ///
    /// # Panics
    /// If `number` is not above every number so far: the caller has checked the order.
    pub fn push(&mut self, number: u16, length: u64) {
        if let Some(last) = self.0.last_mut() {
            assert!(number > last.last(), "parts are added in the order of their numbers");
            if number == last.last() + 1 && length == last.length {
                last.count += 1;
                return;
            }
        }
        self.0.push(Stretch { first: number, count: 1, length });
    }

    /// Number of parts.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|stretch| u32::from(stretch.count)).sum()
    }

    /// Bytes of all parts.
    pub fn bytes(&self) -> u64 {
        self.0.iter().map(|stretch| stretch.bytes()).sum()
    }

    /// Whether part `number` is in.
    pub fn contains(&self, number: u16) -> bool {
        self.0.iter().any(|stretch| (stretch.first..=stretch.last()).contains(&number))
    }

    /// The part that holds byte `offset` of the body, and those after it.
    pub fn from_offset(&self, offset: u64) -> impl Iterator<Item = PartPlace> + '_ {
        self.iter().skip_while(move |part| part.offset + part.length <= offset)
    }

    /// The part at place `ordinal` (from 0) among the parts.
    pub fn at(&self, ordinal: u32) -> Option<PartPlace> {
        let mut before = (0u64, 0u32);
        for stretch in &self.0 {
            let within = ordinal - before.1;
            if within < u32::from(stretch.count) {
                let offset = before.0 + u64::from(within) * stretch.length;
                return Some(PartPlace {
                    number: stretch.first + within as u16,
                    offset,
                    length: stretch.length,
                    ordinal,
                });
            }
            before = (before.0 + stretch.bytes(), before.1 + u32::from(stretch.count));
        }
        None
    }

    /// All parts in order.
    pub fn iter(&self) -> impl Iterator<Item = PartPlace> + '_ {
        let mut before = (0u64, 0u32);
        self.0.iter().flat_map(move |stretch| {
            let (offset, ordinal) = before;
            before = (offset + stretch.bytes(), ordinal + u32::from(stretch.count));
            (0..stretch.count).map(move |within| PartPlace {
                number: stretch.first + within,
                offset: offset + u64::from(within) * stretch.length,
                length: stretch.length,
                ordinal: ordinal + u32::from(within),
            })
        })
    }
}

impl Field for PartIndex {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        let mut packed = Vec::with_capacity(8 * self.0.len());
        let mut last = 0;
        for stretch in &self.0 {
            push_varint(&mut packed, u64::from(stretch.first - last));
            push_varint(&mut packed, u64::from(stretch.count));
            push_varint(&mut packed, stretch.length);
            last = stretch.last();
        }
        out.bytes_field(tag, &packed);
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        let packed = reader.bytes()?;
        let mut rest = packed.as_ref();
        let mut last = 0u64;
        let mut bytes = 0u64;
        self.0.clear();
        while !rest.is_empty() {
            let (gap, count, length) = (take_varint(&mut rest)?, take_varint(&mut rest)?, take_varint(&mut rest)?);
            let numbers = 1..=u64::from(PART_ROW_NUMBER_MAX);
            if !numbers.contains(&gap) || !numbers.contains(&count) || last + gap + count - 1 > *numbers.end() {
                return Err(FieldError::OutOfRange);
            }
            // Sums are bounded here once, so that no reader of the index can overflow.
            bytes = length.checked_mul(count).and_then(|add| bytes.checked_add(add)).ok_or(FieldError::OutOfRange)?;
            self.0.push(Stretch { first: (last + gap) as u16, count: count as u16, length });
            last += gap + count - 1;
        }
        Ok(())
    }
}
