//! `CreateMultipartUpload`.

use cairn_types::UploadId;

use super::Response;
use crate::operation::CreateMultipartUpload;
use crate::xml::XmlWriter;

/// An upload that has begun.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateMultipartUploadOutput {
    /// Its id.
    pub upload_id: UploadId,
}

impl CreateMultipartUploadOutput {
    /// The answer.
    pub fn into_response(self, request: &CreateMultipartUpload) -> Response {
        let mut xml = XmlWriter::new("InitiateMultipartUploadResult");
        xml.text("Bucket", request.bucket.as_str()).text("Key", request.key.as_str());
        xml.value("UploadId", self.upload_id);
        let mut response = Response::document(xml);
        if let Some(checksum) = &request.checksum {
            response.head.text("x-amz-checksum-algorithm", checksum.algorithm().as_str());
            response.head.text("x-amz-checksum-type", checksum.kind().as_str());
        }
        response
    }
}
