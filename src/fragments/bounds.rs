//! How far a disk swept, and the epochs it knows: durable before anybody relies on them.

use cairn_types::{Epoch, GroupId, SessionId};

use crate::error::WriteError;
use crate::lead::Bounds;
use crate::limits::BOUNDS_ENTRIES_MAX;
use crate::store::FragmentStore;

/// Blobs of a session below a sequence were swept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SweptFloor {
    /// The session.
    pub session: SessionId,
    /// Its first sequence that may still come; `u64::MAX` for a fenced session.
    pub floor: u64,
}

impl FragmentStore {
    /// Refuses fragments below these floors from now on, durably. On return every fragment below them that was not refused
    /// is listed by [`FragmentStore::list`]: a sweep that begins now sees all there will ever be.
    ///
    /// `horizon`: sessions below it that have no floor are refused altogether; their floors need not be kept.
    pub async fn raise_floors(&self, horizon: SessionId, floors: &[SweptFloor]) -> Result<(), WriteError> {
        self.raise(|bounds| raise_floors(bounds, horizon, floors)).await
    }

    /// Refuses fragments under older epochs of these groups from now on, durably.
    pub async fn raise_epochs(&self, epochs: &[(GroupId, Epoch)]) -> Result<(), WriteError> {
        self.raise(|bounds| {
            let before = bounds.epochs.clone();
            for (group, epoch) in epochs {
                let known = bounds.epochs.entry(*group).or_default();
                *known = (*known).max(*epoch);
            }
            bounds.epochs != before
        })
        .await
    }

    /// The floor below which fragments of `session` are refused.
    pub fn swept_floor(&self, session: SessionId) -> u64 {
        self.index.tables(|tables| {
            let bounds = &tables.bounds.bounds;
            let fenced = if session < bounds.horizon { u64::MAX } else { 0 };
            bounds.floors.get(&session).copied().unwrap_or(fenced)
        })
    }

    async fn raise(&self, change: impl FnOnce(&mut Bounds) -> bool) -> Result<(), WriteError> {
        let indexed = self.index.tables(|tables| tables.bounds.bounds.sequence);
        match self.pipeline.raise(indexed, change)? {
            Some(told) => told.await.unwrap_or(Err(WriteError::Closed)),
            None => Ok(()),
        }
    }
}

fn raise_floors(bounds: &mut Bounds, horizon: SessionId, floors: &[SweptFloor]) -> bool {
    let before = (bounds.horizon, bounds.floors.clone());
    bounds.horizon = bounds.horizon.max(horizon);
    for floor in floors {
        let known = bounds.floors.entry(floor.session).or_default();
        *known = (*known).max(floor.floor);
    }
    // Below the horizon an absent session is refused altogether, as is one at the end of its numbers.
    let horizon = bounds.horizon;
    bounds.floors.retain(|session, floor| *session >= horizon || *floor < u64::MAX);
    debug_assert!(bounds.floors.len() <= BOUNDS_ENTRIES_MAX, "sessions are bounded by the root shard");
    before != (bounds.horizon, bounds.floors.clone())
}
