//! The algorithms, and the names by which requests speak of them.

use crate::error::{S3Error, S3ErrorCode};

/// A checksum algorithm that this server computes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ChecksumAlgorithm {
    /// CRC-32 as in zlib and Ethernet.
    Crc32,
    /// CRC-32C (Castagnoli), as in iSCSI.
    Crc32c,
    /// CRC-64 with the NVMe polynomial (not the one of XZ).
    Crc64Nvme,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
    /// MD5, apart from the entity tag and `Content-MD5`.
    Md5,
    /// XXH64 with seed 0.
    XxHash64,
    /// XXH3 of 64 bits with seed 0.
    XxHash3,
    /// XXH3 of 128 bits with seed 0.
    XxHash128,
}

const HEADER_PREFIX: &str = "x-amz-checksum-";

impl ChecksumAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 10] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
        Self::Md5,
        Self::XxHash64,
        Self::XxHash3,
        Self::XxHash128,
    ];

    /// The name in XML and in `x-amz-checksum-algorithm`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
            Self::Md5 => "MD5",
            Self::XxHash64 => "XXHASH64",
            Self::XxHash3 => "XXHASH3",
            Self::XxHash128 => "XXHASH128",
        }
    }

    /// The header (or trailer) that carries a value.
    pub fn header_name(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
            Self::Sha512 => "x-amz-checksum-sha512",
            Self::Md5 => "x-amz-checksum-md5",
            Self::XxHash64 => "x-amz-checksum-xxhash64",
            Self::XxHash3 => "x-amz-checksum-xxhash3",
            Self::XxHash128 => "x-amz-checksum-xxhash128",
        }
    }

    /// The XML element that carries a value (`ChecksumCRC32` …).
    pub fn element_name(self) -> &'static str {
        match self {
            Self::Crc32 => "ChecksumCRC32",
            Self::Crc32c => "ChecksumCRC32C",
            Self::Crc64Nvme => "ChecksumCRC64NVME",
            Self::Sha1 => "ChecksumSHA1",
            Self::Sha256 => "ChecksumSHA256",
            Self::Sha512 => "ChecksumSHA512",
            Self::Md5 => "ChecksumMD5",
            Self::XxHash64 => "ChecksumXXHASH64",
            Self::XxHash3 => "ChecksumXXHASH3",
            Self::XxHash128 => "ChecksumXXHASH128",
        }
    }

    /// Bytes of a value before base64.
    pub fn value_bytes(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme | Self::XxHash64 | Self::XxHash3 => 8,
            Self::Md5 | Self::XxHash128 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// Whether values of parts combine into the value of the whole.
    pub fn is_crc(self) -> bool {
        match self {
            Self::Crc32 | Self::Crc32c | Self::Crc64Nvme => true,
            Self::Sha1 | Self::Sha256 | Self::Sha512 | Self::Md5 | Self::XxHash64 | Self::XxHash3 | Self::XxHash128 => {
                false
            }
        }
    }

    /// Reads the value of `x-amz-checksum-algorithm`, `x-amz-sdk-checksum-algorithm` or `<ChecksumAlgorithm>`, in any
    /// case as AWS does.
    ///
    /// # Errors
    ///
    /// `InvalidRequest`.
    pub fn parse_name(text: &str) -> Result<Self, S3Error> {
        if let Some(known) = Self::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(text)) {
            return Ok(known);
        }
        Err(S3Error::with_message(
            S3ErrorCode::InvalidRequest,
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: \
             [CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512, MD5, XXHASH64, XXHASH3, XXHASH128]",
        ))
    }

    /// Reads a header name (lower case, as `http` keeps them): `None` when it does not carry a checksum value at all.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` for any other `x-amz-checksum-…`, since ignoring it would drop a check that the client relies on.
    pub fn from_header_name(name: &str) -> Result<Option<Self>, S3Error> {
        let Some(suffix) = name.strip_prefix(HEADER_PREFIX) else { return Ok(None) };
        if matches!(suffix, "algorithm" | "mode" | "type") {
            return Ok(None);
        }
        match Self::ALL.into_iter().find(|known| known.header_name() == name) {
            Some(known) => Ok(Some(known)),
            None => Err(S3Error::with_message(
                S3ErrorCode::InvalidRequest,
                "The algorithm type you specified in x-amz-checksum- header is invalid.",
            )),
        }
    }
}

impl std::fmt::Display for ChecksumAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::ChecksumAlgorithm;
    use crate::error::S3ErrorCode;

    #[test]
    fn every_name_leads_back_to_its_algorithm() {
        for algorithm in ChecksumAlgorithm::ALL {
            assert_eq!(ChecksumAlgorithm::parse_name(algorithm.as_str()), Ok(algorithm));
            assert_eq!(ChecksumAlgorithm::parse_name(&algorithm.as_str().to_lowercase()), Ok(algorithm));
            assert_eq!(ChecksumAlgorithm::from_header_name(algorithm.header_name()), Ok(Some(algorithm)));
        }
    }

    #[test]
    fn other_algorithms_are_invalid() {
        assert_eq!(ChecksumAlgorithm::parse_name("CRC31").expect_err("CRC31").code, S3ErrorCode::InvalidRequest);
        let unknown = ChecksumAlgorithm::from_header_name("x-amz-checksum-crc31").expect_err("crc31");
        assert_eq!(unknown.code, S3ErrorCode::InvalidRequest);
        for other in ["x-amz-checksum-mode", "x-amz-checksum-type", "x-amz-checksum-algorithm", "x-amz-date"] {
            assert_eq!(ChecksumAlgorithm::from_header_name(other), Ok(None));
        }
    }
}
