//! Several running MD5s, side by side.

use crate::block::{BLOCK_BYTES, State, compress};
use crate::lane::Md5Lane;

/// How many run in one pass.
pub const LANES: usize = 8;

/// Adds to each MD5 its bytes.
pub fn update_all(work: &mut [(&mut Md5Lane, &[u8])]) {
    for (lane, bytes) in work.iter_mut() {
        *bytes = lane.fill_tail(bytes);
    }
    // The longest first, so that those that run together end together.
    work.sort_by_key(|(_, bytes)| std::cmp::Reverse(bytes.len()));
    for group in work.chunks_mut(LANES) {
        update_group(group);
    }
}

fn update_group(group: &mut [(&mut Md5Lane, &[u8])]) {
    let mut count = group.len();
    while count >= together_min() {
        let blocks = group[count - 1].1.len() / BLOCK_BYTES;
        if blocks > 0 {
            take_blocks(&mut group[..count], blocks);
        }
        count -= 1;
    }
    for (lane, bytes) in group {
        lane.update(bytes);
    }
}

/// Takes so many blocks of each, of which there are [`LANES`] at most.
fn take_blocks(group: &mut [(&mut Md5Lane, &[u8])], blocks: usize) {
    // Lanes that nobody needs hash the first body once more.
    let mut bodies = [group[0].1; LANES];
    let mut state: State<LANES> = [[0; LANES]; 4];
    for (lane, (md5, bytes)) in group.iter().enumerate() {
        bodies[lane] = bytes;
        for (words, word) in state.iter_mut().zip(md5.state) {
            words[lane] = word;
        }
    }
    compress_all(&mut state, &bodies, blocks);
    let taken = blocks * BLOCK_BYTES;
    for (lane, (md5, bytes)) in group.iter_mut().enumerate() {
        md5.state = state.map(|words| words[lane]);
        md5.hashed += taken as u64;
        *bytes = &bytes[taken..];
    }
}

/// From how many on a pass costs less than each alone.
fn together_min() -> usize {
    if has_avx512() { 2 } else { 4 }
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx512() -> bool {
    false
}

/// [`compress`] with the longest vectors that the processor has.
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "a function for a processor's feature is called where that feature was found")]
fn compress_all(state: &mut State<LANES>, bodies: &[&[u8]; LANES], blocks: usize) {
    #[target_feature(enable = "avx2")]
    fn with_avx2(state: &mut State<LANES>, bodies: &[&[u8]; LANES], blocks: usize) {
        compress(state, bodies, blocks);
    }

    // Vectors of 256 bits, as with AVX2; what is gained are rotations and three-way logic in one instruction.
    #[target_feature(enable = "avx2,avx512f,avx512vl,avx512bw,avx512dq")]
    fn with_avx512(state: &mut State<LANES>, bodies: &[&[u8]; LANES], blocks: usize) {
        compress(state, bodies, blocks);
    }

    match (is_x86_feature_detected!("avx2"), has_avx512()) {
        // SAFETY: the processor has every feature that the function is compiled for.
        (true, true) => unsafe { with_avx512(state, bodies, blocks) },
        // SAFETY: as above.
        (true, false) => unsafe { with_avx2(state, bodies, blocks) },
        (false, _) => compress(state, bodies, blocks),
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn compress_all(state: &mut State<LANES>, bodies: &[&[u8]; LANES], blocks: usize) {
    compress(state, bodies, blocks);
}

#[cfg(test)]
mod tests {
    use md5::{Digest, Md5};
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{Md5Lane, update_all};

    fn digest(bytes: &[u8]) -> [u8; 16] {
        Md5::digest(bytes).into()
    }

    #[test]
    fn the_examples_of_the_rfc_hold() {
        for (text, hex) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
        ] {
            let mut md5 = Md5Lane::new();
            md5.update(text.as_bytes());
            assert_eq!(hex::encode(md5.finish()), hex, "{text}");
        }
    }

    #[test]
    fn every_number_of_bodies_has_the_digests_of_each_alone() {
        for count in 0..20 {
            let bodies: Vec<Vec<u8>> = (0..count).map(|number| vec![number as u8; 1_000 + 64 * number]).collect();
            let mut lanes = vec![Md5Lane::new(); count];
            let mut work: Vec<_> = lanes.iter_mut().zip(&bodies).map(|(lane, body)| (lane, &body[..])).collect();
            update_all(&mut work);
            for (lane, body) in lanes.into_iter().zip(&bodies) {
                assert_eq!(lane.finish(), digest(body), "one of {count}");
            }
        }
    }

    proptest! {
        #[test]
        fn however_bodies_are_cut_and_joined_each_has_its_digest(
            turns in vec(vec((0_usize..12, vec(any::<u8>(), 0..300)), 0..12), 0..12),
        ) {
            let mut lanes = vec![Md5Lane::new(); 12];
            let mut bodies = vec![Vec::new(); 12];
            for turn in &turns {
                let mut pieces = vec![&[][..]; 12];
                for (number, piece) in turn {
                    pieces[*number] = piece;
                }
                for (body, piece) in bodies.iter_mut().zip(&pieces) {
                    body.extend_from_slice(piece);
                }
                update_all(&mut lanes.iter_mut().zip(pieces).collect::<Vec<_>>());
            }
            for (lane, body) in lanes.into_iter().zip(&bodies) {
                prop_assert_eq!(lane.finish(), digest(body));
            }
        }
    }
}
