//! The storage service behind the calls of other processes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_rpc::{Failure, Handler, Message};
use cairn_runtime::{Clock, Instant};
use cairn_types::record::{FieldError, Record};
use cairn_types::{BlobId, ErrorKind, FragmentIndex};
use parking_lot::Mutex;

use crate::error::StorageError;
use crate::limits::{LIST_FRAGMENTS_MAX, RESERVATION_KEEP_MAX, RESERVATIONS_MAX};
use crate::messages::{
    ContainsAnswer, DiskStatusRecord, FragmentName, FragmentsCall, ListAnswer, ListCall, ListedFragment, NoteSweptCall,
    PutCall, ReadAnswer, ReadCall, ReleaseCall, ReserveAnswer, ReserveCall, StatusAnswer, join_digests, split_digests,
};
use crate::node::fragment_of;
use crate::received::verify;
use crate::remote::any_index;
use crate::service::{FragmentService, PutFragment, ReadCells, Reservation};
use crate::wire_error::to_failure;

/// Answers `storage/…` calls with a node's own service.
///
/// # Limits
/// Room promised to other processes is kept for at most [`RESERVATION_KEEP_MAX`], in at most [`RESERVATIONS_MAX`]
/// promises: a gateway that dies gives its room back by itself.
pub struct StorageHandler {
    service: Arc<dyn FragmentService>,
    clock: Clock,
    promises: Mutex<Promises>,
}

#[derive(Default)]
struct Promises {
    last: u64,
    kept: BTreeMap<u64, (Instant, Reservation)>,
}

impl StorageHandler {
    /// Answers with `service`.
    pub fn new(service: Arc<dyn FragmentService>, clock: Clock) -> Self {
        Self { service, clock, promises: Mutex::new(Promises::default()) }
    }

    async fn reserve(&self, head: Bytes, deadline: Instant) -> Result<Message, Failure> {
        let call: ReserveCall = decode(head)?;
        self.drop_expired();
        if self.promises.lock().kept.len() >= RESERVATIONS_MAX {
            return Err(to_failure(&StorageError::Busy));
        }
        // The answer that there is no room has to arrive in time: silence would look like a node that is down.
        let now = self.clock.now();
        let until = now + deadline.saturating_duration_since(now) * 3 / 4;
        let room = self.service.reserve(call.disk, call.bytes, until).await.map_err(|error| to_failure(&error))?;
        let keep = Duration::from_millis(call.keep_ms).min(RESERVATION_KEEP_MAX);
        let number = self.promise(self.clock.now() + keep, room);
        Ok(Message::of(ReserveAnswer { number, ..ReserveAnswer::default() }.encode()))
    }

    fn promise(&self, until: Instant, room: Reservation) -> u64 {
        let mut promises = self.promises.lock();
        promises.last += 1;
        let number = promises.last;
        promises.kept.insert(number, (until, room));
        number
    }

    fn drop_expired(&self) {
        let now = self.clock.now();
        let expired = |promises: &mut Promises| {
            let old: Vec<u64> =
                promises.kept.iter().filter(|(_, (until, _))| *until <= now).map(|(number, _)| *number).collect();
            old.into_iter().filter_map(|number| promises.kept.remove(&number)).collect::<Vec<_>>()
        };
        let dropped = expired(&mut self.promises.lock());
        drop(dropped);
    }

    fn release(&self, head: Bytes) -> Result<Message, Failure> {
        let call: ReleaseCall = decode(head)?;
        let released = self.promises.lock().kept.remove(&call.number);
        drop(released);
        Ok(Message::default())
    }

    async fn put(&self, message: Message, deadline: Instant) -> Result<Message, Failure> {
        let call: PutCall = decode(message.head)?;
        let invalid = |text: &str| to_failure(&StorageError::Invalid(text.to_owned()));
        let room = self.promises.lock().kept.remove(&call.number).filter(|(_, room)| room.disk == call.disk);
        let (_, room) = room.ok_or_else(|| to_failure(&StorageError::Busy))?;
        let fragment = PutFragment {
            label: call.label,
            blob: call.blob,
            index: call.geometry.index(call.index).ok_or_else(|| invalid("no such index"))?,
            geometry: call.geometry,
            group: (call.group, call.epoch),
            blob_bytes: call.blob_bytes,
            payload: message.payload,
            digests: split_digests(&call.digests).ok_or_else(|| invalid("digests of 16 bytes"))?,
        };
        // What crossed a network is checked before it is stored; what did not was just made.
        fragment_of(fragment.clone()).verify().map_err(|error| invalid(&error.to_string()))?;
        verify(&fragment).map_err(|error| to_failure(&error))?;
        self.service.put(room, fragment, deadline).await.map_err(|error| to_failure(&error))?;
        Ok(Message::default())
    }

    async fn read(&self, head: Bytes, deadline: Instant) -> Result<Message, Failure> {
        let call: ReadCall = decode(head)?;
        let index = any_index(call.index).ok_or_else(|| to_failure(&StorageError::NoSuchFragment))?;
        let (blob, first_stripe, stripes) = (call.blob, call.first_stripe, call.stripes);
        let cells = ReadCells { blob, index, first_stripe, stripes };
        let cells = self.service.read_cells(call.disk, cells, deadline).await.map_err(|error| to_failure(&error))?;
        let head = ReadAnswer { digests: join_digests(&cells.digests), ..ReadAnswer::default() }.encode();
        Ok(Message { head, payload: vec![cells.payload] })
    }

    async fn contains(&self, head: Bytes, deadline: Instant) -> Result<Message, Failure> {
        let call: FragmentsCall = decode(head)?;
        let fragments = fragments(call.fragments)?;
        let there = self.service.contains(call.disk, fragments, deadline).await.map_err(|error| to_failure(&error))?;
        let there = there.into_iter().map(u8::from).collect();
        Ok(Message::of(ContainsAnswer { there, ..ContainsAnswer::default() }.encode()))
    }

    async fn verify(&self, head: Bytes, deadline: Instant) -> Result<Message, Failure> {
        let call: FragmentsCall = decode(head)?;
        let fragments = fragments(call.fragments)?;
        let good = self.service.verify(call.disk, fragments, deadline).await.map_err(|error| to_failure(&error))?;
        let there = good.into_iter().map(u8::from).collect();
        Ok(Message::of(ContainsAnswer { there, ..ContainsAnswer::default() }.encode()))
    }

    async fn delete(&self, head: Bytes, deadline: Instant) -> Result<Message, Failure> {
        let call: FragmentsCall = decode(head)?;
        let fragments = fragments(call.fragments)?;
        self.service.delete(call.disk, fragments, deadline).await.map_err(|error| to_failure(&error))?;
        Ok(Message::default())
    }

    async fn list(&self, head: Bytes, deadline: Instant) -> Result<Message, Failure> {
        let call: ListCall = decode(head)?;
        let after = match call.after {
            Some(name) => Some(fragment(name)?),
            None => None,
        };
        let limit = usize::try_from(call.limit).unwrap_or(usize::MAX).min(LIST_FRAGMENTS_MAX);
        let found = self.service.list(call.disk, after, limit, deadline).await.map_err(|error| to_failure(&error))?;
        let listed = found.into_iter().map(|found| ListedFragment {
            label: found.label,
            name: FragmentName { blob: found.blob, index: found.index.get() },
            bytes: found.bytes,
        });
        Ok(Message::of(ListAnswer { fragments: listed.collect(), ..ListAnswer::default() }.encode()))
    }

    async fn note_swept(&self, head: Bytes, deadline: Instant) -> Result<Message, Failure> {
        let call: NoteSweptCall = decode(head)?;
        let noted = self.service.note_swept(call.disk, call.swept, deadline).await;
        noted.map_err(|error| to_failure(&error))?;
        Ok(Message::default())
    }

    async fn status(&self, deadline: Instant) -> Result<Message, Failure> {
        let disks = self.service.status(deadline).await.map_err(|error| to_failure(&error))?;
        let disks = disks.into_iter().map(|disk| DiskStatusRecord {
            disk: disk.disk,
            writable: disk.writable,
            capacity_bytes: disk.capacity_bytes,
            used_bytes: disk.used_bytes,
            live_bytes: disk.live_bytes,
            fragments: disk.fragments,
            ..DiskStatusRecord::default()
        });
        Ok(Message::of(StatusAnswer { disks: disks.collect(), ..StatusAnswer::default() }.encode()))
    }
}

#[async_trait]
impl Handler for StorageHandler {
    async fn handle(&self, method: &str, message: Message, deadline: Instant) -> Result<Message, Failure> {
        match method {
            "reserve" => self.reserve(message.head, deadline).await,
            "release" => self.release(message.head),
            "put" => self.put(message, deadline).await,
            "read" => self.read(message.head, deadline).await,
            "contains" => self.contains(message.head, deadline).await,
            "verify" => self.verify(message.head, deadline).await,
            "delete" => self.delete(message.head, deadline).await,
            "list" => self.list(message.head, deadline).await,
            "note-swept" => self.note_swept(message.head, deadline).await,
            "status" => self.status(deadline).await,
            _ => Err(Failure::plain(ErrorKind::Invalid, "no such method on a storage node")),
        }
    }
}

fn decode<R: Record>(head: Bytes) -> Result<R, Failure> {
    R::decode(head)
        .map_err(|error: FieldError| to_failure(&StorageError::Invalid(format!("the call cannot be read: {error}"))))
}

fn fragment(name: FragmentName) -> Result<(BlobId, FragmentIndex), Failure> {
    let index = any_index(name.index).ok_or_else(|| to_failure(&StorageError::NoSuchFragment))?;
    Ok((name.blob, index))
}

fn fragments(names: Vec<FragmentName>) -> Result<Vec<(BlobId, FragmentIndex)>, Failure> {
    names.into_iter().map(fragment).collect()
}
