//! `PutObject` and `UploadPart`.

use cairn_types::VersionId;
use http::StatusCode;

use super::checksum_fields::{checksum_headers, value_header};
use super::{Response, ResponseHead};
use crate::checksum::{ChecksumValue, ObjectChecksum};
use crate::condition::ETag;

/// A new version.
#[derive(Clone, PartialEq, Debug)]
pub struct PutObjectOutput {
    /// Its entity tag.
    pub etag: ETag,
    /// Its checksum.
    pub checksum: Option<ObjectChecksum>,
    /// Its id, where the bucket shows ids.
    pub version_id: Option<VersionId>,
}

/// A new part.
#[derive(Clone, PartialEq, Debug)]
pub struct UploadPartOutput {
    /// Its entity tag.
    pub etag: ETag,
    /// Its checksum, if the client sent one or the upload promised one.
    pub checksum: Option<ChecksumValue>,
}

impl PutObjectOutput {
    /// The answer.
    pub fn into_response(self) -> Response {
        let mut response = with_etag(&self.etag);
        response.head.optional("x-amz-version-id", self.version_id.map(|id| id.to_string()));
        if let Some(checksum) = &self.checksum {
            checksum_headers(&mut response.head, checksum);
        }
        response
    }
}

impl UploadPartOutput {
    /// The answer.
    pub fn into_response(self) -> Response {
        let mut response = with_etag(&self.etag);
        if let Some(value) = &self.checksum {
            value_header(&mut response.head, value);
        }
        response
    }
}

fn with_etag(etag: &ETag) -> Response {
    let mut head = ResponseHead::new(StatusCode::OK);
    head.text("etag", &etag.quoted());
    Response { head, body: super::ResponseBody::Empty }
}

#[cfg(test)]
mod tests {
    use cairn_types::VersionId;

    use super::{ETag, PutObjectOutput, UploadPartOutput};
    use crate::response::checksum_fields::example;

    #[test]
    fn a_put_answers_in_headers() {
        let output =
            PutObjectOutput { etag: ETag::new("e"), checksum: Some(example()), version_id: Some(VersionId::Null) };
        let headers = output.into_response().head.headers;
        assert_eq!(headers["etag"], "\"e\"");
        assert_eq!(headers["x-amz-checksum-crc32"], "AAAAAQ==");
        assert_eq!(headers["x-amz-checksum-type"], "FULL_OBJECT");
        assert_eq!(headers["x-amz-version-id"], "null");
    }

    #[test]
    fn a_part_has_a_value_without_a_type() {
        let output = UploadPartOutput { etag: ETag::new("e"), checksum: Some(example().value()) };
        let headers = output.into_response().head.headers;
        assert_eq!(headers["x-amz-checksum-crc32"], "AAAAAQ==");
        assert!(!headers.contains_key("x-amz-checksum-type") && !headers.contains_key("x-amz-version-id"));
    }
}
