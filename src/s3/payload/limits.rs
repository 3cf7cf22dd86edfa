//! Limits of a body.

use cairn_types::{GIB, KIB};

/// Largest body of one request: S3's limit for a PUT and for a part.
pub const BODY_BYTES_MAX: u64 = 5 * GIB;

/// Smallest chunk that may be followed by another: AWS's limit, and what keeps the cost of signatures per byte bounded.
pub const CHUNK_BYTES_MIN: u64 = 8 * KIB;

/// Longest line that begins a chunk: 16 digits of size and a signature take about 100 bytes.
pub const CHUNK_HEADER_BYTES_MAX: usize = 1_024;

/// All trailers together: one checksum and one signature take about 200 bytes.
pub const TRAILER_BYTES_MAX: usize = 4_096;
