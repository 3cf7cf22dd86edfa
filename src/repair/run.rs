//! Collection in the background.
//!
//! Two loops: one over the garbage tables and degraded blobs, often; one over the disks, seldom. Each looks before every
//! turn whether this process is the one to do it.
//!
//! # Cancel safety
//! A turn is dropped at shutdown, wherever it is.

use std::time::Duration;

use cairn_metadata::WriterSession;
use cairn_runtime::select::{Either, select};
use futures::future::join;

use crate::collected::Collected;
use crate::collector::Collector;
use crate::degraded;
use crate::election::is_chosen;
use crate::garbage::{self, Settled};
use crate::limits::{DEGRADED_PAGES_PER_TURN, GARBAGE_TURN_MAX, SHARD_CALL_MAX, SWEEP_TURN_MAX};
use crate::pace::Pace;
use crate::round::Round;
use crate::sweep;

impl Collector {
    /// Collects until shutdown, while `session` is the oldest of its purpose. Every process that opens sessions for that
    /// purpose should run this.
    pub async fn run(self, session: WriterSession) {
        join(self.garbage_turns(&session), self.sweep_turns(&session)).await;
    }

    async fn garbage_turns(&self, session: &WriterSession) {
        let mut settled = None;
        while self.pause(self.0.settings.interval).await {
            if !self.is_chosen(session).await {
                settled = None;
                continue;
            }
            match select(self.0.context.tasks.shutdown_requested(), self.garbage_turn(&mut settled)).await {
                Either::Left(()) => return,
                Either::Right(collected) => report("garbage", &collected),
            }
        }
    }

    async fn sweep_turns(&self, session: &WriterSession) {
        // The first sweep comes soon: what this process missed while it was away may be long.
        let mut pause = self.0.settings.interval;
        while self.pause(pause).await {
            pause = self.0.settings.sweep_interval;
            if !self.is_chosen(session).await {
                // Whoever is chosen may end at any time: do not wait a whole interval to take over.
                pause = self.0.settings.interval;
                continue;
            }
            match select(self.0.context.tasks.shutdown_requested(), self.sweep_turn()).await {
                Either::Left(()) => return,
                Either::Right(collected) => report("sweep", &collected),
            }
        }
    }

    /// Collects what was garbage in an earlier turn: by now every reader of it was reported.
    async fn garbage_turn(&self, earlier: &mut Option<Settled>) -> Collected {
        let round = match self.begin(GARBAGE_TURN_MAX).await {
            Ok(round) => round,
            Err(collected) => return collected,
        };
        let mut collected = Collected::default();
        let settled = garbage::unroll(&round, &mut collected).await;
        let grace = self.0.settings.reader_grace;
        match earlier.take() {
            Some(ripe) if self.0.context.clock.now() >= ripe.since + grace => {
                if self.0.has_garbage() {
                    collected.add(garbage::collect(&round, &ripe).await);
                }
                *earlier = Some(settled);
            }
            waiting => *earlier = Some(waiting.unwrap_or(settled)),
        }
        collected.add(degraded::clear(&round, Some(DEGRADED_PAGES_PER_TURN)).await);
        collected
    }

    async fn sweep_turn(&self) -> Collected {
        match self.begin(SWEEP_TURN_MAX).await {
            Ok(round) => sweep::sweep(&round).await,
            Err(collected) => collected,
        }
    }

    async fn begin(&self, longest: Duration) -> Result<Round, Collected> {
        let pace = Pace::PerSecond(self.0.settings.fragments_per_second);
        let deadline = self.0.context.clock.now() + longest;
        Round::begin(std::sync::Arc::clone(&self.0), pace, deadline).await.map_err(Collected::failed)
    }

    /// Waits about `mean`, not all processes equally long; `false` at shutdown.
    async fn pause(&self, mean: Duration) -> bool {
        let context = &self.0.context;
        let micros = u64::try_from(mean.as_micros()).unwrap_or(u64::MAX).max(1);
        let pause = Duration::from_micros(micros / 2 + context.entropy.below(micros));
        matches!(select(context.tasks.shutdown_requested(), context.clock.sleep(pause)).await, Either::Right(()))
    }

    async fn is_chosen(&self, session: &WriterSession) -> bool {
        let deadline = self.0.context.clock.now() + SHARD_CALL_MAX;
        is_chosen(&self.0.client, session.id(), deadline).await.unwrap_or_else(|error| {
            tracing::debug!(%error, "could not tell whether this process is to collect");
            false
        })
    }
}

fn report(what: &'static str, collected: &Collected) {
    count(collected);
    if collected.did_something() {
        tracing::info!(
            what,
            runs = collected.runs,
            run_bytes = collected.run_bytes,
            orphans = collected.orphans_deleted,
            orphan_bytes = collected.orphan_bytes,
            cleared = collected.cleared,
            "collected"
        );
    }
    if let Some(error) = collected.failed.first() {
        let error: &dyn std::error::Error = error;
        tracing::warn!(what, error, failures = collected.failures, "collection is not complete; it is tried again");
    }
}

/// Adds a round to the process's counters.
pub(crate) fn count(collected: &Collected) {
    let fragments = |how: &'static str| metrics::counter!("cairn_collect_fragments_total", "how" => how);
    metrics::counter!("cairn_collect_runs_total").increment(collected.runs);
    metrics::counter!("cairn_collect_run_bytes_total").increment(collected.run_bytes);
    fragments("garbage").increment(collected.fragments_deleted);
    fragments("orphan").increment(collected.orphans_deleted);
    metrics::counter!("cairn_collect_orphan_bytes_total").increment(collected.orphan_bytes);
    metrics::counter!("cairn_collect_swept_total").increment(collected.fragments_swept);
    metrics::counter!("cairn_collect_cleared_total").increment(collected.cleared);
    metrics::counter!("cairn_collect_failures_total").increment(collected.failures);
}
