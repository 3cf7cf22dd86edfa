//! What a client says a document in the body has.

use super::parameters::Parts;
use crate::checksum::{BodyChecksum, ChecksumHasher, ContentMd5, Md5Digest};
use crate::error::{S3Error, S3ErrorCode};

/// The MD5 and the checksum of a document.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct DocumentProof {
    /// `Content-MD5`.
    pub content_md5: Option<ContentMd5>,
    /// `x-amz-checksum-*`.
    pub checksum: Option<BodyChecksum>,
}

impl DocumentProof {
    pub(super) fn parse(parts: Parts<'_>) -> Result<Self, S3Error> {
        let all = parts.headers.all();
        Ok(Self { content_md5: ContentMd5::from_headers(all)?, checksum: BodyChecksum::from_headers(all)? })
    }

    /// Compares with the document.
    ///
    /// # Errors
    ///
    /// `BadDigest`; `MalformedTrailerError` for a checksum that was to come in a trailer, which needs chunks, and documents
    /// do not come in chunks.
    pub fn verify(&self, document: &[u8]) -> Result<(), S3Error> {
        if let Some(content_md5) = self.content_md5 {
            content_md5.verify(&Md5Digest::of(document))?;
        }
        match self.checksum {
            Some(BodyChecksum::Header(sent)) => ChecksumHasher::of(sent.algorithm(), document).expect(&sent),
            Some(BodyChecksum::Trailer(_)) => Err(S3ErrorCode::MalformedTrailerError.into()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::HeaderValue;

    use super::{DocumentProof, Parts};
    use crate::error::S3ErrorCode;
    use crate::header::RequestHeaders;
    use crate::query::Query;

    fn verify(name: &'static str, value: &'static str) -> Result<(), S3ErrorCode> {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        let query = Query::default();
        let headers = RequestHeaders::new(&headers, &query).expect("small");
        let proof = DocumentProof::parse(Parts { query: &query, headers: &headers }).expect("good");
        proof.verify(b"").map_err(|error| error.code)
    }

    #[test]
    fn a_document_is_what_it_was_promised_to_be() {
        for (name, value, answer) in [
            ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==", Ok(())),
            ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfA==", Err(S3ErrorCode::BadDigest)),
            ("x-amz-checksum-crc32", "AAAAAA==", Ok(())),
            ("x-amz-checksum-crc32", "AAAAAQ==", Err(S3ErrorCode::BadDigest)),
            ("x-amz-trailer", "x-amz-checksum-crc32", Err(S3ErrorCode::MalformedTrailerError)),
            ("x-unrelated", "1", Ok(())),
        ] {
            assert_eq!(verify(name, value), answer, "{name}: {value}");
        }
    }
}
