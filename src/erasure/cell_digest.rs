//! The digest of one cell.

use cairn_types::{BlobId, Digest128, FragmentIndex};

use crate::stripe_number::StripeNumber;

/// Seed of the digest of the cell at `index` of `stripe` of `blob`: a cell that was written or read at another place
/// (another blob, stripe or index) does not verify, even when its bytes are the same.
///
/// `mix(mix(blob seed) ^ (stripe << 8 | index))`, where `mix` is SplitMix64's finisher. For one blob it maps places to
/// seeds one to one. The inner `mix` keeps neighbouring blobs apart, whose seeds are multiples of one constant.
pub fn cell_seed(blob: BlobId, stripe: StripeNumber, index: FragmentIndex) -> u64 {
    mix(mix(blob.digest_seed()) ^ (u64::from(stripe.0) << 8 | u64::from(index.get())))
}

/// Digest of a cell: XXH3-128 under [`cell_seed`], over the cell as it is stored, padding included.
pub fn cell_digest(blob: BlobId, stripe: StripeNumber, index: FragmentIndex, cell: &[u8]) -> Digest128 {
    Digest128::of(cell_seed(blob, stripe, index), cell)
}

/// SplitMix64's finisher: a bijection of 64 bits in which every input bit changes half of the output.
const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cairn_types::{BlobId, BlobSequence, Geometry, SessionId};

    use super::{cell_digest, cell_seed};
    use crate::stripe_number::StripeNumber;

    fn blob(session: u64, sequence: u64) -> BlobId {
        BlobId::new(SessionId(session), BlobSequence(sequence))
    }

    #[test]
    fn no_two_places_of_neighbouring_blobs_share_a_seed() {
        let geometry = Geometry::new(8, 4).expect("valid");
        let mut seeds = BTreeSet::new();
        let mut places = 0;
        for session in 1..8 {
            for sequence in 1..32 {
                for (stripe, index) in (0..32).flat_map(|stripe| geometry.indexes().map(move |index| (stripe, index))) {
                    seeds.insert(cell_seed(blob(session, sequence), StripeNumber(stripe), index));
                    places += 1;
                }
            }
        }
        assert_eq!(seeds.len(), places);
    }

    #[test]
    fn the_same_bytes_elsewhere_have_another_digest() {
        let geometry = Geometry::new(2, 1).expect("valid");
        let indexes: Vec<_> = geometry.indexes().collect();
        let here = cell_digest(blob(1, 1), StripeNumber(0), indexes[0], b"same");
        assert_eq!(here, cell_digest(blob(1, 1), StripeNumber(0), indexes[0], b"same"));
        assert_ne!(here, cell_digest(blob(1, 2), StripeNumber(0), indexes[0], b"same"));
        assert_ne!(here, cell_digest(blob(2, 1), StripeNumber(0), indexes[0], b"same"));
        assert_ne!(here, cell_digest(blob(1, 1), StripeNumber(1), indexes[0], b"same"));
        assert_ne!(here, cell_digest(blob(1, 1), StripeNumber(0), indexes[1], b"same"));
        assert_ne!(here, cell_digest(blob(1, 1), StripeNumber(0), indexes[0], b"sane"));
    }
}
