//! What listings of keys have in common.

use cairn_types::UnixMillis;

use super::Owner;
use crate::checksum::{ChecksumAlgorithm, ChecksumType};
use crate::condition::ETag;
use crate::header::StorageClass;
use crate::operation::{KeyEncoding, ListPosition, ListScope};
use crate::xml::XmlWriter;

/// Bytes of markup around one key, about; for a single allocation per page.
pub(super) const ENTRY_BYTES: usize = 320;

/// One line of a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListEntry {
    /// An object.
    Object(ObjectEntry),
    /// All keys that begin so.
    CommonPrefix(String),
}

/// An object in a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectEntry {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its entity tag.
    pub etag: ETag,
    /// When it became visible.
    pub last_modified: UnixMillis,
    /// Whose it is.
    pub owner: Option<Owner>,
    /// Which checksum it has.
    pub checksum: Option<(ChecksumAlgorithm, ChecksumType)>,
    /// Its class.
    pub storage_class: StorageClass,
}

impl ListEntry {
    /// Where a listing goes on after it.
    pub fn position(&self) -> ListPosition {
        match self {
            Self::Object(object) => ListPosition::AfterKey(object.key.clone()),
            Self::CommonPrefix(prefix) => ListPosition::AfterPrefix(prefix.clone()),
        }
    }
}

/// `<Contents>`, then `<CommonPrefixes>`, as S3 has them: each kind in order.
pub(super) fn write_entries(xml: &mut XmlWriter, entries: &[ListEntry], encoding: KeyEncoding) {
    xml.reserve(entries.len() * ENTRY_BYTES);
    for entry in entries {
        if let ListEntry::Object(object) = entry {
            xml.open("Contents").key("Key", &object.key, encoding);
            write_object(xml, object);
            xml.close();
        }
    }
    for entry in entries {
        if let ListEntry::CommonPrefix(prefix) = entry {
            write_common_prefix(xml, prefix, encoding);
        }
    }
}

/// What follows the key, and perhaps the version, of an object.
pub(super) fn write_object(xml: &mut XmlWriter, object: &ObjectEntry) {
    xml.value("LastModified", object.last_modified).etag(&object.etag);
    if let Some((algorithm, kind)) = object.checksum {
        xml.text("ChecksumAlgorithm", algorithm.as_str()).text("ChecksumType", kind.as_str());
    }
    xml.value("Size", object.size);
    if let Some(owner) = &object.owner {
        owner.write(xml, "Owner");
    }
    xml.text("StorageClass", object.storage_class.as_str());
}

pub(super) fn write_common_prefix(xml: &mut XmlWriter, prefix: &str, encoding: KeyEncoding) {
    xml.open("CommonPrefixes").key("Prefix", prefix, encoding).close();
}

/// `<Delimiter>` and `<EncodingType>`, where they were asked for.
pub(super) fn write_scope(xml: &mut XmlWriter, scope: &ListScope) {
    if let Some(delimiter) = &scope.delimiter {
        xml.key("Delimiter", delimiter, scope.encoding);
    }
    if scope.encoding == KeyEncoding::Url {
        xml.text("EncodingType", "url");
    }
}

#[cfg(test)]
pub(super) fn example(key: &str) -> ObjectEntry {
    ObjectEntry {
        key: key.to_owned(),
        size: 7,
        etag: ETag::new("e"),
        last_modified: UnixMillis(0),
        owner: None,
        checksum: None,
        storage_class: StorageClass::Standard,
    }
}
