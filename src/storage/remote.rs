//! A storage node in another process.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_rpc::{Message, Method, Transport};
use cairn_runtime::{Context, Instant, OnExit};
use cairn_types::record::{FieldError, Record};
use cairn_types::{BlobId, DiskId, FragmentIndex, SessionId};

use crate::error::StorageError;
use crate::limits::RELEASE_WAIT_MAX;
use crate::messages::{
    CONTAINS, ContainsAnswer, DELETE, FragmentName, FragmentsCall, LIST, ListAnswer, ListCall, NOTE_SWEPT,
    NoteSweptCall, PUT, PutCall, READ, RELEASE, RESERVE, ReadAnswer, ReadCall, ReleaseCall, ReserveAnswer, ReserveCall,
    STATUS, StatusAnswer, VERIFY, join_digests, split_digests,
};
use crate::service::{Cells, DiskStatus, FoundFragment, FragmentService, Hold, PutFragment, ReadCells, Reservation};
use crate::wire_error::from_call;

/// The client of a storage node in another process.
pub struct RemoteStorage {
    context: Context,
    transport: Arc<dyn Transport>,
    peer: SocketAddr,
}

impl RemoteStorage {
    /// The node that listens at `peer`.
    pub fn new(context: Context, transport: Arc<dyn Transport>, peer: SocketAddr) -> Self {
        Self { context, transport, peer }
    }

    async fn call<A: Record>(
        &self,
        method: Method,
        head: Bytes,
        payload: Vec<Bytes>,
        deadline: Instant,
    ) -> Result<(A, Bytes), StorageError> {
        let answer = self.transport.call(self.peer, method, Message { head, payload }, deadline).await;
        let answer = answer.map_err(from_call)?;
        let head = A::decode(answer.head.clone()).map_err(not_an_answer)?;
        Ok((head, answer.into_payload()))
    }

    /// Asks something of each fragment that is answered by yes or no.
    async fn ask_of_each(
        &self,
        method: Method,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<Vec<bool>, StorageError> {
        let asked = fragments.len();
        let head = FragmentsCall { disk, fragments: names(fragments), ..FragmentsCall::default() }.encode();
        let (answer, _) = self.call::<ContainsAnswer>(method, head, Vec::new(), deadline).await?;
        let there: Vec<bool> = answer.there.iter().map(|there| *there == 1).collect();
        if there.len() == asked { Ok(there) } else { Err(StorageError::Lost) }
    }
}

/// A node that answers what we cannot read runs something else than we do: the call may have happened.
fn not_an_answer(_: FieldError) -> StorageError {
    StorageError::Lost
}

/// Room at the other process; told to it when dropped unused.
struct RemoteHold {
    number: u64,
    used: bool,
    context: Context,
    transport: Arc<dyn Transport>,
    peer: SocketAddr,
}

impl Hold for RemoteHold {
    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl Drop for RemoteHold {
    fn drop(&mut self) {
        if self.used {
            return;
        }
        let (transport, peer, number) = (Arc::clone(&self.transport), self.peer, self.number);
        let deadline = self.context.clock.now() + RELEASE_WAIT_MAX;
        self.context.tasks.spawn("release room", OnExit::Ignore, async move {
            let head = ReleaseCall { number, ..ReleaseCall::default() }.encode();
            // If it is lost the room comes back when its time is over.
            let _ = transport.call(peer, RELEASE, Message::of(head), deadline).await;
        });
    }
}

fn names(fragments: Vec<(BlobId, FragmentIndex)>) -> Vec<FragmentName> {
    fragments.into_iter().map(|(blob, index)| FragmentName { blob, index: index.get() }).collect()
}

#[async_trait]
impl FragmentService for RemoteStorage {
    async fn reserve(&self, disk: DiskId, bytes: u64, deadline: Instant) -> Result<Reservation, StorageError> {
        let keep_ms = deadline.saturating_duration_since(self.context.clock.now()).as_millis() as u64;
        let head = ReserveCall { disk, bytes, keep_ms, ..ReserveCall::default() }.encode();
        let (answer, _) = self.call::<ReserveAnswer>(RESERVE, head, Vec::new(), deadline).await?;
        let hold = RemoteHold {
            number: answer.number,
            used: false,
            context: self.context.clone(),
            transport: Arc::clone(&self.transport),
            peer: self.peer,
        };
        Ok(Reservation { disk, bytes, hold: Box::new(hold) })
    }

    async fn put(&self, room: Reservation, fragment: PutFragment, deadline: Instant) -> Result<(), StorageError> {
        let disk = room.disk;
        let mut hold = room.hold.into_any().downcast::<RemoteHold>().map_err(|_| StorageError::NoSuchDisk(disk))?;
        let (group, epoch) = fragment.group;
        let head = PutCall {
            disk,
            number: hold.number,
            label: fragment.label,
            blob: fragment.blob,
            index: fragment.index.get(),
            geometry: fragment.geometry,
            group,
            epoch,
            blob_bytes: fragment.blob_bytes,
            digests: join_digests(&fragment.digests),
            ..PutCall::default()
        };
        hold.used = true;
        self.call::<ReleaseCall>(PUT, head.encode(), fragment.payload, deadline).await.map(drop)
    }

    async fn read_cells(&self, disk: DiskId, cells: ReadCells, deadline: Instant) -> Result<Cells, StorageError> {
        let head = ReadCall {
            disk,
            blob: cells.blob,
            index: cells.index.get(),
            first_stripe: cells.first_stripe,
            stripes: cells.stripes,
            ..ReadCall::default()
        };
        let (answer, payload) = self.call::<ReadAnswer>(READ, head.encode(), Vec::new(), deadline).await?;
        let digests = split_digests(&answer.digests).ok_or(StorageError::Lost)?;
        Ok(Cells { payload, digests })
    }

    async fn contains(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<Vec<bool>, StorageError> {
        self.ask_of_each(CONTAINS, disk, fragments, deadline).await
    }

    async fn verify(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<Vec<bool>, StorageError> {
        self.ask_of_each(VERIFY, disk, fragments, deadline).await
    }

    async fn delete(
        &self,
        disk: DiskId,
        fragments: Vec<(BlobId, FragmentIndex)>,
        deadline: Instant,
    ) -> Result<(), StorageError> {
        let head = FragmentsCall { disk, fragments: names(fragments), ..FragmentsCall::default() }.encode();
        self.call::<ReleaseCall>(DELETE, head, Vec::new(), deadline).await.map(drop)
    }

    async fn list(
        &self,
        disk: DiskId,
        after: Option<(BlobId, FragmentIndex)>,
        limit: usize,
        deadline: Instant,
    ) -> Result<Vec<FoundFragment>, StorageError> {
        let after = after.map(|(blob, index)| FragmentName { blob, index: index.get() });
        let head = ListCall { disk, after, limit: limit as u64, ..ListCall::default() }.encode();
        let (answer, _) = self.call::<ListAnswer>(LIST, head, Vec::new(), deadline).await?;
        answer.fragments.into_iter().map(|listed| found(listed).ok_or(StorageError::Lost)).collect()
    }

    async fn note_swept(
        &self,
        disk: DiskId,
        swept: Vec<(SessionId, u64)>,
        deadline: Instant,
    ) -> Result<(), StorageError> {
        let head = NoteSweptCall { disk, swept, ..NoteSweptCall::default() }.encode();
        self.call::<ReleaseCall>(NOTE_SWEPT, head, Vec::new(), deadline).await.map(drop)
    }

    async fn status(&self, deadline: Instant) -> Result<Vec<DiskStatus>, StorageError> {
        let (answer, _) = self.call::<StatusAnswer>(STATUS, Bytes::new(), Vec::new(), deadline).await?;
        let status = |disk: crate::messages::DiskStatusRecord| DiskStatus {
            disk: disk.disk,
            writable: disk.writable,
            capacity_bytes: disk.capacity_bytes,
            used_bytes: disk.used_bytes,
            live_bytes: disk.live_bytes,
            fragments: disk.fragments,
        };
        Ok(answer.disks.into_iter().map(status).collect())
    }
}

fn found(listed: crate::messages::ListedFragment) -> Option<FoundFragment> {
    let index = any_index(listed.name.index)?;
    Some(FoundFragment { label: listed.label, blob: listed.name.blob, index, bytes: listed.bytes })
}

/// An index that some geometry has; whether this blob's geometry has it is known where the fragment is.
pub(crate) fn any_index(raw: u8) -> Option<FragmentIndex> {
    let widest = cairn_types::Geometry::new(cairn_types::FRAGMENTS_MAX, 0).ok()?;
    widest.index(raw)
}
