//! Properties of the whole crate.

mod every_loss;
mod golden;
mod layouts;
mod naive;
mod random_blobs;
mod refusals;

use cairn_types::{BlobId, BlobSequence, Geometry, PerFragment, SessionId};

use crate::blob_encoder::{BlobEncoder, EncodedBlob};

pub(super) fn geometry(data: u8, parity: u8) -> Geometry {
    Geometry::new(data, parity).expect("valid")
}

pub(super) fn blob() -> BlobId {
    BlobId::new(SessionId(7), BlobSequence(3))
}

/// Bytes that look random and differ everywhere: SplitMix64 from `seed`.
pub(super) fn bytes(seed: u64, len: usize) -> Vec<u8> {
    let word = |place: u64| {
        let mut word = seed.wrapping_add((place + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)).to_le_bytes()
    };
    (0..len.div_ceil(8) as u64).flat_map(word).take(len).collect()
}

/// Buffers with old bytes in them, as a pool hands them out.
pub(super) fn dirty_buffers(geometry: Geometry, len_max: u64) -> PerFragment<Vec<u8>> {
    let len = BlobEncoder::<Vec<u8>>::buffer_bytes(geometry, len_max).expect("a possible length");
    PerFragment::from_fn(geometry, |_| vec![0xee; len])
}

/// Encodes `body` in pieces of `piece` bytes with an encoder that would take `len_max`.
pub(super) fn encode(geometry: Geometry, body: &[u8], len_max: u64, piece: usize) -> EncodedBlob<Vec<u8>> {
    let mut encoder =
        BlobEncoder::new(blob(), geometry, len_max, dirty_buffers(geometry, len_max)).expect("buffers fit");
    for part in body.chunks(piece) {
        assert_eq!(encoder.push(part), part.len());
    }
    assert_eq!(encoder.len(), body.len() as u64);
    encoder.finish().expect("not empty")
}

/// Failures are printed, not kept in a file: the file would lie among the crates.
pub(super) fn cases(cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config { cases, failure_persistence: None, ..Default::default() }
}
