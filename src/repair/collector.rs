//! The collector as its owner holds it.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_metadata::MetadataClient;
use cairn_runtime::{Context, Instant};
use cairn_storage::FragmentServices;
use cairn_types::ShardId;
use parking_lot::Mutex;

use crate::collected::Collected;
use crate::degraded;
use crate::garbage::{self, Progress};
use crate::pace::Pace;
use crate::round::Round;
use crate::settings::CollectorSettings;
use crate::sweep;

/// Deletes what nothing references; cheap to clone, clones share what they know.
///
/// # Concurrency
/// Any number may run at once, in one process or many: every step may be repeated.
#[derive(Clone)]
pub struct Collector(pub(crate) Arc<Core>);

/// What all rounds of a process share.
pub(crate) struct Core {
    pub(crate) context: Context,
    pub(crate) client: MetadataClient,
    pub(crate) services: Arc<dyn FragmentServices>,
    pub(crate) settings: CollectorSettings,
    progress: Mutex<BTreeMap<ShardId, Progress>>,
}

impl Collector {
    /// A collector that asks shards through `client` and disks through `services`, which it tells of newer placement maps.
    /// Nothing happens before [`Collector::run`] or [`Collector::collect_once`].
    pub fn new(
        context: Context,
        client: MetadataClient,
        services: Arc<dyn FragmentServices>,
        settings: CollectorSettings,
    ) -> Self {
        Self(Arc::new(Core { context, client, services, settings, progress: Mutex::default() }))
    }

    /// One whole round, as fast as it goes: unrolls garbage, sweeps every disk that is up, has late fragments noted, and
    /// collects all garbage there was at its beginning. Where there is garbage it takes at least the readers' grace.
    ///
    /// # Cancel safety
    /// Dropping the future ends the round; the next one does what is left.
    pub async fn collect_once(&self, deadline: Instant) -> Collected {
        let collected = match Round::begin(Arc::clone(&self.0), Pace::Free, deadline).await {
            Ok(round) => whole_round(&round).await,
            Err(error) => Collected::failed(error),
        };
        crate::run::count(&collected);
        collected
    }
}

async fn whole_round(round: &Round) -> Collected {
    let mut collected = Collected::default();
    let settled = garbage::unroll(round, &mut collected).await;
    collected.add(sweep::sweep(round).await);
    collected.add(degraded::clear(round, None).await);
    if round.core.has_garbage() {
        round.sleep_until(settled.since + round.core.settings.reader_grace).await;
        collected.add(garbage::collect(round, &settled).await);
    }
    collected
}

impl Core {
    /// What is known of a shard's garbage.
    pub(crate) fn progress<T>(&self, shard: ShardId, of: impl FnOnce(&mut Progress) -> T) -> T {
        of(self.progress.lock().entry(shard).or_default())
    }

    /// Whether any shard may have garbage runs.
    pub(crate) fn has_garbage(&self) -> bool {
        self.progress.lock().values().any(|progress| progress.has_garbage)
    }
}
