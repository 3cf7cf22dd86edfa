//! `ListBuckets`.

use cairn_types::{BucketName, UnixMillis};

use super::{Owner, Response};
use crate::operation::ListBuckets;
use crate::xml::XmlWriter;

/// A page of the caller's buckets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListBucketsOutput {
    /// The caller.
    pub owner: Owner,
    /// The buckets, in order.
    pub buckets: Vec<BucketEntry>,
    /// Whether there are more.
    pub is_truncated: bool,
}

/// One bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BucketEntry {
    /// Its name.
    pub name: BucketName,
    /// When it was made.
    pub created: UnixMillis,
    /// Its region.
    pub region: String,
}

impl ListBucketsOutput {
    /// The answer.
    pub fn into_response(self, request: &ListBuckets) -> Response {
        let mut xml = XmlWriter::new("ListAllMyBucketsResult");
        self.owner.write(&mut xml, "Owner");
        xml.open("Buckets");
        for bucket in &self.buckets {
            xml.open("Bucket").text("Name", bucket.name.as_str()).value("CreationDate", bucket.created);
            xml.text("BucketRegion", &bucket.region).close();
        }
        xml.close();
        if !request.prefix.is_empty() {
            xml.text("Prefix", &request.prefix);
        }
        if let (true, Some(last)) = (self.is_truncated, self.buckets.last()) {
            xml.text("ContinuationToken", &ListBuckets::token_after(last.name.as_str()));
        }
        Response::document(xml)
    }
}
