//! Checksums that S3 clients send or ask for.

use bytes::Bytes;
use cairn_types::record::{record, record_enum};

record_enum! {
    /// Algorithm of a checksum.
    pub enum ChecksumAlgorithm {
        /// CRC-64/NVME: computed for every body that brings none.
        1 => Crc64Nvme,
        /// CRC-32.
        2 => Crc32,
        /// CRC-32C.
        3 => Crc32c,
        /// SHA-1.
        4 => Sha1,
        /// SHA-256.
        5 => Sha256,
        /// SHA-512.
        6 => Sha512,
        /// MD5 as a checksum header, apart from the ETag.
        7 => Md5,
        /// XXH64.
        8 => XxHash64,
        /// XXH3, 64 bits.
        9 => XxHash3,
        /// XXH3, 128 bits.
        10 => XxHash128,
    }
}

record_enum! {
    /// What a checksum of a multipart object covers.
    pub enum ChecksumKind {
        /// All bytes of the object.
        1 => FullObject,
        /// The checksums of the parts.
        2 => Composite,
    }
}

record_enum! {
    /// Where a checksum came from.
    pub enum ChecksumOrigin {
        /// The client sent it and it was verified.
        1 => Sent,
        /// We computed it.
        2 => Computed,
    }
}

record! {
    /// One checksum of a body.
    #[derive(Eq)]
    pub struct Checksum {
        /// Its algorithm.
        1 => pub algorithm: ChecksumAlgorithm,
        /// What it covers.
        2 => pub kind: ChecksumKind,
        /// The value, big-endian, not encoded.
        3 => pub value: Bytes,
        /// Where it came from.
        4 => pub origin: ChecksumOrigin,
    }
}

record! {
    /// Algorithm and kind of a checksum, as listings show them.
    #[derive(Copy, Eq)]
    pub struct ChecksumForm without unknown {
        /// The algorithm.
        1 => pub algorithm: ChecksumAlgorithm,
        /// What it covers.
        2 => pub kind: ChecksumKind,
    }
}
