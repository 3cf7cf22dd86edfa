//! Sizes of cells and blobs.

use cairn_types::{FRAGMENTS_MAX, KIB, MIB};

/// Bytes of a cell, but in a blob's last stripe. One read of a small range costs at most this from one disk; at 64 KiB
/// a digest of 16 bytes is 0.02 % of what it guards.
pub const CELL_BYTES: usize = 64 * KIB as usize;

/// Bytes of a blob where memory is not scarce.
pub const BLOB_BYTES_DEFAULT: u64 = 16 * MIB;

/// Bytes of the largest blob: bounds a fragment's digests, permits and the time one append takes.
pub const BLOB_BYTES_MAX: u64 = 64 * MIB;

/// Stripes of the largest blob in the narrowest geometry (one data cell).
pub const STRIPES_MAX: u32 = (BLOB_BYTES_MAX / CELL_BYTES as u64) as u32;

// The payload of a fragment starts on a 4 KiB boundary on disk, and so must every full cell of it.
const _: () = assert!(CELL_BYTES.is_multiple_of(4096));
const _: () = assert!(BLOB_BYTES_DEFAULT <= BLOB_BYTES_MAX);
const _: () = assert!(BLOB_BYTES_MAX.is_multiple_of(CELL_BYTES as u64));
// A cell's place fits in 24 bits, which the seed of its digest relies on (`cell_seed`).
const _: () = assert!(STRIPES_MAX <= 1 << 16 && FRAGMENTS_MAX as u32 <= 1 << 8);
