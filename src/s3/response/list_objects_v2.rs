//! `ListObjectsV2`.

use super::list_entries::{write_entries, write_scope};
use super::{ListEntry, Response};
use crate::operation::ListObjectsV2;
use crate::xml::XmlWriter;

/// A page of keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListObjectsV2Output {
    /// The entries, in order. Owners are shown where the entries have one.
    pub entries: Vec<ListEntry>,
    /// Whether there are more.
    pub is_truncated: bool,
}

impl ListObjectsV2Output {
    /// The answer.
    pub fn into_response(self, request: &ListObjectsV2) -> Response {
        let (scope, encoding) = (&request.scope, request.scope.encoding);
        let mut xml = XmlWriter::new("ListBucketResult");
        xml.text("Name", request.bucket.as_str()).key("Prefix", &scope.prefix, encoding);
        if let Some(start_after) = &request.start_after {
            xml.key("StartAfter", start_after, encoding);
        }
        xml.optional("ContinuationToken", request.continuation_token.as_deref());
        if let (true, Some(last)) = (self.is_truncated, self.entries.last()) {
            xml.text("NextContinuationToken", &request.next_token(&last.position()));
        }
        xml.value("KeyCount", self.entries.len()).value("MaxKeys", request.max_keys);
        write_scope(&mut xml, scope);
        xml.value("IsTruncated", self.is_truncated);
        write_entries(&mut xml, &self.entries, encoding);
        Response::document(xml)
    }
}
