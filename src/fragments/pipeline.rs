//! From a request to a durable, indexed record.
//!
//! # Invariants
//! Numbers, bounds and the order of the segments agree: a number is given, the bounds are checked and the record is
//! queued in one step. So when raised bounds are durable, every fragment that passed the old ones is indexed.

use std::sync::Arc;

use bytes::Bytes;
use cairn_journal::{Journal, Payload, Place, Record as JournalRecord, Reserve};
use cairn_types::BlobId;
use cairn_types::record::Record;
use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::applier::ApplierQueue;
use crate::batch::Change;
use crate::error::{PutError, WriteError};
use crate::fragment::Fragment;
use crate::keys::FragmentKey;
use crate::lead::{Bounds, Lead, Tombstone, kind};

/// A record on its way: what the index will take, but for its place.
pub(crate) enum Pending {
    Fragment(Lead),
    Tombstone(Tombstone),
    Bounds(Bounds),
}

impl Pending {
    fn at(self, place: Place) -> Change {
        match self {
            Self::Fragment(lead) => Change::Fragment(place, lead),
            Self::Tombstone(tombstone) => Change::Tombstone(place, tombstone),
            Self::Bounds(bounds) => Change::Bounds(place, bounds),
        }
    }
}

/// A record and what it means.
pub(crate) type Prepared = (JournalRecord, Pending);

/// Resolves when records are durable and indexed.
pub(crate) type Told = oneshot::Receiver<Result<(), WriteError>>;

struct Order {
    /// Number of the last record.
    sequence: u64,
    /// As last appended.
    bounds: Bounds,
}

impl Order {
    fn next(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }
}

/// Gives numbers and appends.
pub(crate) struct Pipeline {
    journal: Arc<Journal>,
    applier: Arc<ApplierQueue>,
    order: Mutex<Order>,
}

impl Pipeline {
    pub(crate) fn new(journal: Arc<Journal>, applier: Arc<ApplierQueue>, sequence: u64, bounds: Bounds) -> Self {
        Self { journal, applier, order: Mutex::new(Order { sequence, bounds }) }
    }

    /// Appends a fragment.
    pub(crate) fn put(&self, fragment: Fragment) -> Result<Told, PutError> {
        let mut order = self.order.lock();
        check_bounds(&order.bounds, &fragment)?;
        let lead = Lead::of(&fragment, order.next());
        let payload = Payload::Covered(fragment.payload);
        let record = JournalRecord { kind: kind::FRAGMENT, head: lead.encode(), payload };
        self.append(vec![(record, Pending::Fragment(lead))], Reserve::Keep).map_err(PutError::Write)
    }

    /// Appends tombstones.
    pub(crate) fn delete(&self, fragments: &[FragmentKey]) -> Result<Told, WriteError> {
        let mut order = self.order.lock();
        let prepared = fragments.iter().map(|key| {
            let tombstone =
                Tombstone { sequence: order.next(), blob: key.blob, index: key.index, ..Tombstone::default() };
            let record = JournalRecord::of_head(kind::TOMBSTONE, tombstone.encode());
            (record, Pending::Tombstone(tombstone))
        });
        let prepared = prepared.collect();
        self.append(prepared, Reserve::Use)
    }

    /// Changes the bounds and appends them; `None` if nothing changes and the index has them, so that they are durable.
    pub(crate) fn raise(
        &self,
        indexed: u64,
        change: impl FnOnce(&mut Bounds) -> bool,
    ) -> Result<Option<Told>, WriteError> {
        let mut order = self.order.lock();
        let mut bounds = order.bounds.clone();
        let is_changed = change(&mut bounds);
        if !is_changed && bounds.sequence <= indexed {
            return Ok(None);
        }
        bounds.sequence = order.next();
        let record = JournalRecord::of_head(kind::BOUNDS, bounds.encode());
        let told = self.append(vec![(record, Pending::Bounds(bounds.clone()))], Reserve::Use)?;
        // Kept also if the append fails later: then the disk is fenced, and refusing too much harms nobody.
        order.bounds = bounds;
        Ok(Some(told))
    }

    /// Appends a copy of a record, as it is but for its kind.
    pub(crate) fn copy(&self, kind: u16, head: Bytes, payload: Bytes, pending: Pending) -> Result<Told, WriteError> {
        let payload = if payload.is_empty() { Payload::None } else { Payload::Covered(vec![payload]) };
        self.append(vec![(JournalRecord { kind, head, payload }, pending)], Reserve::Use)
    }

    fn append(&self, prepared: Vec<Prepared>, reserve: Reserve) -> Result<Told, WriteError> {
        let (records, pending): (Vec<_>, Vec<_>) = prepared.into_iter().unzip();
        let (waiter, told) = oneshot::channel();
        let applier = Arc::clone(&self.applier);
        let done = move |outcome: Result<Vec<Place>, _>| match outcome {
            Ok(places) => {
                let changes = pending.into_iter().zip(places).map(|(pending, place)| pending.at(place));
                applier.push(changes.collect(), waiter);
            }
            Err(error) => {
                // Whoever dropped the future does not want to know.
                let _ = waiter.send(Err(WriteError::from(error)));
            }
        };
        self.journal.append_with(records, reserve, done)?;
        Ok(told)
    }
}

fn check_bounds(bounds: &Bounds, fragment: &Fragment) -> Result<(), PutError> {
    if is_below_floor(bounds, fragment.blob) {
        return Err(PutError::FloorRefused(fragment.blob));
    }
    match bounds.epochs.get(&fragment.group) {
        Some(known) if *known > fragment.epoch => {
            Err(PutError::StaleEpoch { group: fragment.group, known: *known, sent: fragment.epoch })
        }
        _ => Ok(()),
    }
}

/// Whether the disk swept past `blob`.
fn is_below_floor(bounds: &Bounds, blob: BlobId) -> bool {
    match bounds.floors.get(&blob.session) {
        Some(floor) => blob.sequence.0 < *floor,
        None => blob.session < bounds.horizon,
    }
}
