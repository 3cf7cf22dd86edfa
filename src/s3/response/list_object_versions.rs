//! `ListObjectVersions`.

use cairn_types::{UnixMillis, VersionId};

use super::list_entries::{ENTRY_BYTES, write_common_prefix, write_object, write_scope};
use super::{ObjectEntry, Owner, Response};
use crate::operation::{KeyEncoding, ListObjectVersions};
use crate::xml::XmlWriter;

/// A page of versions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListObjectVersionsOutput {
    /// The entries: by key, then newest first.
    pub entries: Vec<VersionListEntry>,
    /// Whether there are more.
    pub is_truncated: bool,
}

/// One line of the listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VersionListEntry {
    /// A version or a delete marker.
    Version(VersionEntry),
    /// All keys that begin so.
    CommonPrefix(String),
}

/// A version or a delete marker.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VersionEntry {
    /// A version.
    Object {
        /// Its id.
        version_id: VersionId,
        /// Whether it is the key's latest.
        is_latest: bool,
        /// The rest.
        object: ObjectEntry,
    },
    /// A delete marker.
    DeleteMarker {
        /// Its id.
        version_id: VersionId,
        /// Whether it is the key's latest.
        is_latest: bool,
        /// The key.
        key: String,
        /// When it became visible.
        last_modified: UnixMillis,
        /// Whose it is.
        owner: Option<Owner>,
    },
}

impl ListObjectVersionsOutput {
    /// The answer.
    pub fn into_response(self, request: &ListObjectVersions) -> Response {
        let (scope, encoding) = (&request.scope, request.scope.encoding);
        let mut xml = XmlWriter::new("ListVersionsResult");
        xml.text("Name", request.bucket.as_str()).key("Prefix", &scope.prefix, encoding);
        xml.key("KeyMarker", &request.key_marker, encoding);
        match request.version_id_marker {
            Some(id) => xml.value("VersionIdMarker", id),
            None => xml.text("VersionIdMarker", ""),
        };
        if self.is_truncated {
            self.write_next(&mut xml, encoding);
        }
        xml.value("MaxKeys", request.max_keys);
        write_scope(&mut xml, scope);
        xml.value("IsTruncated", self.is_truncated);
        xml.reserve(self.entries.len() * ENTRY_BYTES);
        for entry in &self.entries {
            if let VersionListEntry::Version(version) = entry {
                version.write(&mut xml, encoding);
            }
        }
        for entry in &self.entries {
            if let VersionListEntry::CommonPrefix(prefix) = entry {
                write_common_prefix(&mut xml, prefix, encoding);
            }
        }
        Response::document(xml)
    }

    fn write_next(&self, xml: &mut XmlWriter, encoding: KeyEncoding) {
        match self.entries.last() {
            Some(VersionListEntry::Version(version)) => {
                let (key, id) = version.key_and_id();
                xml.key("NextKeyMarker", key, encoding).value("NextVersionIdMarker", id);
            }
            Some(VersionListEntry::CommonPrefix(prefix)) => {
                xml.key("NextKeyMarker", prefix, encoding);
            }
            None => {}
        }
    }
}

impl VersionEntry {
    fn key_and_id(&self) -> (&str, VersionId) {
        match self {
            Self::Object { version_id, object, .. } => (&object.key, *version_id),
            Self::DeleteMarker { version_id, key, .. } => (key, *version_id),
        }
    }

    fn write(&self, xml: &mut XmlWriter, encoding: KeyEncoding) {
        match self {
            Self::Object { version_id, is_latest, object } => {
                xml.open("Version").key("Key", &object.key, encoding);
                xml.value("VersionId", version_id).value("IsLatest", is_latest);
                write_object(xml, object);
            }
            Self::DeleteMarker { version_id, is_latest, key, last_modified, owner } => {
                xml.open("DeleteMarker").key("Key", key, encoding);
                xml.value("VersionId", version_id).value("IsLatest", is_latest).value("LastModified", last_modified);
                if let Some(owner) = owner {
                    owner.write(xml, "Owner");
                }
            }
        }
        xml.close();
    }
}
