//! Reads every byte of a disk again and again, slowly, so that rot is found while there are fragments to rebuild from.
//!
//! # Invariants
//! D4: every byte on a disk that runs is read and compared at least once within [`SCRUB_WITHIN`](crate::limits::SCRUB_WITHIN): a round begins every
//! [`SCRUB_INTERVAL`] and is paced to take [`SCRUB_ROUND`] at most. What is written after a round began is read by the
//! next one; what is moved by compaction was verified then. A fragment that is lost is noted before the scrub goes on.
//!
//! # Crash
//! A restart goes on with the flush that was next when progress was last saved.
//!
//! # Limits
//! At most [`SCRUB_BURST_BYTES`] and a record at once, by direct I/O; at least [`SCRUB_BYTES_PER_SECOND_MIN`].

use std::sync::Arc;
use std::time::Duration;

use cairn_fragments::{FragmentStore, GetError, Scrub, ScrubProgress, Scrubbed};
use cairn_journal::Position;
use cairn_runtime::Context;
use cairn_runtime::select::{Either, select};
use cairn_types::{DiskId, UnixMillis};

use crate::limits::{
    MAINTENANCE_INTERVAL, SCRUB_BURST_BYTES, SCRUB_BYTES_PER_SECOND_MIN, SCRUB_INTERVAL, SCRUB_ROUND, SCRUB_SAVE_BYTES,
};
use crate::lost::{LostFragment, LostFragments, Noted};

/// The scrub of one disk.
pub(crate) struct DiskScrub {
    context: Context,
    disk: DiskId,
    store: Arc<FragmentStore>,
    lost: Arc<dyn LostFragments>,
    /// Read since the last pause.
    unpaid: u64,
    /// Read since progress was saved.
    unsaved: u64,
}

/// The process shuts down.
struct Stopped;

/// Why a segment was left before its end.
enum Left {
    Stopped,
    Failed(GetError),
}

impl From<Stopped> for Left {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl From<GetError> for Left {
    fn from(error: GetError) -> Self {
        Self::Failed(error)
    }
}

impl DiskScrub {
    pub(crate) fn new(context: Context, disk: DiskId, store: Arc<FragmentStore>, lost: Arc<dyn LostFragments>) -> Self {
        Self { context, disk, store, lost, unpaid: 0, unsaved: 0 }
    }

    /// Scrubs until shutdown.
    pub(crate) async fn run(mut self) {
        // A process that starts has better things to do first.
        let mut pause = MAINTENANCE_INTERVAL;
        while self.pause(pause).await.is_ok() {
            let now = self.context.clock.wall();
            pause = until_due(self.store.scrub_progress(), now);
            if pause.is_zero() && self.round(now).await.is_err() {
                return;
            }
            pause = pause.clamp(MAINTENANCE_INTERVAL, SCRUB_INTERVAL);
        }
    }

    /// A whole round, or the rest of one.
    async fn round(&mut self, now: UnixMillis) -> Result<(), Stopped> {
        let mut progress = self.store.scrub_progress();
        if progress.next.is_none() {
            progress = ScrubProgress { began: now, bytes: 0, ..progress };
        }
        let from = progress.next;
        for segment in self.store.scrub_segments() {
            let begin = match from {
                Some(next) if segment < next.file => continue,
                Some(next) if segment == next.file => next,
                _ => Position { file: segment, offset: 0 },
            };
            match self.segment(begin, &mut progress).await {
                Ok(()) => {}
                Err(Left::Stopped) => return Err(Stopped),
                // Given back meanwhile: what counted in it was verified when it was moved.
                Err(Left::Failed(_)) if !self.store.scrub_segments().contains(&segment) => {}
                Err(Left::Failed(error)) => {
                    tracing::warn!(disk = %self.disk, ?segment, %error, "segment could not be scrubbed");
                    self.pause(MAINTENANCE_INTERVAL).await?;
                }
            }
        }
        progress = ScrubProgress { next: None, ended: self.context.clock.wall(), ..progress };
        self.save(progress).await;
        tracing::info!(disk = %self.disk, bytes = progress.bytes, "every byte of the disk was read");
        metrics::gauge!("cairn_scrub_last_round_seconds", "disk" => self.disk.0.to_string())
            .set(progress.ended.seconds() as f64);
        Ok(())
    }

    async fn segment(&mut self, from: Position, progress: &mut ScrubProgress) -> Result<(), Left> {
        let store = Arc::clone(&self.store);
        let mut scrub = store.scrub(from)?;
        while let Some(step) = scrub.next().await? {
            match step {
                Scrubbed::Good { bytes } => self.count(bytes, &scrub, progress).await?,
                Scrubbed::BadFragment { label, blob, index } => {
                    let lost = LostFragment { disk: self.disk, label, blob, index };
                    self.tell(&lost).await?;
                }
                Scrubbed::Damage(damage) => {
                    metrics::counter!("cairn_scrub_damage_total").increment(1);
                    tracing::error!(disk = %self.disk, %damage, "the disk is damaged");
                }
            }
        }
        Ok(())
    }

    /// Notes that bytes were read, and pauses so that the disk is free for others.
    async fn count(&mut self, bytes: u64, scrub: &Scrub<'_>, progress: &mut ScrubProgress) -> Result<(), Stopped> {
        metrics::counter!("cairn_scrub_bytes_total").increment(bytes);
        progress.bytes += bytes;
        progress.next = Some(scrub.next_flush());
        self.unpaid += bytes;
        self.unsaved += bytes;
        if self.unsaved >= SCRUB_SAVE_BYTES {
            self.save(*progress).await;
        }
        if self.unpaid >= SCRUB_BURST_BYTES {
            let usage = self.store.usage();
            let pause = pause_for(self.unpaid, usage.live_bytes + usage.dead_bytes);
            self.unpaid = 0;
            self.pause(pause).await?;
        }
        Ok(())
    }

    /// Says that a fragment is lost until somebody has noted it.
    async fn tell(&self, lost: &LostFragment) -> Result<(), Stopped> {
        metrics::counter!("cairn_scrub_bad_fragments_total").increment(1);
        while self.lost.note(lost).await == Noted::Later {
            self.pause(MAINTENANCE_INTERVAL).await?;
        }
        Ok(())
    }

    async fn save(&mut self, progress: ScrubProgress) {
        self.unsaved = 0;
        if let Err(error) = self.store.set_scrub_progress(progress).await {
            tracing::warn!(disk = %self.disk, %error, "progress of the scrub could not be saved");
        }
    }

    async fn pause(&self, pause: Duration) -> Result<(), Stopped> {
        match select(self.context.tasks.shutdown_requested(), self.context.clock.sleep(pause)).await {
            Either::Left(()) => Err(Stopped),
            Either::Right(()) => Ok(()),
        }
    }
}

/// How long until there is something to scrub. A clock that was set back does not hold a round up for ever.
fn until_due(progress: ScrubProgress, now: UnixMillis) -> Duration {
    if progress.next.is_some() || progress.ended == UnixMillis::default() || now < progress.began {
        return Duration::ZERO;
    }
    SCRUB_INTERVAL.saturating_sub(Duration::from_millis(now.0 - progress.began.0))
}

/// Pause after `bytes` were read of a disk that holds `held`.
fn pause_for(bytes: u64, held: u64) -> Duration {
    let per_second = (held / SCRUB_ROUND.as_secs()).max(SCRUB_BYTES_PER_SECOND_MIN);
    Duration::from_millis(bytes.saturating_mul(1_000) / per_second)
}

#[cfg(test)]
mod tests;
