//! One blob on its way to the disks.
//!
//! # Invariants
//! The fragments of a blob go to one group. When the group fails, the bytes go to another one as another blob: what the
//! first one left behind is named by no run and is collected.
//! # Concurrency
//! All permits of a blob are held before its first cell flows, taken in the order of disk ids; puts wait for nobody.

use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::rows::{BlobPlace, FragmentSet};
use cairn_metadata::BlobTicket;
use cairn_runtime::Instant;
use cairn_runtime::select::{Either, select};
use cairn_runtime::watch;
use cairn_storage::{FragmentService, PutFragment, Reservation, StorageError};
use cairn_types::{DiskId, FragmentIndex, GroupId, Label};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::sync::oneshot;

use super::blob::EncodedBody;
use super::group::Group;
use super::late::Late;
use crate::error::BlobError;
use crate::limits::{
    BLOB_WRITE_MAX, FRAGMENT_PUT_MAX, GROUPS_TRIED_MAX, RESERVE_WAIT_MAX, REST_WAIT_MAX, REST_WAIT_MEDIANS,
    REST_WAIT_MIN,
};
use crate::objects::Core;

/// A blob that is durable on at least the floor.
pub(super) struct Written {
    pub(super) place: BlobPlace,
    /// Blobs that were begun in its stead, the one that was written among them.
    pub(super) tickets: Vec<BlobTicket>,
}

/// Room on one disk.
struct Room {
    index: FragmentIndex,
    service: Arc<dyn FragmentService>,
    reservation: Reservation,
}

/// How one put ended.
pub(super) struct PutEnd {
    pub(super) index: FragmentIndex,
    took: Duration,
    pub(super) result: Result<(), StorageError>,
}

pub(super) type Puts = FuturesUnordered<BoxFuture<'static, PutEnd>>;

/// A blob that may be published, where its fragments were sent, and the puts that are still under way.
type Sent = (BlobPlace, Vec<(FragmentIndex, DiskId)>, Puts);

/// Writes a blob in one group after the other, until one takes it. `done` hears as soon as it may be published; what is
/// late then goes on here.
pub(super) async fn write(
    core: Arc<Core>,
    label: Label,
    group: Group,
    body: EncodedBody,
    fate: watch::Receiver<bool>,
    done: oneshot::Sender<Result<Written, BlobError>>,
) {
    let mut writer = Writer { core: Arc::clone(&core), label: label.clone(), body, tickets: Vec::new() };
    match writer.in_some_group(group).await {
        Ok((place, disks, puts)) => {
            let late = Late { core, label, blob: place.blob, missing: place.missing, disks };
            let Writer { body, tickets, .. } = writer;
            // The puts hold what they send; the permit is given back with the last of them.
            let memory = Arc::clone(&body.memory);
            drop(body);
            // The body may be given up already; then the fragments are orphans, here and on disk.
            let _ = done.send(Ok(Written { place, tickets }));
            let came = late.gather(puts).await;
            drop(memory);
            late.note(came, fate).await;
        }
        Err(error) => drop(done.send(Err(error))),
    }
}

struct Writer {
    core: Arc<Core>,
    label: Label,
    body: EncodedBody,
    tickets: Vec<BlobTicket>,
}

impl Writer {
    async fn in_some_group(&mut self, first: Group) -> Result<Sent, BlobError> {
        let deadline = self.core.context.clock.now() + BLOB_WRITE_MAX;
        let (mut group, mut tried, mut is_fresh): (_, Vec<GroupId>, _) = (first, Vec::new(), true);
        let mut failures = 0;
        loop {
            if !is_fresh {
                self.begin_again(&group);
            }
            let error = match self.in_group(&group).await {
                Ok(written) => return Ok(written),
                Err(Failed::NoRoom(error)) => error,
                Err(Failed::Puts(error)) => {
                    is_fresh = false;
                    error
                }
            };
            tracing::warn!(%error, group = %group.id, blob = %self.body.blob, "a placement group did not take a blob");
            tried.push(group.id);
            // Disks that are busy are no failure: whoever was admitted waits for its turn.
            failures += usize::from(!matches!(error, BlobError::Busy));
            if failures == GROUPS_TRIED_MAX || self.core.context.clock.now() >= deadline {
                return Err(error);
            }
            group = match self.core.choose_group(&tried).await {
                Ok(next) => next,
                // With few groups the one that failed is chosen again, without the disks that are known to be down now.
                Err(BlobError::NoPlacement) => self.core.choose_group(&[]).await.map_err(|_| error)?,
                Err(other) => return Err(other),
            };
            is_fresh &= group.geometry == self.body.layout.geometry();
        }
    }

    /// Makes the bytes another blob, in the geometry of `group`.
    fn begin_again(&mut self, group: &Group) {
        let ticket = self.core.session.next_blob();
        let again = self.body.again(&self.core.pool, ticket.blob(), group.geometry);
        self.body = again.expect("a blob is never empty");
        self.tickets.push(ticket);
    }

    async fn in_group(&self, group: &Group) -> Result<Sent, Failed> {
        let rooms = self.reserve(group).await?;
        let mut puts: Puts = rooms.into_iter().map(|room| self.put(group, room)).collect();
        let durable = self.until_enough(group, &mut puts).await?;
        let missing = group.geometry.indexes().filter(|index| !durable.contains(*index)).collect();
        let place = BlobPlace {
            blob: self.body.blob,
            group: group.id,
            group_epoch: group.epoch,
            geometry: group.geometry,
            length: self.body.layout.blob_len(),
            missing,
            digest: self.body.digest,
            ..BlobPlace::default()
        };
        Ok((place, group.targets(), puts))
    }

    /// Takes all permits. A disk that turns out to be down only now sends the blob to another group; when there is no
    /// whole one, which the choice says by leaving disks out, as many as the floor will do.
    async fn reserve(&self, group: &Group) -> Result<Vec<Room>, Failed> {
        let deadline = self.core.context.clock.now() + RESERVE_WAIT_MAX;
        let bytes = self.body.layout.payload_len() as u64;
        let mut rooms = Vec::new();
        for (index, disk) in group.targets() {
            let Some(service) = self.core.services.of(disk) else { continue };
            let reserved = service.reserve(disk, bytes, deadline);
            match self.core.context.clock.until(deadline, reserved).await.unwrap_or(Err(StorageError::Busy)) {
                Ok(reservation) => rooms.push(Room { index, service, reservation }),
                Err(StorageError::Busy) => return Err(Failed::NoRoom(BlobError::Busy)),
                Err(error) => note(&self.core, disk, Err::<(), _>(&error)),
            }
        }
        let written = rooms.len() as u8;
        let floor = if group.is_whole() { group.geometry.fragments() } else { group.geometry.write_floor() };
        if written < floor {
            return Err(Failed::NoRoom(BlobError::BelowFloor { written, floor }));
        }
        Ok(rooms)
    }

    fn put(&self, group: &Group, room: Room) -> BoxFuture<'static, PutEnd> {
        let (payload, digests) = self.body.fragment(room.index);
        let fragment = PutFragment {
            label: self.label.clone(),
            blob: self.body.blob,
            index: room.index,
            geometry: group.geometry,
            group: (group.id, group.epoch),
            blob_bytes: self.body.layout.blob_len(),
            payload,
            digests,
        };
        Box::pin(put_one(Arc::clone(&self.core), room, fragment))
    }

    /// Waits until the floor is durable, and then a short while for the rest.
    async fn until_enough(&self, group: &Group, puts: &mut Puts) -> Result<FragmentSet, Failed> {
        let floor = group.geometry.write_floor();
        let (mut durable, mut times, mut rest_until) = (FragmentSet::EMPTY, Vec::new(), None);
        while !puts.is_empty() {
            let end = match rest_until {
                None => puts.next().await,
                Some(until) => match select(puts.next(), self.core.context.clock.sleep_until(until)).await {
                    Either::Left(end) => end,
                    Either::Right(()) => break,
                },
            };
            let Some(end) = end else { break };
            if end.result.is_ok() {
                durable.insert(end.index);
                times.push(end.took);
            }
            if durable.count() >= floor && rest_until.is_none() {
                rest_until = Some(self.rest_until(&mut times));
            }
            if usize::from(durable.count()) + puts.len() < usize::from(floor) {
                break;
            }
        }
        let written = durable.count();
        if written < floor { Err(Failed::Puts(BlobError::BelowFloor { written, floor })) } else { Ok(durable) }
    }

    fn rest_until(&self, times: &mut [Duration]) -> Instant {
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        self.core.context.clock.now() + (median * REST_WAIT_MEDIANS).clamp(REST_WAIT_MIN, REST_WAIT_MAX)
    }
}

/// Why a group did not take the blob.
enum Failed {
    /// No cell was sent.
    NoRoom(BlobError),
    /// Some fragments may lie there.
    Puts(BlobError),
}

async fn put_one(core: Arc<Core>, room: Room, fragment: PutFragment) -> PutEnd {
    let clock = &core.context.clock;
    let (index, disk, began) = (room.index, room.reservation.disk, clock.now());
    let deadline = began + FRAGMENT_PUT_MAX;
    let put = room.service.put(room.reservation, fragment, deadline);
    let result = clock.until(deadline, put).await.unwrap_or(Err(StorageError::Lost));
    note(&core, disk, result.as_ref());
    PutEnd { index, took: clock.now() - began, result }
}

/// Tells the directory how a call to a disk ended. A refusal says that the disk is there.
pub(crate) fn note<T>(core: &Core, disk: DiskId, result: Result<T, &StorageError>) {
    match result {
        Ok(_) => core.services.note(disk, true),
        Err(
            StorageError::Unreachable
            | StorageError::Lost
            | StorageError::Io(_)
            | StorageError::Fenced
            | StorageError::Full
            | StorageError::NoSuchDisk(_),
        ) => core.services.note(disk, false),
        Err(
            StorageError::Busy
            | StorageError::NoSuchFragment
            | StorageError::StaleEpoch
            | StorageError::BelowSweptFloor
            | StorageError::Invalid(_)
            | StorageError::Corrupt,
        ) => {}
    }
}
