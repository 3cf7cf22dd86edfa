//! What a client does next.

use cairn_runtime::sim::Random;
use cairn_types::{KIB, MIB};

/// An operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Choice {
    Put,
    Get,
    Delete,
    List,
    Create,
    Replace,
    Copy,
    Multipart,
    Contest,
}

/// Each with its weight.
const WEIGHTS: &[(Choice, u64)] = &[
    (Choice::Put, 26),
    (Choice::Get, 22),
    (Choice::Delete, 9),
    (Choice::List, 13),
    (Choice::Create, 8),
    (Choice::Replace, 6),
    (Choice::Copy, 5),
    (Choice::Multipart, 7),
    (Choice::Contest, 4),
];

impl Choice {
    pub(super) fn draw(random: &mut Random) -> Self {
        let total = WEIGHTS.iter().map(|(_, weight)| weight).sum();
        let mut drawn = random.below(total);
        for (choice, weight) in WEIGHTS {
            match drawn.checked_sub(*weight) {
                Some(rest) => drawn = rest,
                None => return *choice,
            }
        }
        unreachable!("the draw is below the sum")
    }
}

/// Bytes of a body: inline ones, ones of a cell, of a few stripes, of several blobs. At least 16, so that no two are alike.
pub(super) fn draw_len(random: &mut Random) -> usize {
    let (low, high) = match random.below(100) {
        0..45 => (16, 4 * KIB),
        45..75 => (4 * KIB, 64 * KIB),
        75..95 => (64 * KIB, 512 * KIB),
        _ => (512 * KIB, 2 * MIB),
    };
    (low + random.below(high - low)) as usize
}
