//! What a disk does in the background: gives the space of dead records back, and looks for rot.
//!
//! # Invariants
//! D7: a segment is freed only after every record of it that counts was verified, copied and synced elsewhere.

use std::sync::Arc;

use cairn_fragments::FragmentStore;
use cairn_runtime::select::{Either, select};
use cairn_runtime::{Context, OnExit};
use cairn_types::DiskId;

use crate::limits::MAINTENANCE_INTERVAL;
use crate::lost::LostFragments;
use crate::scrub::DiskScrub;

/// Compacts mostly dead segments of a disk, and scrubs it, from now until shutdown. `lost` is told what the scrub finds.
pub fn maintain(context: &Context, disk: DiskId, store: Arc<FragmentStore>, lost: Arc<dyn LostFragments>) {
    let scrub = DiskScrub::new(context.clone(), disk, Arc::clone(&store), lost);
    context.tasks.spawn("scrub", OnExit::Report, scrub.run());
    let (clock, tasks) = (context.clock.clone(), context.tasks.clone());
    context.tasks.spawn("compaction", OnExit::Report, async move {
        loop {
            if let Either::Left(()) = select(tasks.shutdown_requested(), clock.sleep(MAINTENANCE_INTERVAL)).await {
                return;
            }
            compact_all(disk, &store, &|| tasks.is_shutting_down()).await;
        }
    });
}

/// Compacts until no segment is worth it.
async fn compact_all(disk: DiskId, store: &FragmentStore, stop: &(dyn Fn() -> bool + Sync)) {
    while !stop()
        && let Some(segment) = store.compaction_candidate()
    {
        match store.compact(segment).await {
            Ok(compacted) => tracing::info!(%disk, ?segment, ?compacted, "segment compacted"),
            Err(error) => {
                tracing::warn!(%disk, ?segment, %error, "segment could not be compacted");
                return;
            }
        }
    }
}
