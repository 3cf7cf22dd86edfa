//! How many blobs are below full redundancy.

use std::collections::BTreeMap;

use cairn_catalog::query::{Answer, DegradedCount, Query};
use cairn_metadata::{MetadataError, Route};

use crate::objects::{Objects, unexpected};

impl Objects {
    /// Blobs known to miss fragments, by how many they miss; exact: each shard counts its own.
    pub async fn degraded_blobs(&self) -> Result<BTreeMap<u8, u64>, MetadataError> {
        let deadline = self.0.catalog_deadline();
        let map = self.metadata().shard_map(deadline).await?;
        let mut total = BTreeMap::new();
        for shard in &map.shards {
            let query = Query::DegradedCount(DegradedCount::default());
            let Answer::DegradedCount(row) = self.metadata().query(Route::Shard(shard.id), query, deadline).await?
            else {
                return Err(unexpected());
            };
            row.by_missing.into_iter().for_each(|(missing, blobs)| *total.entry(missing).or_default() += blobs);
        }
        Ok(total)
    }
}
