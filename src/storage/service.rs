//! What a storage node does for others: the one contract behind which sit the node itself (in the same process, payloads
//! shared, nothing encoded), the HTTP/1.1 client to another process, and the same client on the simulated network.
//!
//! # Invariants
//! D2: `put` returns after the fragment is durable on its disk. D6: a cell travels with its digest; who uses it verifies
//! it. P2: a put under an older epoch of its group is refused.
//!
//! # Cancel safety
//! Dropping a call loses only the answer: the fragment may be stored. It stays invisible until a version names its blob,
//! and is collected once its sequence is resolved.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_placement::ClusterMap;
use cairn_runtime::Instant;
use cairn_types::{BlobId, Digest128, DiskId, Epoch, FragmentIndex, Geometry, GroupId, Label, SessionId};

use crate::error::StorageError;

/// A fragment on its way to a disk.
#[derive(Clone, Debug)]
pub struct PutFragment {
    /// Where the run of its blob has its row.
    pub label: Label,
    /// Its blob.
    pub blob: BlobId,
    /// Its place in the stripes.
    pub index: FragmentIndex,
    /// Shape of the stripes.
    pub geometry: Geometry,
    /// Placement group, and the epoch under which the sender knows it.
    pub group: (GroupId, Epoch),
    /// Length of the blob, from which the lengths of all cells follow.
    pub blob_bytes: u64,
    /// All cells, one after the other; 4 KiB-aligned pieces are written without a copy.
    pub payload: Vec<Bytes>,
    /// Digest of each cell, in order.
    pub digests: Vec<Digest128>,
}

/// Which cells of one fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadCells {
    /// The blob.
    pub blob: BlobId,
    /// The fragment.
    pub index: FragmentIndex,
    /// First stripe.
    pub first_stripe: u32,
    /// How many stripes.
    pub stripes: u32,
}

/// Cells of one fragment as the disk has them, with the digests its lead has for them. Not yet verified.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// The cells, one after the other.
    pub payload: Bytes,
    /// Digest of each.
    pub digests: Vec<Digest128>,
}

/// Room for one fragment, promised by a disk until the deadline it was reserved with; given back on drop.
pub struct Reservation {
    /// The disk.
    pub disk: DiskId,
    /// Bytes promised.
    pub bytes: u64,
    /// What gives the room back; only the side that made it looks inside.
    pub hold: Box<dyn Hold>,
}

/// What a reservation holds on to: a permit in the same process, the number of one in another.
pub trait Hold: std::any::Any + Send + Sync {
    /// As `Any`, for the side that made it.
    fn into_any(self: Box<Self>) -> Box<dyn std::any::Any>;
}

/// A fragment as a sweep sees it.
#[derive(Clone, PartialEq, Debug)]
pub struct FoundFragment {
    /// Where the run of its blob has its row.
    pub label: Label,
    /// Its blob.
    pub blob: BlobId,
    /// Its place.
    pub index: FragmentIndex,
    /// Payload bytes.
    pub bytes: u64,
}

/// A disk as its node sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiskStatus {
    /// The disk.
    pub disk: DiskId,
    /// Whether it takes writes; a fenced disk still serves reads.
    pub writable: bool,
    /// Bytes of the device.
    pub capacity_bytes: u64,
    /// Bytes taken by segments.
    pub used_bytes: u64,
    /// Payload bytes of fragments not deleted.
    pub live_bytes: u64,
    /// Fragments not deleted.
    pub fragments: u64,
}

/// The disks of one node, as others see them.
#[async_trait]
pub trait FragmentService: Send + Sync + 'static {
    /// Promises room for a fragment of `bytes`, waiting in line until `deadline`; `Busy` after it.
    async fn reserve(&self, disk: DiskId, bytes: u64, deadline: Instant) -> Result<Reservation, StorageError>;

    /// Stores a fragment; returns when it is durable. Storing the same fragment again changes nothing and succeeds.
    async fn put(&self, room: Reservation, fragment: PutFragment, deadline: Instant) -> Result<(), StorageError>;

    /// Cells of a fragment. Too few stripes, or none of this fragment here, is `NotFound`.
    async fn read_cells(&self, disk: DiskId, cells: ReadCells, deadline: Instant) -> Result<Cells, StorageError>;

    /// Which of `fragments` the disk has, in the order asked; those known to be damaged it has not.
    async fn contains(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<Vec<bool>, StorageError>;

    /// Which of `fragments` the disk has and can read back whole, in the order asked: every cell is read and compared, so
    /// ask for few. One that is damaged is not there any more for [`FragmentService::contains`].
    async fn verify(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<Vec<bool>, StorageError>;

    /// Deletes fragments; returns when their tombstones are durable. One that is not there is deleted already.
    async fn delete(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<(), StorageError>;

    /// Fragments of a disk in the order of their ids, after `after`, at most `limit`.
    async fn list(
        &self,
        disk: DiskId,
        after: Option<(BlobId, FragmentIndex)>,
        limit: usize,
        deadline: Instant,
    ) -> Result<Vec<FoundFragment>, StorageError>;

    /// Notes durably that fragments of `session` below `sequence` were swept: later ones below it are refused.
    async fn note_swept(
        &self,
        disk: DiskId,
        swept: Vec<(SessionId, u64)>,
        deadline: Instant,
    ) -> Result<(), StorageError>;

    /// State of all disks of the node.
    async fn status(&self, deadline: Instant) -> Result<Vec<DiskStatus>, StorageError>;
}

/// Finds the service that has a disk: the local node, or a client of another.
pub trait FragmentServices: Send + Sync + 'static {
    /// The service, and whether its node is thought to be up. `None`: no such disk on the map.
    fn of(&self, disk: DiskId) -> Option<Arc<dyn FragmentService>>;

    /// Whether the disk is thought to be up and to take writes. Being wrong costs a retry, never safety.
    fn is_up(&self, disk: DiskId) -> bool;

    /// Tells that a call to the disk failed or succeeded, so that later choices avoid or take it.
    fn note(&self, disk: DiskId, worked: bool);

    /// Follows a newer map of the cluster; an older one changes nothing.
    fn follow(&self, map: &ClusterMap);
}
