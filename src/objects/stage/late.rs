//! Fragments that come after their blob was staged without them.

use std::sync::Arc;

use cairn_catalog::command::{CommandBody, FragmentNote};
use cairn_catalog::rows::FragmentSet;
use cairn_metadata::Route;
use cairn_types::{BlobId, FragmentIndex, Label};
use futures::StreamExt;
use tokio::sync::watch;

use super::writer::Puts;
use crate::objects::Core;

/// Notes late fragments of one blob, once its run is published.
pub(super) struct Late {
    pub(super) core: Arc<Core>,
    pub(super) label: Label,
    pub(super) blob: BlobId,
    pub(super) missing: FragmentSet,
}

impl Late {
    /// Waits for the rest of the puts, each of which has a deadline.
    pub(super) async fn finish(self, mut puts: Puts, mut fate: watch::Receiver<bool>) {
        while let Some(end) = puts.next().await {
            if end.result.is_err() || !self.missing.contains(end.index) {
                continue;
            }
            // An error: the body was given up.
            if fate.wait_for(|published| *published).await.is_err() {
                return;
            }
            tracing::debug!(blob = %self.blob, disk = %end.disk, "a late fragment is durable");
            self.clear(end.index).await;
        }
    }

    async fn clear(&self, index: FragmentIndex) {
        let note =
            FragmentNote { label: self.label.clone(), blob: self.blob, index: index.get(), ..FragmentNote::default() };
        let body = CommandBody::ClearDegraded(note);
        let (client, deadline) = (self.core.session.client(), self.core.catalog_deadline());
        if let Err(error) = client.submit(Route::of_label(&self.label), body, deadline).await {
            // The collector asks the disk.
            tracing::debug!(%error, blob = %self.blob, "could not note a late fragment");
        }
    }
}
