//! The checksum that a request says its body has.

use http::HeaderMap;

use super::checksum_type::single;
use super::{ChecksumAlgorithm, ChecksumValue};
use crate::error::{S3Error, S3ErrorCode};

/// Where the checksum of a body comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyChecksum {
    /// A header gave it before the body.
    Header(ChecksumValue),
    /// A trailer will give it after the body.
    Trailer(ChecksumAlgorithm),
}

impl BodyChecksum {
    /// Reads the `x-amz-checksum-*` headers, `x-amz-trailer` and `x-amz-sdk-checksum-algorithm`.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` for two checksums, a value that is not one, a trailer that is not a checksum, an algorithm
    /// announced and not sent, or another one sent.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, S3Error> {
        let found = Self::sent(headers)?;
        let Some(announced) = single(headers, "x-amz-sdk-checksum-algorithm")? else { return Ok(found) };
        let announced = ChecksumAlgorithm::parse_name(announced)?;
        match found {
            Some(checksum) if checksum.algorithm() == announced => Ok(found),
            Some(_) => Err(invalid("Value for x-amz-sdk-checksum-algorithm header is invalid.")),
            None => Err(invalid(
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer \
                 headers were found.",
            )),
        }
    }

    /// The algorithm.
    pub fn algorithm(&self) -> ChecksumAlgorithm {
        match self {
            Self::Header(value) => value.algorithm(),
            Self::Trailer(algorithm) => *algorithm,
        }
    }

    fn sent(headers: &HeaderMap) -> Result<Option<Self>, S3Error> {
        let mut found = None;
        for (name, value) in headers {
            let Some(algorithm) = ChecksumAlgorithm::from_header_name(name.as_str())? else { continue };
            let value = ChecksumValue::parse_header(algorithm, value.as_bytes())?;
            set_once(&mut found, Self::Header(value))?;
        }
        for name in trailer_names(headers)? {
            match ChecksumAlgorithm::from_header_name(&name)? {
                Some(algorithm) => set_once(&mut found, Self::Trailer(algorithm))?,
                None => return Err(invalid("The value specified in the x-amz-trailer header is not supported")),
            }
        }
        Ok(found)
    }
}

/// The trailers that `x-amz-trailer` announces, in lower case.
fn trailer_names(headers: &HeaderMap) -> Result<Vec<String>, S3Error> {
    let mut names = Vec::new();
    for value in headers.get_all("x-amz-trailer") {
        let text = value.to_str().map_err(|_| invalid("Value for x-amz-trailer header is invalid."))?;
        let each = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.extend(each.map(str::to_ascii_lowercase));
    }
    Ok(names)
}

fn set_once(found: &mut Option<BodyChecksum>, checksum: BodyChecksum) -> Result<(), S3Error> {
    if found.replace(checksum).is_some() {
        return Err(invalid("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."));
    }
    Ok(())
}

fn invalid(words: &'static str) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, words)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::BodyChecksum;
    use crate::checksum::{ChecksumAlgorithm, ChecksumValue};
    use crate::error::{S3Error, S3ErrorCode};

    const CRC32: (&str, &str) = ("x-amz-checksum-crc32", "AAAAAA==");

    fn from(pairs: &[(&'static str, &'static str)]) -> Result<Option<BodyChecksum>, S3Error> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        BodyChecksum::from_headers(&headers)
    }

    #[test]
    fn a_header_or_an_announced_trailer_is_the_checksum() {
        let zero = ChecksumValue::from_bytes(ChecksumAlgorithm::Crc32, &[0; 4]).expect("four bytes");
        assert_eq!(from(&[CRC32]), Ok(Some(BodyChecksum::Header(zero))));
        assert_eq!(from(&[CRC32, ("x-amz-sdk-checksum-algorithm", "CRC32")]), Ok(Some(BodyChecksum::Header(zero))));
        let trailer = ("x-amz-trailer", "X-Amz-Checksum-SHA256");
        assert_eq!(from(&[trailer]), Ok(Some(BodyChecksum::Trailer(ChecksumAlgorithm::Sha256))));
        assert_eq!(from(&[("x-amz-checksum-mode", "ENABLED")]), Ok(None));
    }

    #[test]
    fn more_than_one_checksum_is_invalid() {
        for pairs in [
            [CRC32, ("x-amz-checksum-crc32c", "AAAAAA==")],
            [CRC32, CRC32],
            [CRC32, ("x-amz-trailer", "x-amz-checksum-crc32")],
            [("x-amz-trailer", "x-amz-checksum-sha1"), ("x-amz-trailer", "x-amz-checksum-crc32")],
        ] {
            assert_eq!(from(&pairs).expect_err("two").code, S3ErrorCode::InvalidRequest, "{pairs:?}");
        }
        let listed = from(&[("x-amz-trailer", "x-amz-checksum-sha1,x-amz-checksum-crc32")]);
        assert_eq!(listed.expect_err("two").code, S3ErrorCode::InvalidRequest);
    }

    #[test]
    fn what_is_announced_must_be_sent() {
        for pairs in [
            vec![("x-amz-sdk-checksum-algorithm", "CRC32")],
            vec![("x-amz-sdk-checksum-algorithm", "SHA1"), CRC32],
            vec![("x-amz-trailer", "content-md5")],
            vec![("x-amz-checksum-crc32", "AAAA")],
            vec![("x-amz-checksum-crc31", "AAAA")],
        ] {
            assert_eq!(from(&pairs).expect_err("refused").code, S3ErrorCode::InvalidRequest, "{pairs:?}");
        }
        let newer = from(&[("x-amz-checksum-xxhash64", "AAAAAAAAAAA=")]).expect("eight bytes").expect("sent");
        assert_eq!(newer.algorithm(), ChecksumAlgorithm::XxHash64);
    }
}
