//! The layout against plain counting.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use super::cases;
use super::geometry;
use crate::layout::BlobLayout;
use crate::limits::{BLOB_BYTES_MAX, CELL_BYTES};
use crate::stripe_number::StripeNumber;

const CELL: u64 = CELL_BYTES as u64;
const SHAPES: [(u8, u8); 8] = [(1, 0), (1, 1), (1, 2), (2, 2), (3, 2), (4, 2), (8, 4), (32, 0)];

/// Lengths around everything that could be off by one.
fn edge_lengths(data: u8) -> Vec<u64> {
    let stripe = u64::from(data) * CELL;
    let edges =
        [1, u64::from(data), CELL, stripe, 2 * stripe, stripe + u64::from(data), 3 * stripe + CELL, BLOB_BYTES_MAX];
    let mut lengths: Vec<u64> = edges.iter().flat_map(|edge| [edge - 1, *edge, edge + 1]).collect();
    lengths.retain(|len| (1..=BLOB_BYTES_MAX).contains(len));
    lengths
}

#[test]
fn cells_cover_each_blob_exactly_and_equally() {
    for (data, parity) in SHAPES {
        let geometry = geometry(data, parity);
        for len in edge_lengths(data) {
            let layout = BlobLayout::new(geometry, len).expect("a possible length");
            let mut next = 0;
            let mut payload = 0;
            for stripe in layout.stripes() {
                assert_eq!(
                    layout.cell_in_payload(stripe),
                    payload..payload + layout.cell_len(stripe),
                    "{geometry} {len}"
                );
                payload += layout.cell_len(stripe);
                for index in geometry.indexes().filter(|index| geometry.is_data(*index)) {
                    let cell = layout.cell_in_blob(stripe, index);
                    assert_eq!(cell.start, next, "{geometry} {len} {stripe} {index}");
                    next = cell.end;
                }
            }
            assert_eq!((next, payload), (len, layout.payload_len()), "{geometry} {len}");
            let stored = payload as u64 * u64::from(data);
            assert!(stored >= len && stored - len < u64::from(data), "less than k bytes of padding");
            assert!(layout.cell_in_payload(StripeNumber(layout.stripe_count())).is_empty());
        }
    }
}

#[test]
fn only_the_last_stripe_has_short_cells() {
    let layout = BlobLayout::new(geometry(4, 2), 4 * CELL + 5).expect("a possible length");
    assert_eq!(layout.stripe_count(), 2);
    assert_eq!(layout.cell_len(StripeNumber(0)), CELL_BYTES);
    assert_eq!(layout.cell_len(StripeNumber(1)), 2);
    assert_eq!(layout.cell_len(StripeNumber(2)), 0);
    assert_eq!(layout.payload_len(), CELL_BYTES + 2);
}

#[test]
fn a_blob_of_one_byte_is_one_cell_of_one_byte_each() {
    let layout = BlobLayout::new(geometry(4, 2), 1).expect("a possible length");
    assert_eq!((layout.stripe_count(), layout.payload_len()), (1, 1));
    let slices: Vec<_> = layout.slices(0..100).collect();
    assert_eq!(slices.len(), 1);
    assert_eq!((slices[0].index.get(), slices[0].range.clone()), (0, 0..1));
}

#[test]
fn a_cell_at_a_cell_boundary_is_one_read() {
    let layout = BlobLayout::new(geometry(4, 2), 16 << 20).expect("a possible length");
    let slices: Vec<_> = layout.slices(5 * CELL..6 * CELL).collect();
    assert_eq!(slices.len(), 1);
    assert_eq!((slices[0].stripe, slices[0].index.get(), slices[0].range.clone()), (StripeNumber(1), 1, 0..CELL_BYTES));
}

#[test]
fn empty_ranges_and_ranges_beyond_the_end_need_nothing() {
    let layout = BlobLayout::new(geometry(2, 2), 1000).expect("a possible length");
    assert_eq!(layout.slices(7..7).count(), 0);
    assert_eq!(layout.slices(1000..2000).count(), 0);
    assert_eq!(layout.slices(5000..6000).count(), 0);
    #[expect(clippy::reversed_empty_ranges, reason = "what a careless caller may pass")]
    let reversed = layout.slices(9..3).count();
    assert_eq!(reversed, 0);
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn slices_name_each_byte_of_a_range_once_and_in_order(
        shape in 0..SHAPES.len(), len in 1u64..3_000_000, from in 0u64..3_000_000, count in 0u64..1_000_000,
    ) {
        let geometry = geometry(SHAPES[shape].0, SHAPES[shape].1);
        let layout = BlobLayout::new(geometry, len).expect("a possible length");
        let mut next = from.min(len);
        for slice in layout.slices(from..from + count) {
            let cell = layout.cell_in_blob(slice.stripe, slice.index);
            prop_assert_eq!(cell.start + slice.range.start as u64, next);
            next = cell.start + slice.range.end as u64;
            prop_assert!(!slice.range.is_empty() && next <= cell.end);
        }
        prop_assert_eq!(next, (from + count).min(len).max(from.min(len)));
    }
}
