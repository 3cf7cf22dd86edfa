//! The disks of one storage node.
//!
//! # Invariants
//! Room is promised before a fragment is received and given back when it is stored or refused: a disk never holds more than
//! its budget of fragments in memory, whoever sends them.
//!
//! # Limits
//! [`crate::limits::BLOBS_IN_FLIGHT_DEFAULT`] blobs of the default size per disk, unless set otherwise.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use cairn_erasure::StripeNumber;
use cairn_fragments::{Fragment, FragmentStore, GetError, PutError, SweptFloor, WriteError};
use cairn_runtime::disk::{Disk, Space};
use cairn_runtime::permits::{ByteBudget, BytePermit};
use cairn_runtime::{Clock, Instant};
use cairn_types::{BlobId, DiskId, FragmentIndex, SessionId};
use parking_lot::Mutex;

use crate::error::StorageError;
use crate::limits::SPACE_WAIT_MAX;
use crate::service::{Cells, DiskStatus, FoundFragment, FragmentService, Hold, PutFragment, ReadCells, Reservation};

/// A disk as its node is given it.
pub struct MountedDisk {
    /// Its id.
    pub id: DiskId,
    /// Its fragments.
    pub store: Arc<FragmentStore>,
    /// Its directory, for the space of the device.
    pub directory: Arc<dyn Disk>,
}

/// The disks of this process.
pub struct StorageNode {
    clock: Clock,
    disks: BTreeMap<DiskId, Mounted>,
}

struct Mounted {
    store: Arc<FragmentStore>,
    directory: Arc<dyn Disk>,
    room: ByteBudget,
    /// Of the device as it was last told.
    space: Mutex<Space>,
}

impl Mounted {
    /// Space of the device, as it was before if its threads are busy: a status that waits for a disk makes its whole node
    /// look gone.
    async fn space(&self, clock: &Clock) -> Space {
        let asked = clock.within(SPACE_WAIT_MAX, self.directory.space()).await;
        let mut known = self.space.lock();
        if let Ok(Ok(space)) = asked {
            *known = space;
        }
        *known
    }
}

/// Room in this process.
struct LocalHold(#[allow(dead_code, reason = "held for its drop")] BytePermit);

impl Hold for LocalHold {
    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl StorageNode {
    /// A node with `disks`, each of which takes fragments of `room_bytes` at once.
    pub fn new(clock: Clock, disks: Vec<MountedDisk>, room_bytes: u64) -> Self {
        let mounted = |disk: MountedDisk| {
            let MountedDisk { id, store, directory } = disk;
            (id, Mounted { store, directory, room: ByteBudget::new(room_bytes), space: Mutex::default() })
        };
        Self { clock, disks: disks.into_iter().map(mounted).collect() }
    }

    /// The stores, for compaction and scrub.
    pub fn stores(&self) -> Vec<(DiskId, Arc<FragmentStore>)> {
        self.disks.iter().map(|(id, disk)| (*id, Arc::clone(&disk.store))).collect()
    }

    fn disk(&self, disk: DiskId) -> Result<&Mounted, StorageError> {
        self.disks.get(&disk).ok_or(StorageError::NoSuchDisk(disk))
    }

    async fn status_of(&self, id: DiskId, disk: &Mounted) -> DiskStatus {
        let space = disk.space(&self.clock).await;
        let usage = disk.store.usage();
        DiskStatus {
            disk: id,
            writable: disk.store.is_writable(),
            capacity_bytes: space.total_bytes,
            used_bytes: usage.live_bytes + usage.dead_bytes,
            live_bytes: usage.payload_bytes,
            fragments: usage.fragments,
        }
    }
}

/// A fragment as its disk takes it.
pub(crate) fn fragment_of(put: PutFragment) -> Fragment {
    let (group, epoch) = put.group;
    Fragment {
        label: put.label,
        blob: put.blob,
        index: put.index,
        geometry: put.geometry,
        group,
        epoch,
        blob_bytes: put.blob_bytes,
        payload: put.payload,
        digests: put.digests,
    }
}

fn write_error(error: &WriteError) -> StorageError {
    match error {
        WriteError::Full => StorageError::Full,
        WriteError::Busy => StorageError::Busy,
        WriteError::Fenced(_) | WriteError::Closed => StorageError::Fenced,
        WriteError::TooLarge => StorageError::Invalid(error.to_string()),
        WriteError::Unknown(_) | WriteError::Index(_) => StorageError::Io(error.to_string()),
    }
}

fn put_error(error: &PutError) -> StorageError {
    match error {
        PutError::Write(error) => write_error(error),
        PutError::FloorRefused(_) => StorageError::BelowSweptFloor,
        PutError::StaleEpoch { .. } => StorageError::StaleEpoch,
        PutError::Invalid(_) | PutError::Different { .. } => StorageError::Invalid(error.to_string()),
        PutError::Lookup(_) => StorageError::Io(error.to_string()),
    }
}

fn get_error(error: &GetError) -> StorageError {
    match error {
        GetError::NoSuchFragment | GetError::NoSuchStripe { .. } => StorageError::NoSuchFragment,
        GetError::Corrupt => StorageError::Corrupt,
        GetError::Read(_) | GetError::Index(_) | GetError::Mark(_) => StorageError::Io(error.to_string()),
    }
}

#[async_trait]
impl FragmentService for StorageNode {
    async fn reserve(&self, disk: DiskId, bytes: u64, deadline: Instant) -> Result<Reservation, StorageError> {
        let mounted = self.disk(disk)?;
        if !mounted.store.is_writable() {
            return Err(StorageError::Fenced);
        }
        let permit = match mounted.room.try_take(bytes) {
            Some(permit) => permit,
            None => self.clock.until(deadline, mounted.room.take(bytes)).await.map_err(|_| StorageError::Busy)?,
        };
        Ok(Reservation { disk, bytes, hold: Box::new(LocalHold(permit)) })
    }

    async fn put(&self, room: Reservation, fragment: PutFragment, deadline: Instant) -> Result<(), StorageError> {
        let mounted = self.disk(room.disk)?;
        let bytes: usize = fragment.payload.iter().map(bytes::Bytes::len).sum();
        if bytes as u64 > room.bytes {
            return Err(StorageError::Invalid("the fragment is longer than its room".to_owned()));
        }
        let put = mounted.store.put(fragment_of(fragment));
        // Given up, the fragment may still become durable: the same as an answer that was lost.
        let put = self.clock.until(deadline, put).await.map_err(|_| StorageError::Lost)?;
        drop(room);
        put.map_err(|error| put_error(&error))
    }

    async fn read_cells(&self, disk: DiskId, cells: ReadCells, deadline: Instant) -> Result<Cells, StorageError> {
        let store = &self.disk(disk)?.store;
        let first = StripeNumber(cells.first_stripe);
        let read = store.get_cells(cells.blob, cells.index, first, cells.stripes);
        let read = self.clock.until(deadline, read).await.map_err(|_| StorageError::Busy)?;
        let read = read.map_err(|error| get_error(&error))?;
        Ok(Cells { payload: read.payload, digests: read.digests })
    }

    async fn contains(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        _deadline: Instant,
    ) -> Result<Vec<bool>, StorageError> {
        self.disk(disk)?.store.contains(&fragments).await.map_err(|error| get_error(&error))
    }

    async fn verify(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<Vec<bool>, StorageError> {
        let verified = self.disk(disk)?.store.verify(&fragments);
        let verified = self.clock.until(deadline, verified).await.map_err(|_| StorageError::Busy)?;
        verified.map_err(|error| get_error(&error))
    }

    async fn delete(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        _deadline: Instant,
    ) -> Result<(), StorageError> {
        self.disk(disk)?.store.delete(&fragments).await.map_err(|error| write_error(&error))
    }

    async fn list(
        &self,
        disk: DiskId,
        after: Option<(BlobId, FragmentIndex)>,
        limit: usize,
        _deadline: Instant,
    ) -> Result<Vec<FoundFragment>, StorageError> {
        let listed = self.disk(disk)?.store.list(after, limit).await.map_err(|error| get_error(&error))?;
        let found = listed.into_iter().map(|listed| FoundFragment {
            label: listed.label,
            blob: listed.blob,
            index: listed.index,
            bytes: listed.bytes,
        });
        Ok(found.collect())
    }

    async fn note_swept(
        &self,
        disk: DiskId,
        swept: Vec<(SessionId, u64)>,
        _deadline: Instant,
    ) -> Result<(), StorageError> {
        let floors: Vec<SweptFloor> = swept.into_iter().map(|(session, floor)| SweptFloor { session, floor }).collect();
        let raised = self.disk(disk)?.store.raise_floors(SessionId::default(), &floors).await;
        raised.map_err(|error| write_error(&error))
    }

    async fn status(&self, _deadline: Instant) -> Result<Vec<DiskStatus>, StorageError> {
        let statuses = self.disks.iter().map(|(id, disk)| self.status_of(*id, disk));
        Ok(futures::future::join_all(statuses).await)
    }
}
