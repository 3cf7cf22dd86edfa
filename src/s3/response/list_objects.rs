//! `ListObjects`.

use super::list_entries::{write_entries, write_scope};
use super::{ListEntry, Response};
use crate::operation::ListObjects;
use crate::xml::XmlWriter;

/// A page of keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListObjectsOutput {
    /// The entries, in order.
    pub entries: Vec<ListEntry>,
    /// Whether there are more.
    pub is_truncated: bool,
}

impl ListObjectsOutput {
    /// The answer. `NextMarker` is told only where a delimiter makes it differ from the last key.
    pub fn into_response(self, request: &ListObjects) -> Response {
        let (scope, encoding) = (&request.scope, request.scope.encoding);
        let mut xml = XmlWriter::new("ListBucketResult");
        xml.text("Name", request.bucket.as_str()).key("Prefix", &scope.prefix, encoding);
        xml.key("Marker", &request.marker, encoding);
        if let (true, Some(_), Some(last)) = (self.is_truncated, &scope.delimiter, self.entries.last()) {
            xml.key("NextMarker", last.position().as_str(), encoding);
        }
        xml.value("MaxKeys", request.max_keys);
        write_scope(&mut xml, scope);
        xml.value("IsTruncated", self.is_truncated);
        write_entries(&mut xml, &self.entries, encoding);
        Response::document(xml)
    }
}
