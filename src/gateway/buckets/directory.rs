//! Looking buckets up.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_catalog::query::{Answer, BucketFound, FindBucket, Query};
use cairn_catalog::reply::Refusal;
use cairn_metadata::{MetadataClient, MetadataError, Route};
use cairn_runtime::Instant;
use cairn_types::ShardId;
use cairn_types::planted::Bug;
use parking_lot::RwLock;

use super::{Bucket, QualifiedName};
use crate::limits::BUCKETS_KEPT_MAX;

/// How sure a request must be of a bucket before it begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Seen {
    /// As it was once: a shard checks it.
    Before,
    /// As it is.
    Now,
}

/// Buckets by name, in memory and in the root shard.
pub(crate) struct Buckets {
    metadata: MetadataClient,
    kept: RwLock<BTreeMap<QualifiedName, Arc<Bucket>>>,
}

impl Buckets {
    pub(crate) fn new(metadata: MetadataClient) -> Self {
        Self { metadata, kept: RwLock::default() }
    }

    /// A bucket; `None` if there is none of that name.
    pub(crate) async fn find(
        &self,
        name: &QualifiedName,
        seen: Seen,
        deadline: Instant,
    ) -> Result<Option<Arc<Bucket>>, MetadataError> {
        if seen == Seen::Before {
            let known = self.kept.read().get(name).cloned();
            if known.is_some() {
                return Ok(known);
            }
        }
        let query = FindBucket {
            namespace: name.namespace.as_str().to_owned(),
            name: name.name.as_str().to_owned(),
            ..FindBucket::default()
        };
        match self.metadata.query(Route::ROOT, Query::FindBucket(query), deadline).await {
            Ok(Answer::Bucket(found)) => Ok(Some(self.keep(name, *found))),
            Ok(_) => Err(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT }),
            Err(MetadataError::Refused(Refusal::NoSuchBucket(_))) => {
                self.forget(name);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Takes a bucket out of memory.
    pub(crate) fn forget(&self, name: &QualifiedName) {
        self.kept.write().remove(name);
    }

    fn keep(&self, name: &QualifiedName, found: BucketFound) -> Arc<Bucket> {
        let is_known =
            |known: &&Arc<Bucket>| (known.id, known.config_version) == (found.bucket, found.row.config_version);
        if let Some(known) = self.kept.read().get(name).filter(is_known) {
            return Arc::clone(known);
        }
        let mut kept = self.kept.write();
        let bucket = Arc::new(refreshed(kept.get(name), Bucket::of(found)));
        if kept.len() >= BUCKETS_KEPT_MAX && !kept.contains_key(name) {
            // Rare, and what is lost is one lookup for each bucket in use.
            kept.clear();
        }
        // Of two lookups that crossed the one that saw more is right.
        let is_newer = |known: &Arc<Bucket>| known.id == bucket.id && known.config_version > bucket.config_version;
        if !kept.get(name).is_some_and(is_newer) {
            kept.insert(name.clone(), Arc::clone(&bucket));
        }
        bucket
    }
}

/// A bucket that was looked up, beside what is known of it: all of it is taken over.
fn refreshed(known: Option<&Arc<Bucket>>, found: Bucket) -> Bucket {
    let is_planted = Bug::ConfigurationNeverRefreshed.is_planted();
    match known.filter(|known| is_planted && known.id == found.id) {
        Some(known) => {
            let mut stale = Bucket::clone(known);
            stale.config_version = found.config_version;
            stale
        }
        None => found,
    }
}

#[cfg(test)]
mod tests;
