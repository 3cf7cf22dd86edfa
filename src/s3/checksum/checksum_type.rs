//! What the checksum of a multipart object stands for.

use http::HeaderMap;

use super::ChecksumAlgorithm;
use crate::error::{S3Error, S3ErrorCode};

/// What the value of an object covers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChecksumType {
    /// The object's bytes, whatever its parts.
    FullObject,
    /// The parts' values, one after the other.
    Composite,
}

impl ChecksumType {
    /// The name in XML and in `x-amz-checksum-type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FullObject => "FULL_OBJECT",
            Self::Composite => "COMPOSITE",
        }
    }

    /// Reads the value of `x-amz-checksum-type` or `<ChecksumType>`.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` for any other text.
    pub fn parse(text: &str) -> Result<Self, S3Error> {
        match text {
            "FULL_OBJECT" => Ok(Self::FullObject),
            "COMPOSITE" => Ok(Self::Composite),
            _ => Err(invalid("Value for x-amz-checksum-type header is invalid.")),
        }
    }

    /// What a multipart upload with `algorithm` gets when it names no type.
    pub fn default_for(algorithm: ChecksumAlgorithm) -> Self {
        match algorithm {
            ChecksumAlgorithm::Crc64Nvme => Self::FullObject,
            ChecksumAlgorithm::Crc32
            | ChecksumAlgorithm::Crc32c
            | ChecksumAlgorithm::Sha1
            | ChecksumAlgorithm::Sha256
            | ChecksumAlgorithm::Sha512
            | ChecksumAlgorithm::Md5
            | ChecksumAlgorithm::XxHash64
            | ChecksumAlgorithm::XxHash3
            | ChecksumAlgorithm::XxHash128 => Self::Composite,
        }
    }

    /// Whether a multipart object may have this type under `algorithm`.
    pub fn allows(self, algorithm: ChecksumAlgorithm) -> bool {
        match self {
            // Digests of parts do not combine.
            Self::FullObject => algorithm.is_crc(),
            Self::Composite => algorithm != ChecksumAlgorithm::Crc64Nvme,
        }
    }
}

/// The checksum that a multipart upload promises for its object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct UploadChecksum {
    algorithm: ChecksumAlgorithm,
    kind: ChecksumType,
}

impl UploadChecksum {
    /// Pairs algorithm and type.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` where the algorithm does not have that type.
    pub fn new(algorithm: ChecksumAlgorithm, kind: ChecksumType) -> Result<Self, S3Error> {
        if kind.allows(algorithm) {
            return Ok(Self { algorithm, kind });
        }
        let words =
            format!("The {} checksum type cannot be used with the {algorithm} checksum algorithm.", kind.as_str());
        Err(S3Error::with_message(S3ErrorCode::InvalidRequest, words))
    }

    /// Reads `x-amz-checksum-algorithm` and `x-amz-checksum-type` of CreateMultipartUpload.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` for a type without an algorithm, a repeated header, an unknown name or a forbidden pair.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, S3Error> {
        let algorithm = single(headers, "x-amz-checksum-algorithm")?.map(ChecksumAlgorithm::parse_name).transpose()?;
        let kind = single(headers, "x-amz-checksum-type")?.map(ChecksumType::parse).transpose()?;
        match (algorithm, kind) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(invalid(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
            )),
            (Some(algorithm), kind) => {
                let kind = kind.unwrap_or_else(|| ChecksumType::default_for(algorithm));
                Self::new(algorithm, kind).map(Some)
            }
        }
    }

    /// The algorithm of every part.
    pub fn algorithm(&self) -> ChecksumAlgorithm {
        self.algorithm
    }

    /// What the object's value will cover.
    pub fn kind(&self) -> ChecksumType {
        self.kind
    }

    /// Checks what a part brings against what the upload promised.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` for another algorithm, and for none where the type is composite.
    pub fn admit_part(&self, sent: Option<ChecksumAlgorithm>) -> Result<(), S3Error> {
        let got = match (sent, self.kind) {
            (Some(sent), _) if sent == self.algorithm => return Ok(()),
            // The server computes it: values of parts are not needed for the whole.
            (None, ChecksumType::FullObject) => return Ok(()),
            (Some(sent), _) => sent.as_str(),
            (None, ChecksumType::Composite) => "null",
        };
        let words = format!(
            "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
            self.algorithm.as_str().to_lowercase(),
            got.to_lowercase()
        );
        Err(S3Error::with_message(S3ErrorCode::InvalidRequest, words))
    }
}

/// The text of a header that may come once.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, S3Error> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    text.map(|text| Some(text.trim())).ok_or_else(|| {
        S3Error::with_message(S3ErrorCode::InvalidRequest, format!("Value for {name} header is invalid."))
    })
}

fn invalid(words: &'static str) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, words)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{ChecksumType, UploadChecksum};
    use crate::checksum::ChecksumAlgorithm;
    use crate::error::{S3Error, S3ErrorCode};

    fn from(pairs: &[(&'static str, &'static str)]) -> Result<Option<UploadChecksum>, S3Error> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        UploadChecksum::from_headers(&headers)
    }

    #[test]
    fn an_upload_gets_the_type_of_its_algorithm() {
        for (name, kind) in [
            ("CRC64NVME", "FULL_OBJECT"),
            ("CRC32", "COMPOSITE"),
            ("SHA256", "COMPOSITE"),
            ("XXHASH3", "COMPOSITE"),
            ("MD5", "COMPOSITE"),
        ] {
            let upload = from(&[("x-amz-checksum-algorithm", name)]).expect(name).expect(name);
            assert_eq!((upload.algorithm().as_str(), upload.kind().as_str()), (name, kind));
        }
        assert_eq!(from(&[]), Ok(None));
    }

    #[test]
    fn forbidden_pairs_are_invalid() {
        let kind = |kind| ("x-amz-checksum-type", kind);
        let algorithm = |name| ("x-amz-checksum-algorithm", name);
        for bad in [
            vec![kind("FULL_OBJECT")],
            vec![algorithm("SHA1"), kind("FULL_OBJECT")],
            vec![algorithm("SHA256"), kind("FULL_OBJECT")],
            vec![algorithm("SHA512"), kind("FULL_OBJECT")],
            vec![algorithm("MD5"), kind("FULL_OBJECT")],
            vec![algorithm("XXHASH64"), kind("FULL_OBJECT")],
            vec![algorithm("XXHASH3"), kind("FULL_OBJECT")],
            vec![algorithm("XXHASH128"), kind("FULL_OBJECT")],
            vec![algorithm("CRC64NVME"), kind("COMPOSITE")],
            vec![algorithm("CRC32"), kind("WHOLE")],
            vec![algorithm("CRC32"), algorithm("CRC32")],
        ] {
            assert_eq!(from(&bad).expect_err("refused").code, S3ErrorCode::InvalidRequest, "{bad:?}");
        }
        assert!(from(&[algorithm("CRC32"), kind("FULL_OBJECT")]).is_ok());
    }

    #[test]
    fn a_part_must_fit_its_upload() {
        let composite = UploadChecksum::new(ChecksumAlgorithm::Crc32, ChecksumType::Composite).expect("allowed");
        let full = UploadChecksum::new(ChecksumAlgorithm::Crc32, ChecksumType::FullObject).expect("allowed");
        for upload in [composite, full] {
            assert_eq!(upload.admit_part(Some(ChecksumAlgorithm::Crc32)), Ok(()));
            let other = upload.admit_part(Some(ChecksumAlgorithm::Sha1)).expect_err("another algorithm");
            assert_eq!(other.code, S3ErrorCode::InvalidRequest);
        }
        assert_eq!(full.admit_part(None), Ok(()));
        assert_eq!(composite.admit_part(None).expect_err("none").code, S3ErrorCode::InvalidRequest);
    }
}
