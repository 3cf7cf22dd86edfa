//! Checksums between the wire and the rows.

use bytes::Bytes;
use cairn_catalog::rows::{Checksum, ChecksumAlgorithm as Row, ChecksumKind, ChecksumOrigin};
use cairn_s3::checksum::{ChecksumAlgorithm as Wire, ChecksumType, ChecksumValue};

/// The algorithm as rows name it.
pub fn row_algorithm(algorithm: Wire) -> Row {
    match algorithm {
        Wire::Crc32 => Row::Crc32,
        Wire::Crc32c => Row::Crc32c,
        Wire::Crc64Nvme => Row::Crc64Nvme,
        Wire::Sha1 => Row::Sha1,
        Wire::Sha256 => Row::Sha256,
        Wire::Sha512 => Row::Sha512,
        Wire::Md5 => Row::Md5,
        Wire::XxHash64 => Row::XxHash64,
        Wire::XxHash3 => Row::XxHash3,
        Wire::XxHash128 => Row::XxHash128,
    }
}

/// The algorithm of a row, if this build computes it.
pub fn wire_algorithm(algorithm: Row) -> Option<Wire> {
    match algorithm {
        Row::Crc32 => Some(Wire::Crc32),
        Row::Crc32c => Some(Wire::Crc32c),
        Row::Crc64Nvme => Some(Wire::Crc64Nvme),
        Row::Sha1 => Some(Wire::Sha1),
        Row::Sha256 => Some(Wire::Sha256),
        Row::Sha512 => Some(Wire::Sha512),
        Row::Md5 => Some(Wire::Md5),
        Row::XxHash64 => Some(Wire::XxHash64),
        Row::XxHash3 => Some(Wire::XxHash3),
        Row::XxHash128 => Some(Wire::XxHash128),
    }
}

/// What a checksum covers, as rows name it.
pub fn row_kind(kind: ChecksumType) -> ChecksumKind {
    match kind {
        ChecksumType::FullObject => ChecksumKind::FullObject,
        ChecksumType::Composite => ChecksumKind::Composite,
    }
}

/// What a checksum of a row covers.
pub fn wire_kind(kind: ChecksumKind) -> ChecksumType {
    match kind {
        ChecksumKind::FullObject => ChecksumType::FullObject,
        ChecksumKind::Composite => ChecksumType::Composite,
    }
}

/// The value of a row, if this build computes its algorithm and it has its length.
pub fn wire_value(checksum: &Checksum) -> Option<ChecksumValue> {
    ChecksumValue::from_bytes(wire_algorithm(checksum.algorithm)?, &checksum.value)
}

/// A checksum as a row keeps it.
pub(crate) fn row(value: &ChecksumValue, kind: ChecksumKind, origin: ChecksumOrigin) -> Checksum {
    Checksum {
        algorithm: row_algorithm(value.algorithm()),
        kind,
        value: Bytes::copy_from_slice(value.as_bytes()),
        origin,
        ..Checksum::default()
    }
}
