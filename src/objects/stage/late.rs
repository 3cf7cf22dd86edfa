//! Fragments that come after their blob was staged without them.

use std::sync::Arc;

use cairn_catalog::command::{CommandBody, FragmentNote};
use cairn_catalog::rows::FragmentSet;
use cairn_metadata::Route;
use cairn_runtime::watch;
use cairn_types::{BlobId, DiskId, FragmentIndex, Label};
use futures::StreamExt;

use super::writer::Puts;
use crate::limits::LATE_WAIT_MAX;
use crate::objects::Core;

/// Notes late fragments of one blob, once its run is published.
pub(super) struct Late {
    pub(super) core: Arc<Core>,
    pub(super) label: Label,
    pub(super) blob: BlobId,
    pub(super) missing: FragmentSet,
    /// Where its fragments were sent.
    pub(super) disks: Vec<(FragmentIndex, DiskId)>,
}

impl Late {
    /// Waits for the rest of the puts, for a bounded time: they hold memory. Those that came.
    pub(super) async fn gather(&self, mut puts: Puts) -> Vec<FragmentIndex> {
        let clock = &self.core.context.clock;
        let until = clock.now() + LATE_WAIT_MAX;
        let mut came = Vec::new();
        loop {
            match clock.until(until, puts.next()).await {
                Ok(Some(end)) if end.result.is_ok() => came.push(end.index),
                Ok(Some(_)) => {}
                Ok(None) => return came,
                Err(_) => {
                    self.give_up(&came);
                    return came;
                }
            }
        }
    }

    /// Notes fragments that came, once the body is published; that may be long after, and holds no memory of it.
    pub(super) async fn note(&self, came: Vec<FragmentIndex>, mut fate: watch::Receiver<bool>) {
        // An error: the body was given up.
        if came.is_empty() || fate.wait_for(|published| *published).await.is_err() {
            return;
        }
        for index in came {
            tracing::debug!(blob = %self.blob, %index, "a late fragment is durable");
            self.clear(index).await;
        }
    }

    /// What did not answer for so long takes no blob for a while.
    fn give_up(&self, came: &[FragmentIndex]) {
        for (_, disk) in self.disks.iter().filter(|(index, _)| self.missing.contains(*index) && !came.contains(index)) {
            tracing::warn!(blob = %self.blob, %disk, "a fragment was given up");
            self.core.services.note(*disk, false);
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
