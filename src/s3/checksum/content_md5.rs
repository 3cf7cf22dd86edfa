//! The `Content-MD5` header.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use super::Md5Digest;
use crate::error::{S3Error, S3ErrorCode};

/// The MD5 that a client says its body has. The ETag's MD5 is compared with it, so that no byte is hashed twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ContentMd5(Md5Digest);

impl ContentMd5 {
    /// Reads the header, if there is one.
    ///
    /// # Errors
    ///
    /// `InvalidDigest` unless it comes once and is 16 bytes in base64.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, S3Error> {
        let mut values = headers.get_all("content-md5").iter();
        let Some(value) = values.next() else { return Ok(None) };
        let text = value.to_str().ok().filter(|_| values.next().is_none());
        text.and_then(Self::from_base64).map(Some).ok_or_else(|| S3Error::new(S3ErrorCode::InvalidDigest))
    }

    /// Reads base64; `None` unless it holds 16 bytes.
    pub fn from_base64(text: &str) -> Option<Self> {
        // Longer than a digest, so that a longer text is an error and never a cut value.
        let mut raw = [0; 18];
        let len = STANDARD.decode_slice(text.trim(), &mut raw).ok()?;
        let digest: [u8; 16] = raw.get(..len)?.try_into().ok()?;
        Some(Self(Md5Digest(digest)))
    }

    /// Whether the body had this digest.
    pub fn matches(&self, computed: &Md5Digest) -> bool {
        self.0 == *computed
    }

    /// As [`ContentMd5::matches`].
    ///
    /// # Errors
    ///
    /// `BadDigest` with both digests, as AWS sends them.
    pub fn verify(&self, computed: &Md5Digest) -> Result<(), S3Error> {
        if self.matches(computed) {
            return Ok(());
        }
        Err(S3Error::new(S3ErrorCode::BadDigest)
            .element("ExpectedDigest", self.0.to_hex())
            .element("CalculatedDigest", STANDARD.encode(computed.0)))
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::ContentMd5;
    use crate::checksum::Md5Digest;
    use crate::error::S3ErrorCode;

    fn headers(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("content-md5", HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn only_sixteen_bytes_of_base64_are_a_digest() {
        for bad in [
            "",
            "xyz",
            "1B2M2Y8AsgTpgAmY7PhCfg",
            "1B2M2Y8AsgTpgAmY7PhCfgAA",
            "AAAA",
            "d41d8cd98f00b204e9800998ecf8427e",
        ] {
            let error = ContentMd5::from_headers(&headers(&[bad])).expect_err(bad);
            assert_eq!(error.code, S3ErrorCode::InvalidDigest, "{bad}");
        }
        let twice = headers(&["1B2M2Y8AsgTpgAmY7PhCfg==", "1B2M2Y8AsgTpgAmY7PhCfg=="]);
        assert_eq!(ContentMd5::from_headers(&twice).expect_err("twice").code, S3ErrorCode::InvalidDigest);
        assert_eq!(ContentMd5::from_headers(&headers(&[])), Ok(None));
    }

    #[test]
    fn another_body_is_a_bad_digest() {
        let sent = ContentMd5::from_headers(&headers(&["1B2M2Y8AsgTpgAmY7PhCfg=="])).expect("good").expect("sent");
        assert_eq!(sent.verify(&Md5Digest::of(b"")), Ok(()));
        assert_eq!(sent.verify(&Md5Digest::of(b"x")).expect_err("differs").code, S3ErrorCode::BadDigest);
    }
}
