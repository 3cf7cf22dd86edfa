//! A storage node that can be told to fail.

use std::sync::Arc;

use async_trait::async_trait;
use cairn_runtime::Instant;
use cairn_storage::{
    Cells, DiskStatus, FoundFragment, FragmentService, PutFragment, ReadCells, Reservation, StorageError,
};
use cairn_types::{BlobId, DiskId, FragmentIndex, SessionId};
use parking_lot::Mutex;

/// How a node takes calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mood {
    /// As it should.
    Fine,
    /// Nothing reaches it.
    Down,
    /// It takes no deletes just now.
    Busy,
    /// It never answers a delete.
    Silent,
}

/// See the module.
pub(super) struct Faulty {
    inner: Arc<dyn FragmentService>,
    pub(super) mood: Mutex<Mood>,
    /// Whether its disk can read back what it has.
    pub(super) reads_back: Mutex<bool>,
}

impl Faulty {
    pub(super) fn new(inner: Arc<dyn FragmentService>) -> Self {
        Self { inner, mood: Mutex::new(Mood::Fine), reads_back: Mutex::new(true) }
    }

    fn up(&self) -> Result<Mood, StorageError> {
        let mood = *self.mood.lock();
        if mood == Mood::Down { Err(StorageError::Unreachable) } else { Ok(mood) }
    }
}

#[async_trait]
impl FragmentService for Faulty {
    async fn reserve(&self, disk: DiskId, bytes: u64, deadline: Instant) -> Result<Reservation, StorageError> {
        self.up()?;
        self.inner.reserve(disk, bytes, deadline).await
    }

    async fn put(&self, room: Reservation, fragment: PutFragment, deadline: Instant) -> Result<(), StorageError> {
        self.up()?;
        self.inner.put(room, fragment, deadline).await
    }

    async fn read_cells(&self, disk: DiskId, cells: ReadCells, deadline: Instant) -> Result<Cells, StorageError> {
        self.up()?;
        self.inner.read_cells(disk, cells, deadline).await
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
        self.up()?;
        if !*self.reads_back.lock() {
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
        match self.up()? {
            Mood::Busy => Err(StorageError::Busy),
            Mood::Silent => std::future::pending().await,
            Mood::Fine | Mood::Down => self.inner.delete(disk, fragments, deadline).await,
        }
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
