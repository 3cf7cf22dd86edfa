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
}

/// Algorithms that AWS took up later and this server does not compute: 501 instead of a guess.
const NOT_IMPLEMENTED: [&str; 5] = ["sha512", "md5", "xxhash64", "xxhash3", "xxhash128"];

const HEADER_PREFIX: &str = "x-amz-checksum-";

impl ChecksumAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 5] = [Self::Crc32, Self::Crc32c, Self::Crc64Nvme, Self::Sha1, Self::Sha256];

    /// The name in XML and in `x-amz-checksum-algorithm`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
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
        }
    }

    /// Bytes of a value before base64.
    pub fn value_bytes(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// Whether values of parts combine into the value of the whole.
    pub fn is_crc(self) -> bool {
        match self {
            Self::Crc32 | Self::Crc32c | Self::Crc64Nvme => true,
            Self::Sha1 | Self::Sha256 => false,
        }
    }

    /// Reads the value of `x-amz-checksum-algorithm`, `x-amz-sdk-checksum-algorithm` or `<ChecksumAlgorithm>`, in any
    /// case as AWS does.
    ///
    /// # Errors
    ///
    /// `NotImplemented` for an algorithm that AWS knows and we do not, else `InvalidRequest`.
    pub fn parse_name(text: &str) -> Result<Self, S3Error> {
        if let Some(known) = Self::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(text)) {
            return Ok(known);
        }
        if NOT_IMPLEMENTED.iter().any(|later| later.eq_ignore_ascii_case(text)) {
            return Err(S3Error::with_message(
                S3ErrorCode::NotImplemented,
                "The checksum algorithm you specified is not implemented",
            ));
        }
        Err(S3Error::with_message(
            S3ErrorCode::InvalidRequest,
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: \
             [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
        ))
    }

    /// Reads a header name (lower case, as `http` keeps them): `None` when it does not carry a checksum value at all.
    ///
    /// # Errors
    ///
    /// `NotImplemented` for an algorithm that AWS knows and we do not; `InvalidRequest` for any other
    /// `x-amz-checksum-…`, since ignoring it would drop a check that the client relies on.
    pub fn from_header_name(name: &str) -> Result<Option<Self>, S3Error> {
        let Some(suffix) = name.strip_prefix(HEADER_PREFIX) else { return Ok(None) };
        match suffix {
            "algorithm" | "mode" | "type" => Ok(None),
            "crc32" => Ok(Some(Self::Crc32)),
            "crc32c" => Ok(Some(Self::Crc32c)),
            "crc64nvme" => Ok(Some(Self::Crc64Nvme)),
            "sha1" => Ok(Some(Self::Sha1)),
            "sha256" => Ok(Some(Self::Sha256)),
            later if NOT_IMPLEMENTED.contains(&later) => Err(S3Error::not_implemented_header(name)),
            _ => Err(S3Error::with_message(
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
    fn newer_algorithms_are_not_implemented_and_others_invalid() {
        for later in ["SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"] {
            let by_name = ChecksumAlgorithm::parse_name(later).expect_err(later);
            assert_eq!(by_name.code, S3ErrorCode::NotImplemented, "{later}");
            let header = format!("x-amz-checksum-{}", later.to_lowercase());
            let by_header = ChecksumAlgorithm::from_header_name(&header).expect_err(later);
            assert_eq!(by_header.code, S3ErrorCode::NotImplemented, "{later}");
        }
        assert_eq!(ChecksumAlgorithm::parse_name("CRC31").expect_err("CRC31").code, S3ErrorCode::InvalidRequest);
        let unknown = ChecksumAlgorithm::from_header_name("x-amz-checksum-crc31").expect_err("crc31");
        assert_eq!(unknown.code, S3ErrorCode::InvalidRequest);
        for other in ["x-amz-checksum-mode", "x-amz-checksum-type", "x-amz-checksum-algorithm", "x-amz-date"] {
            assert_eq!(ChecksumAlgorithm::from_header_name(other), Ok(None));
        }
    }
}
