//! Every way to lose cells.

use cairn_types::{FragmentIndex, Geometry};

use super::{bytes, geometry};
use crate::reed_solomon::codec;

/// Odd, and over one and under two SIMD registers, so that kernels and their tails both run.
const CELL: usize = 37;

fn stripe(geometry: Geometry) -> Vec<Vec<u8>> {
    let data: Vec<Vec<u8>> = (0..geometry.data()).map(|index| bytes(u64::from(index), CELL)).collect();
    let mut parity = vec![vec![0; CELL]; usize::from(geometry.parity())];
    let cells: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
    let mut outs: Vec<&mut [u8]> = parity.iter_mut().map(Vec::as_mut_slice).collect();
    codec(geometry).encode(&cells, &mut outs);
    data.into_iter().chain(parity).collect()
}

fn rebuild(geometry: Geometry, stripe: &[Vec<u8>], kept: u32) {
    let is_kept = |index: &FragmentIndex| kept & 1 << index.get() != 0;
    let cell = |index: FragmentIndex| (index, stripe[usize::from(index.get())].as_slice());
    let have: Vec<_> = geometry.indexes().filter(is_kept).map(cell).collect();
    let mut outs = vec![vec![0xee; CELL]; usize::from(geometry.fragments()) - have.len()];
    let lost = geometry.indexes().filter(|index| !is_kept(index));
    let mut want: Vec<_> = lost.zip(outs.iter_mut().map(Vec::as_mut_slice)).collect();
    codec(geometry).reconstruct(&have, &mut want).expect("k cells are enough");
    for (index, cell) in &want {
        assert_eq!(*cell, stripe[usize::from(index.get())], "{geometry}: cell {index} from {kept:b}");
    }
}

#[test]
fn any_k_cells_give_all_others_in_every_geometry_up_to_12() {
    for (data, parity) in (1..=12).flat_map(|data| (0..=12 - data).map(move |parity| (data, parity))) {
        let geometry = geometry(data, parity);
        let stripe = stripe(geometry);
        let kept_sets = (0..1u32 << geometry.fragments()).filter(|kept| kept.count_ones() == u32::from(data));
        kept_sets.for_each(|kept| rebuild(geometry, &stripe, kept));
    }
}

#[test]
fn more_than_k_cells_do_as_well() {
    let geometry = geometry(4, 2);
    let stripe = stripe(geometry);
    (0..1u32 << 6).filter(|kept| kept.count_ones() == 5).for_each(|kept| rebuild(geometry, &stripe, kept));
}

#[test]
fn the_widest_geometries_rebuild_from_parity() {
    for (data, parity) in [(16, 16), (28, 4), (31, 1), (2, 30)] {
        let geometry = geometry(data, parity);
        let stripe = stripe(geometry);
        let all = u32::MAX >> (32 - geometry.fragments());
        let lost = data.min(parity);
        rebuild(geometry, &stripe, all & !((1 << lost) - 1));
    }
}

#[test]
fn one_data_cell_is_copied_into_parity() {
    for parity in 0..=11 {
        let stripe = stripe(geometry(1, parity));
        assert!(stripe.iter().all(|cell| *cell == stripe[0]));
    }
}

#[test]
fn a_cell_at_hand_may_be_asked_for() {
    let geometry = geometry(2, 1);
    let stripe = stripe(geometry);
    let indexes: Vec<_> = geometry.indexes().collect();
    let have = [(indexes[0], stripe[0].as_slice()), (indexes[2], stripe[2].as_slice())];
    let mut out = vec![0xee; CELL];
    codec(geometry).reconstruct(&have, &mut [(indexes[2], &mut out)]).expect("enough cells");
    assert_eq!(out, stripe[2]);
}
