//! `CopyObject` and `UploadPartCopy`.

use cairn_types::{UnixMillis, VersionId};

use super::Response;
use super::checksum_fields::{checksum_elements, value_element};
use crate::checksum::{ChecksumValue, ObjectChecksum};
use crate::condition::ETag;
use crate::xml::XmlWriter;

/// A new version with another's bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct CopyObjectOutput {
    /// Its entity tag.
    pub etag: ETag,
    /// When it became visible.
    pub last_modified: UnixMillis,
    /// Its checksum.
    pub checksum: Option<ObjectChecksum>,
    /// Its id, where the bucket shows ids.
    pub version_id: Option<VersionId>,
    /// The source's id, where its bucket shows ids.
    pub source_version_id: Option<VersionId>,
}

/// A new part with another object's bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct UploadPartCopyOutput {
    /// Its entity tag.
    pub etag: ETag,
    /// When it was stored.
    pub last_modified: UnixMillis,
    /// Its checksum.
    pub checksum: Option<ChecksumValue>,
    /// The source's id, where its bucket shows ids.
    pub source_version_id: Option<VersionId>,
}

impl CopyObjectOutput {
    /// The answer.
    pub fn into_response(self) -> Response {
        let mut xml = XmlWriter::new("CopyObjectResult");
        xml.etag(&self.etag).value("LastModified", self.last_modified);
        if let Some(checksum) = &self.checksum {
            checksum_elements(&mut xml, checksum);
        }
        let mut response = Response::document(xml);
        response.head.optional("x-amz-version-id", self.version_id.map(|id| id.to_string()));
        response.head.optional("x-amz-copy-source-version-id", self.source_version_id.map(|id| id.to_string()));
        response
    }
}

impl UploadPartCopyOutput {
    /// The answer.
    pub fn into_response(self) -> Response {
        let mut xml = XmlWriter::new("CopyPartResult");
        xml.etag(&self.etag).value("LastModified", self.last_modified);
        value_element(&mut xml, self.checksum.as_ref());
        let mut response = Response::document(xml);
        response.head.optional("x-amz-copy-source-version-id", self.source_version_id.map(|id| id.to_string()));
        response
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::{UnixMillis, VersionId};

    use super::{CopyObjectOutput, ETag, UploadPartCopyOutput};
    use crate::response::checksum_fields::example;

    #[test]
    fn copies_answer_in_documents() {
        let copy = CopyObjectOutput {
            etag: ETag::new("e"),
            last_modified: UnixMillis(0),
            checksum: Some(example()),
            version_id: None,
            source_version_id: Some(VersionId::Null),
        };
        let response = copy.into_response();
        assert_eq!(
            response.bare(),
            "<CopyObjectResult><ETag>&quot;e&quot;</ETag><LastModified>1970-01-01T00:00:00.000Z</LastModified>\
             <ChecksumCRC32>AAAAAQ==</ChecksumCRC32><ChecksumType>FULL_OBJECT</ChecksumType></CopyObjectResult>"
        );
        assert_eq!(response.head.headers["x-amz-copy-source-version-id"], "null");
        let part = UploadPartCopyOutput {
            etag: ETag::new("e"),
            last_modified: UnixMillis(0),
            checksum: None,
            source_version_id: None,
        };
        assert_eq!(
            part.into_response().bare(),
            "<CopyPartResult><ETag>&quot;e&quot;</ETag><LastModified>1970-01-01T00:00:00.000Z</LastModified></CopyPartResult>"
        );
    }
}
