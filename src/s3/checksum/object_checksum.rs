//! The checksum of a multipart object, made from those of its parts.

use std::fmt;

use http::HeaderMap;

use super::{ChecksumAlgorithm, ChecksumHasher, ChecksumType, ChecksumValue, UploadChecksum};
use crate::error::{S3Error, S3ErrorCode};

/// What is known of one part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PartChecksum {
    /// Its checksum, of the upload's algorithm.
    pub value: ChecksumValue,
    /// Its length in bytes.
    pub len: u64,
}

/// The checksum of an object as S3 shows it: `base64`, or `base64-N` where it covers N parts' values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectChecksum {
    /// Over the object's bytes.
    FullObject(ChecksumValue),
    /// Over the parts' values.
    Composite {
        /// The digest of the values.
        value: ChecksumValue,
        /// How many there were.
        parts: u32,
    },
}

impl ObjectChecksum {
    /// Makes the object's checksum from its parts in order. `None` if a part has another algorithm.
    pub fn from_parts(upload: UploadChecksum, parts: impl IntoIterator<Item = PartChecksum>) -> Option<Self> {
        match upload.kind() {
            ChecksumType::FullObject => combine(upload.algorithm(), parts).map(Self::FullObject),
            ChecksumType::Composite => composite(upload.algorithm(), parts),
        }
    }

    /// Reads the checksum that CompleteMultipartUpload may carry for the whole object: the value, and the number of
    /// parts where it was given.
    ///
    /// # Errors
    ///
    /// As [`super::BodyChecksum::from_headers`].
    pub fn sent_with_complete(headers: &HeaderMap) -> Result<Option<(ChecksumValue, Option<u32>)>, S3Error> {
        let mut found = None;
        for (name, text) in headers {
            let Some(algorithm) = ChecksumAlgorithm::from_header_name(name.as_str())? else { continue };
            let value = parse_with_count(algorithm, text.as_bytes())?;
            if found.replace(value).is_some() {
                return Err(S3Error::with_message(
                    S3ErrorCode::InvalidRequest,
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
                ));
            }
        }
        Ok(found)
    }

    /// Compares with what came with Complete.
    ///
    /// # Errors
    ///
    /// `BadDigest` if algorithm, value or number of parts differ.
    pub fn expect(&self, sent: (ChecksumValue, Option<u32>)) -> Result<(), S3Error> {
        let count_differs = match (self, sent.1) {
            (_, None) => false,
            (Self::Composite { parts, .. }, Some(count)) => *parts != count,
            (Self::FullObject(_), Some(_)) => true,
        };
        if count_differs {
            return Err(S3Error::new(S3ErrorCode::BadDigest));
        }
        self.value().expect(&sent.0)
    }

    /// The value without the number of parts.
    pub fn value(&self) -> ChecksumValue {
        match self {
            Self::FullObject(value) | Self::Composite { value, .. } => *value,
        }
    }

    /// What it covers.
    pub fn kind(&self) -> ChecksumType {
        match self {
            Self::FullObject(_) => ChecksumType::FullObject,
            Self::Composite { .. } => ChecksumType::Composite,
        }
    }
}

impl fmt::Display for ObjectChecksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FullObject(value) => f.write_str(&value.to_base64()),
            Self::Composite { value, parts } => write!(f, "{}-{parts}", value.to_base64()),
        }
    }
}

fn combine(algorithm: ChecksumAlgorithm, parts: impl IntoIterator<Item = PartChecksum>) -> Option<ChecksumValue> {
    let crc = match algorithm {
        ChecksumAlgorithm::Crc32 => crc_fast::CrcAlgorithm::Crc32IsoHdlc,
        ChecksumAlgorithm::Crc32c => crc_fast::CrcAlgorithm::Crc32Iscsi,
        ChecksumAlgorithm::Crc64Nvme => crc_fast::CrcAlgorithm::Crc64Nvme,
        ChecksumAlgorithm::Sha1
        | ChecksumAlgorithm::Sha256
        | ChecksumAlgorithm::Sha512
        | ChecksumAlgorithm::Md5
        | ChecksumAlgorithm::XxHash64
        | ChecksumAlgorithm::XxHash3
        | ChecksumAlgorithm::XxHash128 => return None,
    };
    let mut whole = ChecksumHasher::of(algorithm, b"").as_number();
    for part in parts {
        if part.value.algorithm() != algorithm {
            return None;
        }
        whole = crc_fast::checksum_combine(crc, whole, part.value.as_number(), part.len);
    }
    Some(ChecksumValue::from_number(algorithm, whole))
}

fn composite(algorithm: ChecksumAlgorithm, parts: impl IntoIterator<Item = PartChecksum>) -> Option<ObjectChecksum> {
    let (mut hasher, mut count) = (ChecksumHasher::new(algorithm), 0);
    for part in parts {
        if part.value.algorithm() != algorithm {
            return None;
        }
        hasher.update(part.value.as_bytes());
        count += 1;
    }
    Some(ObjectChecksum::Composite { value: hasher.finish(), parts: count })
}

fn parse_with_count(algorithm: ChecksumAlgorithm, text: &[u8]) -> Result<(ChecksumValue, Option<u32>), S3Error> {
    // A dash is not in the alphabet of base64, so the first one ends the value.
    let mut halves = text.splitn(2, |byte| *byte == b'-');
    let value = ChecksumValue::parse_header(algorithm, halves.next().unwrap_or_default())?;
    let Some(count) = halves.next() else { return Ok((value, None)) };
    let count = std::str::from_utf8(count).ok().and_then(|count| count.trim_end().parse().ok());
    count.map(|count| (value, Some(count))).ok_or_else(|| {
        let name = algorithm.header_name();
        S3Error::with_message(S3ErrorCode::InvalidRequest, format!("Value for {name} header is invalid."))
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::{ObjectChecksum, PartChecksum};
    use crate::checksum::{ChecksumAlgorithm, ChecksumHasher, ChecksumType, UploadChecksum};
    use crate::error::S3ErrorCode;

    fn part(algorithm: ChecksumAlgorithm, bytes: &[u8]) -> PartChecksum {
        PartChecksum { value: ChecksumHasher::of(algorithm, bytes), len: bytes.len() as u64 }
    }

    fn upload(algorithm: ChecksumAlgorithm, kind: ChecksumType) -> UploadChecksum {
        UploadChecksum::new(algorithm, kind).expect("an allowed pair")
    }

    proptest! {
        #[test]
        fn combined_crcs_equal_the_crc_of_the_joined_parts(parts in prop::collection::vec(any::<Vec<u8>>(), 0..6)) {
            for algorithm in ChecksumAlgorithm::ALL.into_iter().filter(|algorithm| algorithm.is_crc()) {
                let each = parts.iter().map(|bytes| part(algorithm, bytes));
                let whole = ObjectChecksum::from_parts(upload(algorithm, ChecksumType::FullObject), each);
                let direct = ChecksumHasher::of(algorithm, &parts.concat());
                prop_assert_eq!(whole, Some(ObjectChecksum::FullObject(direct)));
            }
        }
    }

    #[test]
    fn a_composite_checksum_hashes_the_values_and_shows_their_number() {
        let sha = ChecksumAlgorithm::Sha256;
        let parts = [part(sha, b"one"), part(sha, b"two")];
        let joined = [parts[0].value.as_bytes(), parts[1].value.as_bytes()].concat();
        let object = ObjectChecksum::from_parts(upload(sha, ChecksumType::Composite), parts).expect("one algorithm");
        assert_eq!(object.to_string(), format!("{}-2", ChecksumHasher::of(sha, &joined).to_base64()));
    }

    #[test]
    fn parts_of_another_algorithm_do_not_combine() {
        let crc = ChecksumAlgorithm::Crc32;
        for kind in [ChecksumType::FullObject, ChecksumType::Composite] {
            let parts = [part(ChecksumAlgorithm::Crc32c, b"x")];
            assert_eq!(ObjectChecksum::from_parts(upload(crc, kind), parts), None);
        }
    }

    #[test]
    fn a_value_sent_with_complete_is_compared_with_its_count() {
        let crc = ChecksumAlgorithm::Crc32;
        let object =
            ObjectChecksum::from_parts(upload(crc, ChecksumType::Composite), [part(crc, b"x")]).expect("one algorithm");
        let sent = |text: String| {
            let mut headers = HeaderMap::new();
            headers.insert(crc.header_name(), HeaderValue::from_str(&text).expect("ASCII"));
            ObjectChecksum::sent_with_complete(&headers).map(|sent| sent.expect("one header"))
        };
        let value = object.value().to_base64();
        for good in [value.clone(), format!("{value}-1")] {
            assert_eq!(object.expect(sent(good).expect("a value")), Ok(()));
        }
        let wrong = object.expect(sent(format!("{value}-2")).expect("a value")).expect_err("count differs");
        assert_eq!(wrong.code, S3ErrorCode::BadDigest);
        for bad in [format!("{value}-"), format!("{value}-x"), "-1".to_owned()] {
            assert_eq!(sent(bad).expect_err("malformed").code, S3ErrorCode::InvalidRequest);
        }
    }
}
