//! What was measured on a body.

use cairn_catalog::rows::{BodyFacts, Checksum, ChecksumKind, ChecksumOrigin, ETag, ETagKind};
use cairn_s3::checksum::{ChecksumValue, Md5Digest};

use crate::checksum_rows::row;

/// What was measured on the bytes of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Measured {
    /// How many there were.
    pub size: u64,
    /// MD5: the ETag, unless that must tell nothing of the bytes.
    pub md5: Md5Digest,
    /// The ETag of a body that is encrypted so.
    pub opaque_etag: Option<Md5Digest>,
    /// CRC-64/XZ.
    pub crc64_xz: u64,
    /// CRC-64/NVME.
    pub crc64_nvme: ChecksumValue,
    /// The algorithm that was asked for beside those, if one was.
    pub wanted: Option<ChecksumValue>,
}

/// A checksum that the client sent, or asked for, and that was verified or computed on the way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VerifiedChecksum {
    /// The value.
    pub value: ChecksumValue,
    /// Where it came from.
    pub origin: ChecksumOrigin,
}

impl Measured {
    /// The ETag.
    pub fn etag(&self) -> ETag {
        match self.opaque_etag {
            Some(opaque) => ETag { kind: ETagKind::Opaque, text: opaque.to_hex() },
            None => ETag { kind: ETagKind::Md5, text: self.md5.to_hex() },
        }
    }

    /// What a version's row says: one checksum.
    pub(crate) fn body_facts(&self, verified: Option<&VerifiedChecksum>) -> BodyFacts {
        self.facts(vec![self.first_sum(verified)])
    }

    /// What a part's row says: the CRC-64/NVME too, from which the object's is made when nothing else was promised, and what
    /// else was computed.
    pub(crate) fn part_facts(&self, verified: Option<&VerifiedChecksum>) -> BodyFacts {
        let first = self.first_sum(verified);
        let others = self.wanted.iter().chain([&self.crc64_nvme]).map(computed);
        let others: Vec<Checksum> = others.filter(|sum| sum.algorithm != first.algorithm).collect();
        self.facts(std::iter::once(first).chain(others).collect())
    }

    fn first_sum(&self, verified: Option<&VerifiedChecksum>) -> Checksum {
        match verified {
            Some(verified) => row(&verified.value, ChecksumKind::FullObject, verified.origin),
            None => computed(self.wanted.as_ref().unwrap_or(&self.crc64_nvme)),
        }
    }

    fn facts(&self, checksums: Vec<Checksum>) -> BodyFacts {
        BodyFacts {
            size: self.size,
            etag: self.etag(),
            checksums,
            crc64_xz: Some(self.crc64_xz),
            ..BodyFacts::default()
        }
    }
}

fn computed(value: &ChecksumValue) -> Checksum {
    row(value, ChecksumKind::FullObject, ChecksumOrigin::Computed)
}
