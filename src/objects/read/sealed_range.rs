//! Where the bytes of an encrypted body lie among what is stored.

use std::collections::VecDeque;
use std::ops::Range;

use cairn_catalog::rows::{BodyPlace, EncryptionMode, PartPlace};
use cairn_encryption::{Layers, SEGMENT_BYTES, SegmentLengths};

use crate::error::ReadError;

/// How often a body is encrypted whose key is held so.
pub fn layers_of(mode: EncryptionMode) -> Layers {
    match mode {
        EncryptionMode::Managed | EncryptionMode::Kms | EncryptionMode::Customer => Layers::One,
        EncryptionMode::KmsDual => Layers::Two,
    }
}

/// The segments that hold a range, and what of them is not wanted.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct SealedRange {
    /// The stored bytes.
    pub(super) stored: Range<u64>,
    /// The parts that they lie in; each is a body of its own.
    pub(super) parts: VecDeque<SealedPart>,
    /// Bytes of the first segment that come before the range.
    pub(super) skip: u64,
    /// Bytes of the range.
    pub(super) length: u64,
}

/// A part that is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SealedPart {
    /// Its stored bytes.
    pub(super) length: u64,
    /// The first of them that is read.
    pub(super) from: u64,
}

impl SealedRange {
    /// Finds the segments of `range`, which lies inside the body.
    pub(super) fn of(
        (body, stored_length): (&BodyPlace, u64),
        lengths: SegmentLengths,
        range: &Range<u64>,
    ) -> Result<Self, ReadError> {
        let mut found = Self { length: range.end.saturating_sub(range.start), ..Self::default() };
        for part in plain_parts((body, stored_length), lengths) {
            let PlainPart { plain, stored } = part?;
            let own = range.start.max(plain.start)..range.end.min(plain.end);
            if own.is_empty() {
                continue;
            }
            let within = own.start - plain.start..own.end - plain.start;
            let covering = lengths.covering(within.clone(), stored.end - stored.start);
            if found.parts.is_empty() {
                found.stored.start = stored.start + covering.start;
                found.skip = within.start % SEGMENT_BYTES;
            }
            found.stored.end = stored.start + covering.end;
            found.parts.push_back(SealedPart { length: stored.end - stored.start, from: covering.start });
        }
        Ok(found)
    }
}

/// A part of an encrypted body as clients see it.
pub(super) fn plain_part(
    body: (&BodyPlace, u64),
    lengths: SegmentLengths,
    place: PartPlace,
) -> Result<PartPlace, ReadError> {
    for part in plain_parts(body, lengths) {
        let PlainPart { plain, stored } = part?;
        if stored.start == place.offset && stored.end - stored.start == place.length {
            return Ok(PartPlace { offset: plain.start, length: plain.end - plain.start, ..place });
        }
    }
    Err(ReadError::Manifest)
}

/// Where a part lies, as clients see it and as it is stored.
struct PlainPart {
    plain: Range<u64>,
    stored: Range<u64>,
}

fn plain_parts(
    (body, stored_length): (&BodyPlace, u64),
    lengths: SegmentLengths,
) -> impl Iterator<Item = Result<PlainPart, ReadError>> + '_ {
    let parts = match body {
        BodyPlace::Upload(place) => Some(place.parts.iter().map(|part| (part.offset, part.length))),
        BodyPlace::Absent(_) | BodyPlace::Inline(_) | BodyPlace::Runs(_) => None,
    };
    let whole = parts.is_none().then_some((0, stored_length));
    let mut before = 0;
    parts.into_iter().flatten().chain(whole).map(move |(offset, length)| {
        let plain = before..before + lengths.plain(length).ok_or(ReadError::Manifest)?;
        before = plain.end;
        Ok(PlainPart { plain, stored: offset..offset + length })
    })
}

#[cfg(test)]
mod tests {
    use cairn_catalog::rows::{InlinePlace, PartIndex, UploadPlace};

    use super::{BodyPlace, Layers, PartPlace, SEGMENT_BYTES, SealedPart, SealedRange, SegmentLengths, plain_part};

    fn lengths() -> SegmentLengths {
        SegmentLengths::of(Layers::One)
    }

    fn of_parts(plain: &[u64]) -> (BodyPlace, u64) {
        let mut parts = PartIndex::default();
        for (number, length) in (1..).zip(plain) {
            parts.push(number, lengths().sealed(*length));
        }
        let stored = parts.bytes();
        (BodyPlace::Upload(UploadPlace { parts, ..UploadPlace::default() }), stored)
    }

    #[test]
    fn a_range_reads_the_segments_that_hold_it_and_no_others() {
        let stored = lengths().sealed(10 * SEGMENT_BYTES);
        let body = BodyPlace::Inline(InlinePlace { length: stored });
        let range =
            SealedRange::of((&body, stored), lengths(), &(3 * SEGMENT_BYTES + 5..4 * SEGMENT_BYTES + 1)).unwrap();
        let segment = lengths().segment();
        assert_eq!(range.stored, 3 * segment..5 * segment);
        assert_eq!((range.skip, range.length), (5, SEGMENT_BYTES - 4));
        assert_eq!(range.parts, [SealedPart { length: stored, from: 3 * segment }]);
    }

    #[test]
    fn each_part_has_segments_of_its_own() {
        let (body, stored) = of_parts(&[100, SEGMENT_BYTES + 1, 7]);
        let all = SealedRange::of((&body, stored), lengths(), &(0..SEGMENT_BYTES + 108)).unwrap();
        assert_eq!((all.stored, all.parts.len(), all.skip), (0..stored, 3, 0));
        let across = SealedRange::of((&body, stored), lengths(), &(99..101)).unwrap();
        assert_eq!(across.stored, 0..116 + lengths().segment());
        assert_eq!((across.parts.len(), across.skip), (2, 99));
        let last = SealedRange::of((&body, stored), lengths(), &(SEGMENT_BYTES + 101..SEGMENT_BYTES + 108)).unwrap();
        assert_eq!((last.stored, last.parts.len(), last.skip), (stored - 23..stored, 1, 0));
    }

    #[test]
    fn parts_are_shown_with_the_places_that_clients_count() {
        let (body, stored) = of_parts(&[100, SEGMENT_BYTES + 1, 7]);
        let BodyPlace::Upload(place) = &body else { panic!("parts") };
        let shown = |ordinal| plain_part((&body, stored), lengths(), place.parts.at(ordinal).unwrap()).unwrap();
        assert_eq!(shown(1), PartPlace { number: 2, offset: 100, length: SEGMENT_BYTES + 1, ordinal: 1 });
        assert_eq!(shown(2), PartPlace { number: 3, offset: SEGMENT_BYTES + 101, length: 7, ordinal: 2 });
    }
}
