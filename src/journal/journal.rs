//! A journal that is open.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as PollContext, Poll};

use bytes::Bytes;
use cairn_runtime::disk::{Disk, ReadMode, SECTOR_BYTES};
use cairn_runtime::{Entropy, OnExit, TaskHandle, Tasks};
use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::compose::first_frame;
use crate::error::{AppendError, OpenError, ReadError, ReleaseError};
use crate::files::OpenFile;
use crate::limits::{APPEND_RECORDS_MAX, HEAD_BYTES_MAX, PAYLOAD_BYTES_MAX};
use crate::options::{Options, Reserve};
use crate::position::{FileId, Place, Position};
use crate::queue::{Queue, Queued};
use crate::read::{Head, read_at, read_head, read_record, try_read_head};
use crate::record::Record;
use crate::recovery::{Recovered, recover};
use crate::replay::{Replay, ReplayDepth};
use crate::roll::Folder;
use crate::writer::{Writer, fits};

/// Appends, reads and replays records; one per folder.
pub struct Journal {
    folder: Arc<Folder>,
    queue: Arc<Queue>,
    writer: Mutex<Option<TaskHandle<()>>>,
}

impl Journal {
    /// Recovers what is in the folder and starts the writer under `tasks`. Nothing is written to the files found but the
    /// seal of the newest; new records go to a new file, made with the first of them.
    pub async fn open(
        disk: Arc<dyn Disk>,
        entropy: Entropy,
        tasks: &Tasks,
        options: Options,
    ) -> Result<(Self, Recovered), OpenError> {
        if !options.is_sound() {
            return Err(OpenError::FileBytes { file_bytes: options.file_bytes });
        }
        let (recovered, files, last) = recover(disk.as_ref(), &options).await?;
        let folder = Arc::new(Folder { disk, options, entropy, files });
        let queue = Arc::new(Queue::new());
        if recovered.is_fenced {
            queue.fence(&Arc::new(io::Error::other("an earlier write or sync of this disk failed")));
        }
        let writer = Writer::new(Arc::clone(&folder), Arc::clone(&queue), last.next());
        let handle = tasks.spawn("journal writer", OnExit::Ignore, writer.run(tasks.clone()));
        Ok((Self { folder, queue, writer: Mutex::new(Some(handle)) }, recovered))
    }

    /// Appends `records` in order, all in one flush; the future resolves when they are durable. Appends become durable in
    /// the order of the calls.
    ///
    /// # Cancel safety
    /// Dropping the future changes nothing: the records are written.
    pub fn append(&self, records: Vec<Record>, reserve: Reserve) -> Pending {
        let (sender, receiver) = oneshot::channel();
        let done = move |outcome| {
            // Whoever dropped the future does not want to know.
            let _ = sender.send(outcome);
        };
        match self.append_with(records, reserve, done) {
            Ok(()) => Pending(Ok(receiver)),
            Err(error) => Pending(Err(Some(error))),
        }
    }

    /// As [`Journal::append`]; `done` is called by the writer, in the order of the appends, before it goes on: it must be
    /// quick. On an error returned here it is never called, and also not if the writer is stopped from outside.
    pub fn append_with(
        &self,
        records: Vec<Record>,
        reserve: Reserve,
        done: impl FnOnce(Result<Vec<Place>, AppendError>) + Send + 'static,
    ) -> Result<(), AppendError> {
        let bytes = self.checked_size(&records)?;
        self.queue.push(Queued { records, bytes, reserve, done: Box::new(done) })
    }

    /// Kind and head of the record at `place`, verified.
    pub async fn read_head(&self, place: Place, mode: ReadMode) -> Result<Head, ReadError> {
        read_head(self.file(place)?.as_ref(), place, mode).await
    }

    /// As [`Journal::read_head`] if it can be had without blocking.
    pub fn try_read_head(&self, place: Place) -> Result<Option<Head>, ReadError> {
        try_read_head(self.file(place)?.as_ref(), place)
    }

    /// `len` payload bytes of the record at `place`, from `from` on; not verified.
    pub async fn read_payload(&self, place: Place, from: u32, len: usize, mode: ReadMode) -> Result<Bytes, ReadError> {
        debug_assert!(u64::from(from) + len as u64 <= u64::from(place.payload_len), "the caller stays in the payload");
        read_at(self.file(place)?.as_ref(), place.payload_offset + u64::from(from), len, place, mode).await
    }

    /// As [`Journal::read_payload`] if it can be had without blocking.
    pub fn try_read_payload(&self, place: Place, from: u32, len: usize) -> Result<Option<Bytes>, ReadError> {
        let read = self.file(place)?.file.try_read_at(place.payload_offset + u64::from(from), len);
        read.map_err(|source| ReadError::Io { at: place.position, source })
    }

    /// A whole record (kind and head, payload) whose payload the journal digested, verified.
    pub async fn read_record(&self, place: Place, mode: ReadMode) -> Result<(Head, Bytes), ReadError> {
        read_record(self.file(place)?.as_ref(), place, mode).await
    }

    /// All records of all files, oldest first.
    pub fn replay(&self, depth: ReplayDepth) -> Replay {
        let files = self.folder.files.all().into_iter().map(|file| (file, 0)).collect();
        Replay::new(files, depth, self.folder.options.payload_check.clone())
    }

    /// The records of one file, from `from` on: an offset that was the end of a flush, or 0.
    pub fn replay_file(&self, from: Position, depth: ReplayDepth) -> Result<Replay, ReadError> {
        let file = self.folder.files.get(from.file).ok_or(ReadError::NoSuchFile(from.file))?;
        let files = VecDeque::from([(file, from.offset)]);
        Ok(Replay::new(files, depth, self.folder.options.payload_check.clone()))
    }

    /// Files with records, oldest first; the last may still be written.
    pub fn files(&self) -> Vec<FileId> {
        self.folder.files.all().iter().map(|file| file.id).collect()
    }

    /// Whether the journal has `file`: while it does, its space is not used for anything else.
    pub fn has(&self, file: FileId) -> bool {
        self.folder.files.get(file).is_some()
    }

    /// Whether the journal has `file`, and nothing is appended to it any more.
    pub fn is_sealed(&self, file: FileId) -> bool {
        self.folder.files.get(file).is_some_and(|file| file.is_sealed())
    }

    /// Gives the space of a sealed file back. After `Ok` the file is gone for good, durably; after an error it may be
    /// there at the next start.
    pub async fn release(&self, id: FileId) -> Result<(), ReleaseError> {
        let file = self.folder.files.get(id).ok_or(ReleaseError::NoSuchFile(id))?;
        if !file.is_sealed() {
            return Err(ReleaseError::InUse(id));
        }
        self.folder.release(id).await.map_err(|source| ReleaseError::Io { file: id, source })
    }

    /// Gives back every sealed file whose records all lie below `position`.
    pub async fn release_below(&self, position: Position) -> Result<(), ReleaseError> {
        for id in self.files().into_iter().filter(|id| *id < position.file && self.is_sealed(*id)) {
            self.release(id).await?;
        }
        Ok(())
    }

    /// Bytes that this journal may still take: free on the device, and in spares.
    pub async fn free_bytes(&self) -> io::Result<u64> {
        self.folder.free_bytes().await
    }

    /// Bytes of each file.
    pub fn file_bytes(&self) -> u64 {
        self.folder.options.file_bytes
    }

    /// Why nothing is acknowledged any more, if so.
    pub fn fenced(&self) -> Option<Arc<io::Error>> {
        self.queue.fenced()
    }

    /// Takes no more appends, writes those that wait, seals and returns.
    pub async fn close(&self) {
        self.queue.close();
        let writer = self.writer.lock().take();
        if let Some(writer) = writer {
            // A writer that was stopped from outside has nothing left to do.
            let _ = writer.await;
        }
    }

    fn file(&self, place: Place) -> Result<Arc<OpenFile>, ReadError> {
        let id = place.position.file;
        self.folder.files.get(id).ok_or(ReadError::NoSuchFile(id))
    }

    /// Bytes of heads and payloads, if they fit into one file.
    fn checked_size(&self, records: &[Record]) -> Result<u64, AppendError> {
        let bytes = records.iter().map(|record| (record.head.len() + record.payload.len()) as u64).sum();
        let is_bounded = records.len() <= APPEND_RECORDS_MAX
            && records
                .iter()
                .all(|record| record.head.len() <= HEAD_BYTES_MAX && record.payload.len() <= PAYLOAD_BYTES_MAX)
            && fits(records, first_frame(SECTOR_BYTES), self.folder.options.file_bytes).is_some();
        if is_bounded { Ok(bytes) } else { Err(AppendError::TooLarge { bytes, records: records.len() }) }
    }
}

/// Resolves when an append is durable, with the place of each of its records.
pub struct Pending(Result<oneshot::Receiver<Result<Vec<Place>, AppendError>>, Option<AppendError>>);

impl Future for Pending {
    type Output = Result<Vec<Place>, AppendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Ok(receiver) => Pin::new(receiver).poll(context).map(|outcome| outcome.unwrap_or(Err(AppendError::Closed))),
            Err(error) => Poll::Ready(Err(error.take().unwrap_or(AppendError::Closed))),
        }
    }
}
