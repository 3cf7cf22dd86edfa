//! Lengths and ranges.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use crate::{Layers, SEGMENT_BYTES, SegmentLengths};

proptest! {
    #[test]
    fn lengths_follow_from_each_other(plain in 0..1u64 << 45) {
        for layers in [Layers::One, Layers::Two] {
            let lengths = SegmentLengths::of(layers);
            prop_assert_eq!(lengths.plain(lengths.sealed(plain)), Some(plain));
        }
    }

    #[test]
    fn a_range_is_covered_by_whole_segments_and_no_more_than_needed(
        plain in 1..10 * SEGMENT_BYTES, start in 0..10 * SEGMENT_BYTES, len in 1..3 * SEGMENT_BYTES,
    ) {
        let lengths = SegmentLengths::of(Layers::One);
        let start = start % plain;
        let end = (start + len).min(plain);
        let sealed = lengths.sealed(plain);
        let covering = lengths.covering(start..end, sealed);
        prop_assert_eq!(covering.start % lengths.segment(), 0);
        prop_assert!(covering.end == sealed || covering.end.is_multiple_of(lengths.segment()));
        let (first, last) = (start / SEGMENT_BYTES, (end - 1) / SEGMENT_BYTES);
        prop_assert_eq!(covering.start / lengths.segment(), first);
        prop_assert_eq!(covering.end.div_ceil(lengths.segment()), last + 1);
    }
}

#[test]
fn no_body_has_a_segment_without_bytes() {
    let lengths = SegmentLengths::of(Layers::Two);
    assert_eq!(lengths.plain(0), Some(0));
    for sealed in [1, 32, lengths.segment() + 1, lengths.segment() + 32] {
        assert_eq!(lengths.plain(sealed), None, "{sealed}");
    }
    assert_eq!(lengths.plain(33), Some(1));
}
