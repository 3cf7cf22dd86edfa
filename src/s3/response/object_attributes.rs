//! `GetObjectAttributes`.

use super::checksum_fields::{checksum_elements, value_element};
use super::{ObjectFacts, Response};
use crate::checksum::ChecksumValue;
use crate::header::format_http_date;
use crate::operation::{GetObjectAttributes, ObjectAttribute};
use crate::range::PartNumber;
use crate::xml::XmlWriter;

/// Facts about an object.
#[derive(Clone, PartialEq, Debug)]
pub struct GetObjectAttributesOutput {
    /// The object.
    pub object: ObjectFacts,
    /// The parts after the request's marker, by number, as many as it wants; listed only where the upload promised a
    /// checksum, as S3 does.
    pub parts: Vec<AttributesPart>,
    /// Whether there are more.
    pub is_truncated: bool,
}

/// One part.
#[derive(Clone, PartialEq, Debug)]
pub struct AttributesPart {
    /// Its number.
    pub number: PartNumber,
    /// Its size in bytes.
    pub size: u64,
    /// Its checksum.
    pub checksum: Option<ChecksumValue>,
}

impl GetObjectAttributesOutput {
    /// The answer. The entity tag stands without quotes here, alone in S3.
    pub fn into_response(self, request: &GetObjectAttributes) -> Response {
        let mut xml = XmlWriter::new("GetObjectAttributesResponse");
        if request.wants(ObjectAttribute::ETag) {
            xml.text("ETag", self.object.etag.as_str());
        }
        if let (true, Some(checksum)) = (request.wants(ObjectAttribute::Checksum), &self.object.checksum) {
            xml.open("Checksum");
            checksum_elements(&mut xml, checksum);
            xml.close();
        }
        if let (true, Some(count)) = (request.wants(ObjectAttribute::ObjectParts), self.object.parts_count) {
            self.write_parts(&mut xml, request, count);
        }
        if request.wants(ObjectAttribute::StorageClass) {
            xml.text("StorageClass", self.object.settings.storage_class.as_str());
        }
        if request.wants(ObjectAttribute::ObjectSize) {
            xml.value("ObjectSize", self.object.size);
        }
        let mut response = Response::document(xml);
        response.head.text("last-modified", &format_http_date(self.object.last_modified));
        response.head.optional("x-amz-version-id", self.object.version_id.map(|id| id.to_string()));
        response
    }

    fn write_parts(&self, xml: &mut XmlWriter, request: &GetObjectAttributes, count: u32) {
        xml.open("ObjectParts");
        let last = self.parts.last().map_or(0, |part| part.number.get());
        xml.value("IsTruncated", self.is_truncated).value("MaxParts", request.max_parts);
        xml.value("NextPartNumberMarker", last).value("PartNumberMarker", request.part_number_marker);
        for part in &self.parts {
            xml.open("Part");
            value_element(xml, part.checksum.as_ref());
            xml.value("PartNumber", part.number.get()).value("Size", part.size).close();
        }
        xml.value("PartsCount", count).close();
    }
}
