//! Checksums that run along with a body.

use bytes::Bytes;
use cairn_s3::checksum::{ChecksumAlgorithm, ChecksumHasher, Md5, Md5Digest};
use crc_fast::{CrcAlgorithm, Digest};

use super::measured::Measured;

/// Everything measured on a body but its MD5, which costs more than all of this together and runs elsewhere.
pub(super) struct Tally {
    size: u64,
    crc64_xz: Digest,
    crc64_nvme: ChecksumHasher,
    wanted: Option<ChecksumHasher>,
}

impl Tally {
    pub(super) fn new(wanted: Option<ChecksumAlgorithm>) -> Self {
        Self {
            size: 0,
            crc64_xz: Digest::new(CrcAlgorithm::Crc64Xz),
            crc64_nvme: ChecksumHasher::new(ChecksumAlgorithm::Crc64Nvme),
            // Nothing is computed twice.
            wanted: wanted.filter(|wanted| *wanted != ChecksumAlgorithm::Crc64Nvme).map(ChecksumHasher::new),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.crc64_xz.update(bytes);
        self.crc64_nvme.update(bytes);
        if let Some(wanted) = &mut self.wanted {
            wanted.update(bytes);
        }
    }

    pub(super) fn finish(self, md5: Md5Digest) -> Measured {
        Measured {
            size: self.size,
            md5,
            opaque_etag: None,
            crc64_xz: self.crc64_xz.finalize(),
            crc64_nvme: self.crc64_nvme.finish(),
            wanted: self.wanted.map(ChecksumHasher::finish),
        }
    }
}

/// Measures bytes that are all there, in pieces.
pub(super) fn measure_pieces(pieces: &[Bytes], wanted: Option<ChecksumAlgorithm>) -> Measured {
    let (mut tally, mut md5) = (Tally::new(wanted), Md5::new());
    for piece in pieces {
        tally.update(piece);
        md5.update(piece);
    }
    tally.finish(md5.finish())
}

/// Measures bytes that are all there.
#[cfg(test)]
pub(crate) fn measure(bytes: &[u8]) -> Measured {
    measure_pieces(&[Bytes::copy_from_slice(bytes)], None)
}
