//! A storage node that can be told to fail.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_runtime::{Clock, Instant};
use cairn_storage::{
    Cells, DiskStatus, FoundFragment, FragmentService, PutFragment, ReadCells, Reservation, StorageError,
};
use cairn_types::{BlobId, DiskId, FragmentIndex, SessionId};
use parking_lot::Mutex;

/// What goes wrong on one node.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    /// Nothing reaches it.
    pub(super) down: bool,
    /// Puts fail.
    pub(super) puts_fail: bool,
    /// Puts take so long more.
    pub(super) put_delay: Duration,
    /// Reads take so long more.
    pub(super) read_delay: Duration,
    /// Every cell that is read has a flipped bit when it arrives.
    pub(super) rotten: bool,
    /// Its disk cannot read anything back.
    pub(super) damaged: bool,
}

/// Calls counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Calls {
    pub(super) puts: u64,
    pub(super) reads: u64,
    pub(super) cells: u64,
    pub(super) verifies: u64,
}

/// See the module.
pub(super) struct Faulty {
    inner: Arc<dyn FragmentService>,
    clock: Clock,
    pub(super) faults: Mutex<Faults>,
    pub(super) calls: Mutex<Calls>,
    pub(super) blobs_seen: Mutex<BTreeSet<BlobId>>,
}

impl Faulty {
    pub(super) fn new(inner: Arc<dyn FragmentService>, clock: Clock) -> Self {
        Self { inner, clock, faults: Mutex::default(), calls: Mutex::default(), blobs_seen: Mutex::default() }
    }

    fn up(&self) -> Result<Faults, StorageError> {
        let faults = self.faults.lock().clone();
        if faults.down { Err(StorageError::Unreachable) } else { Ok(faults) }
    }
}

fn with_a_flipped_bit(payload: &Bytes) -> Bytes {
    let mut bytes = payload.to_vec();
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 4;
    }
    bytes.into()
}

#[async_trait]
impl FragmentService for Faulty {
    async fn reserve(&self, disk: DiskId, bytes: u64, deadline: Instant) -> Result<Reservation, StorageError> {
        self.up()?;
        self.inner.reserve(disk, bytes, deadline).await
    }

    async fn put(&self, room: Reservation, fragment: PutFragment, deadline: Instant) -> Result<(), StorageError> {
        let faults = self.up()?;
        self.calls.lock().puts += 1;
        if faults.puts_fail {
            return Err(StorageError::Io("a test's".into()));
        }
        self.blobs_seen.lock().insert(fragment.blob);
        self.clock.sleep(faults.put_delay).await;
        self.inner.put(room, fragment, deadline).await
    }

    async fn read_cells(&self, disk: DiskId, cells: ReadCells, deadline: Instant) -> Result<Cells, StorageError> {
        let faults = self.up()?;
        {
            let mut calls = self.calls.lock();
            calls.reads += 1;
            calls.cells += u64::from(cells.stripes);
        }
        self.clock.sleep(faults.read_delay).await;
        let mut read = self.inner.read_cells(disk, cells, deadline).await?;
        if faults.rotten || faults.damaged {
            read.payload = with_a_flipped_bit(&read.payload);
        }
        Ok(read)
    }

    async fn contains(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<Vec<bool>, StorageError> {
        self.up()?;
        self.inner.contains(disk, fragments, deadline).await
    }

    async fn verify(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<Vec<bool>, StorageError> {
        let faults = self.up()?;
        self.calls.lock().verifies += 1;
        if faults.damaged {
            return Ok(vec![false; fragments.len()]);
        }
        self.inner.verify(disk, fragments, deadline).await
    }

    async fn delete(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<(), StorageError> {
        self.up()?;
        self.inner.delete(disk, fragments, deadline).await
    }

    async fn list(
        &self,
        disk: DiskId,
        after: Option<(BlobId, FragmentIndex)>,
        limit: usize,
        deadline: Instant,
    ) -> Result<Vec<FoundFragment>, StorageError> {
        self.up()?;
        self.inner.list(disk, after, limit, deadline).await
    }

    async fn note_swept(
        &self,
        disk: DiskId,
        swept: Vec<(SessionId, u64)>,
        deadline: Instant,
    ) -> Result<(), StorageError> {
        self.up()?;
        self.inner.note_swept(disk, swept, deadline).await
    }

    async fn status(&self, deadline: Instant) -> Result<Vec<DiskStatus>, StorageError> {
        self.up()?;
        self.inner.status(deadline).await
    }
}
