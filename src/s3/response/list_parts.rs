//! `ListParts`.

use cairn_types::UnixMillis;

use super::checksum_fields::value_element;
use super::{Owner, Response};
use crate::checksum::{ChecksumValue, UploadChecksum};
use crate::condition::ETag;
use crate::header::StorageClass;
use crate::operation::ListParts;
use crate::range::PartNumber;
use crate::xml::XmlWriter;

/// A page of an upload's parts.
#[derive(Clone, PartialEq, Debug)]
pub struct ListPartsOutput {
    /// Who began the upload.
    pub initiator: Owner,
    /// Whose the object will be.
    pub owner: Owner,
    /// The checksum it promised.
    pub checksum: Option<UploadChecksum>,
    /// The class it will have.
    pub storage_class: StorageClass,
    /// The parts, by number.
    pub parts: Vec<PartEntry>,
    /// Whether there are more.
    pub is_truncated: bool,
}

/// One part.
#[derive(Clone, PartialEq, Debug)]
pub struct PartEntry {
    /// Its number.
    pub number: PartNumber,
    /// When it was stored.
    pub last_modified: UnixMillis,
    /// Its entity tag.
    pub etag: ETag,
    /// Its size in bytes.
    pub size: u64,
    /// Its checksum.
    pub checksum: Option<ChecksumValue>,
}

impl ListPartsOutput {
    /// The answer.
    pub fn into_response(self, request: &ListParts) -> Response {
        let mut xml = XmlWriter::new("ListPartsResult");
        xml.text("Bucket", request.bucket.as_str()).key("Key", request.key.as_str(), request.encoding);
        xml.value("UploadId", request.upload_id);
        self.initiator.write(&mut xml, "Initiator");
        self.owner.write(&mut xml, "Owner");
        xml.text("StorageClass", self.storage_class.as_str()).value("PartNumberMarker", request.part_number_marker);
        let last = self.parts.last().map_or(request.part_number_marker, |part| u32::from(part.number.get()));
        if self.is_truncated {
            xml.value("NextPartNumberMarker", last);
        }
        xml.value("MaxParts", request.max_parts).value("IsTruncated", self.is_truncated);
        for part in &self.parts {
            xml.open("Part").value("PartNumber", part.number.get()).value("LastModified", part.last_modified);
            xml.etag(&part.etag).value("Size", part.size);
            value_element(&mut xml, part.checksum.as_ref());
            xml.close();
        }
        if let Some(checksum) = &self.checksum {
            xml.text("ChecksumAlgorithm", checksum.algorithm().as_str()).text("ChecksumType", checksum.kind().as_str());
        }
        Response::document(xml)
    }
}
