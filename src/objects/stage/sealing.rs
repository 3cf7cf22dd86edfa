//! A body that is encrypted on its way in.

use bytes::Bytes;
use cairn_encryption::{Sealer, SegmentLengths};
use cairn_s3::checksum::{ChecksumAlgorithm, Md5, Md5Digest};

use super::measured::Measured;
use super::source::{BodySeal, SealedETag};
use super::tally::Tally;

/// Measures the bytes that come in, and hands out what is stored of them. The MD5 runs here and not on a task of its own:
/// the plain bytes are gone once they are sealed.
pub(super) struct Sealing {
    sealer: Sealer,
    etag: SealedETag,
    sums: Option<(Tally, Md5)>,
    measured: Option<Measured>,
}

impl Sealing {
    pub(super) fn new(seal: BodySeal, wanted: Option<ChecksumAlgorithm>) -> Self {
        let sums = Some((Tally::new(wanted), Md5::new()));
        Self { sealer: Sealer::new(seal.cipher), etag: seal.etag, sums, measured: None }
    }

    /// Bytes stored of so many.
    pub(super) fn stored_length(&self, plain: u64) -> u64 {
        self.lengths().sealed(plain)
    }

    /// Bytes by which what is stored of a short body is longer.
    pub(super) fn overhead(&self) -> u64 {
        self.lengths().overhead()
    }

    /// Takes bytes of the body.
    pub(super) fn push(&mut self, piece: &Bytes, stored: &mut impl Extend<Bytes>) {
        if let Some((tally, md5)) = &mut self.sums {
            tally.update(piece);
            md5.update(piece);
        }
        self.sealer.push(piece, stored);
    }

    /// The body has ended: its last bytes, once.
    pub(super) fn finish(&mut self) -> Option<Bytes> {
        let (tally, md5) = self.sums.take()?;
        let mut measured = tally.finish(md5.finish());
        if self.etag == SealedETag::Opaque {
            measured.opaque_etag = Some(Md5Digest(self.sealer.cipher().entity_tag(&measured.md5.0)));
        }
        self.measured = Some(measured);
        self.sealer.finish()
    }

    /// What was measured, once the body has ended.
    pub(super) fn measured(&mut self) -> Option<Measured> {
        self.measured
    }

    fn lengths(&self) -> SegmentLengths {
        self.sealer.cipher().lengths()
    }
}
