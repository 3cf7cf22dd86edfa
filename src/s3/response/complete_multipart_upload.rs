//! `CompleteMultipartUpload`.

use cairn_types::VersionId;

use super::Response;
use super::checksum_fields::checksum_elements;
use crate::checksum::ObjectChecksum;
use crate::condition::ETag;
use crate::operation::CompleteMultipartUpload;
use crate::xml::XmlWriter;

/// The object that an upload became.
#[derive(Clone, PartialEq, Debug)]
pub struct CompleteMultipartUploadOutput {
    /// Where it can be read.
    pub location: String,
    /// Its entity tag.
    pub etag: ETag,
    /// Its checksum.
    pub checksum: Option<ObjectChecksum>,
    /// Its id, where the bucket shows ids.
    pub version_id: Option<VersionId>,
}

impl CompleteMultipartUploadOutput {
    /// The answer. Who sent the head already, to keep the connection alive, sends the rest of the document after its
    /// declaration ([`crate::xml::DECLARATION`]) and spaces.
    pub fn into_response(self, request: &CompleteMultipartUpload) -> Response {
        let mut xml = XmlWriter::new("CompleteMultipartUploadResult");
        xml.text("Location", &self.location).text("Bucket", request.bucket.as_str()).text("Key", request.key.as_str());
        xml.etag(&self.etag);
        if let Some(checksum) = &self.checksum {
            checksum_elements(&mut xml, checksum);
        }
        let mut response = Response::document(xml);
        response.head.optional("x-amz-version-id", self.version_id.map(|id| id.to_string()));
        response
    }
}
