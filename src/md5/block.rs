//! The compression function of RFC 1321, for the same block number of `L` bodies.

/// One word of each body.
pub(crate) type Words<const L: usize> = [u32; L];

/// The running state of each body: A, B, C, D.
pub(crate) type State<const L: usize> = [Words<L>; 4];

/// Bytes of a block.
pub(crate) const BLOCK_BYTES: usize = 64;

/// What every digest begins with (RFC 1321, 3.3).
pub(crate) const START: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// `floor(2^32 * abs(sin(i + 1)))` (RFC 1321, 3.4).
const SINES: [u32; 64] = [
    0xd76a_a478,
    0xe8c7_b756,
    0x2420_70db,
    0xc1bd_ceee,
    0xf57c_0faf,
    0x4787_c62a,
    0xa830_4613,
    0xfd46_9501,
    0x6980_98d8,
    0x8b44_f7af,
    0xffff_5bb1,
    0x895c_d7be,
    0x6b90_1122,
    0xfd98_7193,
    0xa679_438e,
    0x49b4_0821,
    0xf61e_2562,
    0xc040_b340,
    0x265e_5a51,
    0xe9b6_c7aa,
    0xd62f_105d,
    0x0244_1453,
    0xd8a1_e681,
    0xe7d3_fbc8,
    0x21e1_cde6,
    0xc337_07d6,
    0xf4d5_0d87,
    0x455a_14ed,
    0xa9e3_e905,
    0xfcef_a3f8,
    0x676f_02d9,
    0x8d2a_4c8a,
    0xfffa_3942,
    0x8771_f681,
    0x6d9d_6122,
    0xfde5_380c,
    0xa4be_ea44,
    0x4bde_cfa9,
    0xf6bb_4b60,
    0xbebf_bc70,
    0x289b_7ec6,
    0xeaa1_27fa,
    0xd4ef_3085,
    0x0488_1d05,
    0xd9d4_d039,
    0xe6db_99e5,
    0x1fa2_7cf8,
    0xc4ac_5665,
    0xf429_2244,
    0x432a_ff97,
    0xab94_23a7,
    0xfc93_a039,
    0x655b_59c3,
    0x8f0c_cc92,
    0xffef_f47d,
    0x8584_5dd1,
    0x6fa8_7e4f,
    0xfe2c_e6e0,
    0xa301_4314,
    0x4e08_11a1,
    0xf753_7e82,
    0xbd3a_f235,
    0x2ad7_d2bb,
    0xeb86_d391,
];

/// By how much each of four steps of a round rotates.
const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// Takes `blocks` blocks of each body. Loops over lanes have a constant length, so that a compiler that may use vectors
/// makes each of them one instruction.
///
/// # Panics
/// If a body is shorter.
#[inline(always)]
pub(crate) fn compress<const L: usize>(state: &mut State<L>, bodies: &[&[u8]; L], blocks: usize) {
    for number in 0..blocks {
        let at = number * BLOCK_BYTES;
        let mut message = [[0; L]; 16];
        for (lane, body) in bodies.iter().enumerate() {
            let block = &body[at..at + BLOCK_BYTES];
            for (words, bytes) in message.iter_mut().zip(block.as_chunks::<4>().0) {
                words[lane] = u32::from_le_bytes(*bytes);
            }
        }
        take_block(state, &message);
    }
}

/// Sixteen steps, written out: only where every index is a constant do words stay in registers. The words of the message
/// come in an order of the round's own, `factor * step + first`.
macro_rules! round {
    ($state:ident, $message:ident, $number:literal, ($factor:literal, $first:literal), $mix:expr) => {
        round!(@four 0, $state, $message, $number, ($factor, $first), $mix);
        round!(@four 4, $state, $message, $number, ($factor, $first), $mix);
        round!(@four 8, $state, $message, $number, ($factor, $first), $mix);
        round!(@four 12, $state, $message, $number, ($factor, $first), $mix);
    };
    (@four $step:literal, $state:ident, $message:ident, $number:literal, ($factor:literal, $first:literal), $mix:expr) => {
        let [a, b, c, d] = &mut $state;
        let word = |step: usize| &$message[($factor * step + $first) % 16];
        let [first, second, third, fourth] = SHIFTS[$number];
        step(a, (b, c, d), word($step), SINES[$number * 16 + $step], first, $mix);
        step(d, (a, b, c), word($step + 1), SINES[$number * 16 + $step + 1], second, $mix);
        step(c, (d, a, b), word($step + 2), SINES[$number * 16 + $step + 2], third, $mix);
        step(b, (c, d, a), word($step + 3), SINES[$number * 16 + $step + 3], fourth, $mix);
    };
}

#[inline(always)]
fn take_block<const L: usize>(state: &mut State<L>, message: &[Words<L>; 16]) {
    let mut next = *state;
    round!(
        next,
        message,
        0,
        (1, 0),
        #[inline(always)]
        |b, c, d| d ^ (b & (c ^ d))
    );
    round!(
        next,
        message,
        1,
        (5, 1),
        #[inline(always)]
        |b, c, d| c ^ (d & (b ^ c))
    );
    round!(
        next,
        message,
        2,
        (3, 5),
        #[inline(always)]
        |b, c, d| b ^ c ^ d
    );
    round!(
        next,
        message,
        3,
        (7, 0),
        #[inline(always)]
        |b, c, d| c ^ (b | !d)
    );
    for (words, added) in state.iter_mut().zip(next) {
        for (word, added) in words.iter_mut().zip(added) {
            *word = word.wrapping_add(added);
        }
    }
}

#[inline(always)]
fn step<const L: usize>(
    a: &mut Words<L>,
    (b, c, d): (&Words<L>, &Words<L>, &Words<L>),
    message: &Words<L>,
    sine: u32,
    shift: u32,
    mix: impl Fn(u32, u32, u32) -> u32,
) {
    for lane in 0..L {
        let sum = a[lane].wrapping_add(mix(b[lane], c[lane], d[lane])).wrapping_add(sine).wrapping_add(message[lane]);
        a[lane] = b[lane].wrapping_add(sum.rotate_left(shift));
    }
}
