//! Seeds of the journal's digests.

/// Seed of the digest of something at `offset` of the file with `salt`: what was written elsewhere, or in an earlier life
/// of the same space, does not verify.
pub(crate) const fn seed_at(salt: u64, offset: u64) -> u64 {
    mix(salt ^ mix(offset))
}

/// SplitMix64's finisher: a bijection in which every input bit changes half of the output.
const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
