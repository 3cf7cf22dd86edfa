//! The placement map as this process knows it.
//!
//! # Concurrency
//! Readers take the present table with one shared lock; a newer map replaces it whole.

use std::sync::Arc;

use cairn_metadata::{MetadataClient, MetadataError};
use cairn_placement::PlacementTable;
use cairn_runtime::Context;
use cairn_runtime::select::{Either, select};
use cairn_storage::FragmentServices;
use cairn_types::{Epoch, ShardId};
use parking_lot::RwLock;

use crate::limits::{MAP_CALL_MAX, MAP_REFRESH};

/// See the module.
pub(crate) struct PlacementView {
    client: MetadataClient,
    services: Arc<dyn FragmentServices>,
    known: RwLock<Option<(Epoch, Arc<PlacementTable>)>>,
}

impl PlacementView {
    pub(crate) fn new(client: MetadataClient, services: Arc<dyn FragmentServices>) -> Self {
        Self { client, services, known: RwLock::default() }
    }

    /// The table of the present map, looked up if it is not known.
    pub(crate) async fn table(&self, context: &Context) -> Result<Arc<PlacementTable>, MetadataError> {
        let known = self.known.read().as_ref().map(|(_, table)| Arc::clone(table));
        match known {
            Some(table) => Ok(table),
            None => self.refresh(context).await,
        }
    }

    /// Looks the map up.
    pub(crate) async fn refresh(&self, context: &Context) -> Result<Arc<PlacementTable>, MetadataError> {
        let found = self.client.cluster_map(context.clock.now() + MAP_CALL_MAX).await?;
        let (epoch, map) = found.ok_or(MetadataError::Unavailable { shard: ShardId::ROOT })?;
        if let Some((known, table)) = self.known.read().as_ref()
            && *known >= epoch
        {
            return Ok(Arc::clone(table));
        }
        let table = Arc::new(PlacementTable::new(Arc::new(map)));
        self.services.follow(table.map());
        *self.known.write() = Some((epoch, Arc::clone(&table)));
        Ok(table)
    }

    /// Looks the map up again and again until shutdown.
    pub(crate) async fn follow(&self, context: &Context) {
        let turn = || async {
            if let Err(error) = self.refresh(context).await {
                tracing::debug!(%error, "could not look up the placement map");
            }
            context.clock.sleep(MAP_REFRESH).await;
        };
        // A lookup waits long where the metadata node of the process has stopped already: it is given up.
        while let Either::Right(()) = select(context.tasks.shutdown_requested(), turn()).await {}
    }
}
