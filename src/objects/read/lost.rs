//! Fragments that reads find gone or damaged are noted in the catalog, so that the number of blobs below full redundancy
//! is exact.
//!
//! # Invariants
//! E8: a fragment is noted only on its disk's word that it cannot read it back: a bit that flipped on the way, a blob that
//! moved or a disk that is down lose nothing. A read never waits for any of this.
//!
//! # Limits
//! [`LOST_QUEUED_MAX`] fragments wait, [`LOST_SEEN_MAX`] are remembered so that they are not noted again; what does not fit
//! is left to the next read or to the scrub.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_catalog::command::{CommandBody, FragmentNote};
use cairn_metadata::Route;
use cairn_runtime::Instant;
use cairn_runtime::select::{Either, select};
use cairn_types::{BlobId, DiskId, FragmentIndex, GroupId, Label};
use parking_lot::Mutex;
use tokio::sync::mpsc;

use super::fetch::disks_of;
use crate::limits::{FRAGMENT_VERIFY_MAX, LOST_QUEUED_MAX, LOST_SEEN_FOR, LOST_SEEN_MAX};
use crate::objects::Core;

/// A fragment that a disk did not give, or not as it was written.
#[derive(Clone, Debug)]
pub(crate) struct Suspect {
    pub(crate) label: Label,
    pub(crate) group: GroupId,
    pub(crate) disk: DiskId,
    pub(crate) blob: BlobId,
    pub(crate) index: FragmentIndex,
}

/// Takes suspects from reads.
pub(crate) struct LostNotes {
    queue: mpsc::Sender<Suspect>,
    seen: Mutex<Seen>,
}

/// The other end of the queue.
pub(crate) struct Suspects(mpsc::Receiver<Suspect>);

/// Suspects that were taken, and until when they are not taken again.
#[derive(Default)]
struct Seen(BTreeMap<(BlobId, FragmentIndex), Instant>);

impl Seen {
    /// Whether it is to be looked into now.
    fn insert(&mut self, name: (BlobId, FragmentIndex), now: Instant) -> bool {
        if self.0.get(&name).is_some_and(|until| *until > now) {
            return false;
        }
        if self.0.len() >= LOST_SEEN_MAX {
            self.0.retain(|_, until| *until > now);
        }
        if self.0.len() >= LOST_SEEN_MAX {
            return false;
        }
        self.0.insert(name, now + LOST_SEEN_FOR);
        true
    }
}

impl LostNotes {
    /// Both ends.
    pub(crate) fn new() -> (Self, Suspects) {
        let (queue, suspects) = mpsc::channel(LOST_QUEUED_MAX);
        (Self { queue, seen: Mutex::default() }, Suspects(suspects))
    }

    /// Has a suspect looked into, unless that was done shortly before.
    pub(crate) fn suspect(&self, suspect: Suspect, now: Instant) {
        let name = (suspect.blob, suspect.index);
        if self.seen.lock().insert(name, now) && self.queue.try_send(suspect).is_err() {
            self.forget(name);
        }
    }

    fn forget(&self, name: (BlobId, FragmentIndex)) {
        self.seen.lock().0.remove(&name);
    }
}

/// Looks into suspects until shutdown.
pub(crate) async fn note_lost(core: Arc<Core>, mut suspects: Suspects) {
    loop {
        match select(core.context.tasks.shutdown_requested(), suspects.0.recv()).await {
            Either::Left(()) | Either::Right(None) => return,
            Either::Right(Some(suspect)) => {
                if !look_into(&core, &suspect).await {
                    core.lost.forget((suspect.blob, suspect.index));
                }
            }
        }
    }
}

/// Whether it is settled; else a later read brings it again.
async fn look_into(core: &Core, suspect: &Suspect) -> bool {
    match is_lost(core, suspect).await {
        Some(true) => mark(core, suspect).await,
        Some(false) => true,
        None => false,
    }
}

/// Whether the disk that should have the fragment by the present map cannot read it back; `None` if that is not known.
async fn is_lost(core: &Core, suspect: &Suspect) -> Option<bool> {
    let disks = disks_of(core, suspect.group).await.ok()??;
    if disks.get(usize::from(suspect.index.get())) != Some(&suspect.disk) {
        return Some(false);
    }
    let service = core.services.of(suspect.disk)?;
    let clock = &core.context.clock;
    let deadline = clock.now() + FRAGMENT_VERIFY_MAX;
    let verified = service.verify(suspect.disk, vec![(suspect.blob, suspect.index)], deadline);
    match clock.until(deadline, verified).await {
        Ok(Ok(good)) => good.first().map(|good| !good),
        Ok(Err(error)) => {
            tracing::debug!(%error, disk = %suspect.disk, blob = %suspect.blob, "a fragment could not be verified");
            None
        }
        Err(_) => None,
    }
}

async fn mark(core: &Core, suspect: &Suspect) -> bool {
    let Suspect { label, blob, index, disk, .. } = suspect;
    let note = FragmentNote { label: label.clone(), blob: *blob, index: index.get(), ..FragmentNote::default() };
    let (client, deadline) = (core.session.client(), core.catalog_deadline());
    match client.submit(Route::of_label(label), CommandBody::MarkDegraded(note), deadline).await {
        Ok(_) => {
            metrics::counter!("cairn_fragments_lost_total").increment(1);
            tracing::warn!(%blob, %index, %disk, "a fragment is lost: its blob is below full redundancy");
            true
        }
        Err(error) => {
            tracing::debug!(%error, %blob, %index, "could not note a lost fragment");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_runtime::Context;
    use cairn_runtime::sim::SimWorld;
    use cairn_types::{BlobSequence, Geometry, SessionId};

    use super::{BlobId, LOST_SEEN_FOR, LOST_SEEN_MAX, Seen};

    #[test]
    fn a_suspect_is_looked_into_once_in_a_while_and_not_more_than_fit() {
        SimWorld::run(1, |_| async {
            let index = Geometry::new(1, 1).unwrap().index(0).unwrap();
            let name = |number: usize| (BlobId::new(SessionId(1), BlobSequence(number as u64)), index);
            let now = Context::current().clock.now();
            let mut seen = Seen::default();
            assert!(seen.insert(name(0), now));
            assert!(!seen.insert(name(0), now));
            (1..LOST_SEEN_MAX).for_each(|number| assert!(seen.insert(name(number), now)));
            assert!(!seen.insert(name(LOST_SEEN_MAX), now), "there is no room");
            let later = now + LOST_SEEN_FOR;
            assert!(seen.insert(name(0), later), "it may have been lost again");
            assert!(seen.insert(name(LOST_SEEN_MAX), later), "the others are forgotten");
        });
    }
}
