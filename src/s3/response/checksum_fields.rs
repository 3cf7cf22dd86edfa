//! Checksums in headers and documents.

use super::ResponseHead;
use crate::checksum::{ChecksumValue, ObjectChecksum};
use crate::xml::XmlWriter;

/// An object's checksum as headers.
pub(super) fn checksum_headers(head: &mut ResponseHead, checksum: &ObjectChecksum) {
    head.text(checksum.value().algorithm().header_name(), &checksum.to_string());
    head.text("x-amz-checksum-type", checksum.kind().as_str());
}

/// A part's checksum as a header.
pub(super) fn value_header(head: &mut ResponseHead, value: &ChecksumValue) {
    head.text(value.algorithm().header_name(), &value.to_base64());
}

/// An object's checksum as elements.
pub(super) fn checksum_elements(xml: &mut XmlWriter, checksum: &ObjectChecksum) {
    xml.text(checksum.value().algorithm().element_name(), &checksum.to_string());
    xml.text("ChecksumType", checksum.kind().as_str());
}

/// A part's checksum as an element.
pub(super) fn value_element(xml: &mut XmlWriter, value: Option<&ChecksumValue>) {
    if let Some(value) = value {
        xml.text(value.algorithm().element_name(), &value.to_base64());
    }
}

#[cfg(test)]
pub(super) fn example() -> ObjectChecksum {
    let algorithm = crate::checksum::ChecksumAlgorithm::Crc32;
    ObjectChecksum::FullObject(ChecksumValue::from_base64(algorithm, "AAAAAQ==").expect("a value"))
}
