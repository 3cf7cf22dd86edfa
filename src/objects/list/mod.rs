//! Listings over all shards of a bucket.
//!
//! # Invariants
//! C2: every answer of a shard says how far it went; we go on from there, in the same shard until its range ends, then in
//! the next, and stop only at the end of the bucket or when the page is full.

mod page;
mod walk;

use bytes::Bytes;
use cairn_catalog::query::{
    Answer, ListObjects, ListPosition, ListUploads, ListVersions, ListedObject, ListedUpload, ListedVersion, PagedList,
    Query,
};

use crate::bucket_view::BucketView;
use crate::error::ListError;
use crate::objects::{Objects, unexpected};

pub use page::ListPage;
use page::ShardPage;

/// What to list.
#[derive(Clone, PartialEq, Debug)]
pub struct ListRequest {
    /// Only keys that begin so.
    pub prefix: Bytes,
    /// Keys that have it after the prefix are rolled into one common prefix; empty means none.
    pub delimiter: Bytes,
    /// Where to begin.
    pub after: ListPosition,
    /// Entries and common prefixes at most.
    pub max: u32,
}

impl Objects {
    /// Keys whose latest version is not a delete marker.
    pub async fn list_objects(
        &self,
        bucket: &BucketView,
        request: ListRequest,
    ) -> Result<ListPage<ListedObject>, ListError> {
        let ask = |list: PagedList| Query::ListObjects(ListObjects { list, ..ListObjects::default() });
        let take = |answer| match answer {
            Answer::Objects(page) => Ok(ShardPage::of_objects(page)),
            _ => Err(ListError::Metadata(unexpected())),
        };
        self.walk(bucket, request, ask, take).await
    }

    /// Versions and delete markers.
    pub async fn list_versions(
        &self,
        bucket: &BucketView,
        request: ListRequest,
    ) -> Result<ListPage<ListedVersion>, ListError> {
        let ask = |list: PagedList| Query::ListVersions(ListVersions { list, ..ListVersions::default() });
        let take = |answer| match answer {
            Answer::Versions(page) => Ok(ShardPage::of_versions(page)),
            _ => Err(ListError::Metadata(unexpected())),
        };
        self.walk(bucket, request, ask, take).await
    }

    /// Open uploads.
    pub async fn list_uploads(
        &self,
        bucket: &BucketView,
        request: ListRequest,
    ) -> Result<ListPage<ListedUpload>, ListError> {
        let ask = |list: PagedList| Query::ListUploads(ListUploads { list, ..ListUploads::default() });
        let take = |answer| match answer {
            Answer::Uploads(page) => Ok(ShardPage::of_uploads(page)),
            _ => Err(ListError::Metadata(unexpected())),
        };
        self.walk(bucket, request, ask, take).await
    }
}
