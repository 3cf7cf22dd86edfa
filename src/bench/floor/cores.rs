//! What one core computes at best, with the code that Cairn itself uses.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Result;
use cairn_types::Geometry;
use md5::{Digest, Md5};
use sha2::Sha256;

use crate::random::Random;

/// Large against call overhead, small against the caches.
const BUFFER_BYTES: usize = 1 << 20;
const CELL_BYTES: usize = 64 << 10;

/// GB/s of MD5.
pub(super) fn md5(time: Duration) -> f64 {
    let data = Random::new(1).bytes(BUFFER_BYTES);
    rate(time, data.len(), || {
        black_box(Md5::digest(black_box(&data)));
    })
}

/// GB/s of SHA-256.
pub(super) fn sha256(time: Duration) -> f64 {
    let data = Random::new(1).bytes(BUFFER_BYTES);
    rate(time, data.len(), || {
        black_box(Sha256::digest(black_box(&data)));
    })
}

/// GB/s of source bytes, 4+2.
pub(super) fn reed_solomon(time: Duration) -> Result<f64> {
    let codec = cairn_erasure::codec(Geometry::new(4, 2)?);
    let source = Random::new(1).bytes(4 * CELL_BYTES);
    let data: Vec<&[u8]> = source.chunks(CELL_BYTES).collect();
    let (mut first, mut second) = (vec![0; CELL_BYTES], vec![0; CELL_BYTES]);
    Ok(rate(time, source.len(), || {
        codec.encode(black_box(&data), &mut [&mut first, &mut second]);
        black_box((&first, &second));
    }))
}

fn rate(time: Duration, bytes: usize, mut work: impl FnMut()) -> f64 {
    work();
    let start = Instant::now();
    let mut rounds = 0_u64;
    while start.elapsed() < time {
        work();
        rounds += 1;
    }
    (rounds * bytes as u64) as f64 / start.elapsed().as_secs_f64() / 1e9
}
