//! `ListMultipartUploads`.

use cairn_types::{UnixMillis, UploadId};

use super::list_entries::{ENTRY_BYTES, write_common_prefix, write_scope};
use super::{Owner, Response};
use crate::checksum::UploadChecksum;
use crate::header::StorageClass;
use crate::operation::{KeyEncoding, ListMultipartUploads};
use crate::xml::XmlWriter;

/// A page of open uploads.
#[derive(Clone, PartialEq, Debug)]
pub struct ListMultipartUploadsOutput {
    /// The entries: by key, then by start.
    pub entries: Vec<UploadListEntry>,
    /// Whether there are more.
    pub is_truncated: bool,
}

/// One line of the listing.
#[derive(Clone, PartialEq, Debug)]
pub enum UploadListEntry {
    /// An upload.
    Upload(UploadEntry),
    /// All uploads whose keys begin so.
    CommonPrefix(String),
}

/// An open upload.
#[derive(Clone, PartialEq, Debug)]
pub struct UploadEntry {
    /// Its key.
    pub key: String,
    /// Its id.
    pub upload_id: UploadId,
    /// Who began it.
    pub initiator: Owner,
    /// Whose the object will be.
    pub owner: Owner,
    /// When it began.
    pub initiated: UnixMillis,
    /// The checksum it promised.
    pub checksum: Option<UploadChecksum>,
    /// The class it will have.
    pub storage_class: StorageClass,
}

impl ListMultipartUploadsOutput {
    /// The answer.
    pub fn into_response(self, request: &ListMultipartUploads) -> Response {
        let (scope, encoding) = (&request.scope, request.scope.encoding);
        let mut xml = XmlWriter::new("ListMultipartUploadsResult");
        xml.text("Bucket", request.bucket.as_str()).key("KeyMarker", &request.key_marker, encoding);
        xml.text("UploadIdMarker", &request.upload_id_marker);
        match self.entries.last().filter(|_| self.is_truncated) {
            Some(UploadListEntry::Upload(upload)) => {
                xml.key("NextKeyMarker", &upload.key, encoding).value("NextUploadIdMarker", upload.upload_id);
            }
            Some(UploadListEntry::CommonPrefix(prefix)) => {
                xml.key("NextKeyMarker", prefix, encoding).text("NextUploadIdMarker", "");
            }
            None => {}
        }
        xml.key("Prefix", &scope.prefix, encoding);
        write_scope(&mut xml, scope);
        xml.value("MaxUploads", request.max_uploads).value("IsTruncated", self.is_truncated);
        xml.reserve(self.entries.len() * ENTRY_BYTES);
        for entry in &self.entries {
            if let UploadListEntry::Upload(upload) = entry {
                upload.write(&mut xml, encoding);
            }
        }
        for entry in &self.entries {
            if let UploadListEntry::CommonPrefix(prefix) = entry {
                write_common_prefix(&mut xml, prefix, encoding);
            }
        }
        Response::document(xml)
    }
}

impl UploadEntry {
    fn write(&self, xml: &mut XmlWriter, encoding: KeyEncoding) {
        xml.open("Upload").key("Key", &self.key, encoding).value("UploadId", self.upload_id);
        self.initiator.write(xml, "Initiator");
        self.owner.write(xml, "Owner");
        xml.text("StorageClass", self.storage_class.as_str()).value("Initiated", self.initiated);
        if let Some(checksum) = &self.checksum {
            xml.text("ChecksumAlgorithm", checksum.algorithm().as_str()).text("ChecksumType", checksum.kind().as_str());
        }
        xml.close();
    }
}
