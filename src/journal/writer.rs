//! The one task that writes: many appends, one write and one sync.
//!
//! # Invariants
//! At most one flush is unsynced at any time, and it is the last: so every flush knows the one before it to be synced.
//! Appends are completed in their order. After a failed write or sync nothing is written or completed any more (S4).
//!
//! # Concurrency
//! While a flush is written and synced the next batch gathers in the queue; there is no other wait.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use cairn_runtime::Tasks;
use cairn_runtime::disk::SECTOR_BYTES;
use cairn_runtime::select::{Either, select};

use crate::compose::{Composer, end_after, first_frame};
use crate::error::AppendError;
use crate::files::OpenFile;
use crate::flush::FlushHeader;
use crate::limits::SPACE_CHECK_FLUSHES;
use crate::options::Reserve;
use crate::position::{FileId, Place};
use crate::queue::{Done, Queue, Queued, Work};
use crate::record::Record;
use crate::recovery::seal_sector;
use crate::roll::{Folder, is_full};

/// The file being written.
struct Current {
    file: Arc<OpenFile>,
    /// Where the next flush starts.
    end: u64,
    /// Its number.
    number: u64,
}

/// State of the writing task.
pub(crate) struct Writer {
    folder: Arc<Folder>,
    queue: Arc<Queue>,
    current: Option<Current>,
    next_id: FileId,
    is_below_reserve: bool,
    flushes_until_space_check: u32,
}

/// A flush laid out, and who waits for it.
struct Composed {
    header: FlushHeader,
    pieces: Vec<Bytes>,
    waiters: Vec<(Done, Vec<Place>)>,
    /// Bytes of the queue's budget.
    bytes: u64,
}

impl Writer {
    pub(crate) fn new(folder: Arc<Folder>, queue: Arc<Queue>, next_id: FileId) -> Self {
        Self { folder, queue, current: None, next_id, is_below_reserve: false, flushes_until_space_check: 0 }
    }

    /// Writes until the journal is closed or fenced, or the owner's tasks are asked to stop and nothing waits.
    pub(crate) async fn run(mut self, tasks: Tasks) {
        let _stopped = StopQueue(Arc::clone(&self.queue));
        loop {
            let work = match select(self.queue.next(), tasks.shutdown_requested()).await {
                Either::Left(work) => work,
                Either::Right(()) => {
                    self.queue.close();
                    self.queue.next().await
                }
            };
            match work {
                Work::Batch(batch) => {
                    if let Err(error) = self.write_batch(batch).await {
                        tracing::error!(%error, folder = self.folder.options.folder, "journal fenced");
                        self.queue.fence(&error);
                        self.folder.mark_fenced().await;
                    }
                }
                Work::Close => return self.close().await,
            }
        }
    }

    /// Writes all of `batch`, in one flush if the file has room. On an error everything not completed is told.
    async fn write_batch(&mut self, mut batch: VecDeque<Queued>) -> Result<(), Arc<io::Error>> {
        while !batch.is_empty() {
            if let Err(error) = self.write_some(&mut batch).await {
                let error = Arc::new(error);
                for queued in batch {
                    self.queue.written(queued.bytes);
                    (queued.done)(Err(AppendError::Fenced(Arc::clone(&error))));
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Writes as much from the front of `batch` as the current file takes, or refuses what there is no space for.
    async fn write_some(&mut self, batch: &mut VecDeque<Queued>) -> io::Result<()> {
        self.check_space().await?;
        if self.is_below_reserve {
            self.refuse(batch, |queued| queued.reserve == Reserve::Keep);
        }
        let Some(first) = batch.front() else { return Ok(()) };
        if !self.fits_first(first) {
            let reserve = first.reserve;
            if !self.roll(reserve).await? {
                // The others may fit what is left of the current file.
                let mut is_first = true;
                self.refuse(batch, |_| std::mem::take(&mut is_first));
                return Ok(());
            }
        }
        let composed = self.compose(batch);
        self.write(composed).await
    }

    /// Tells those for whom there is no space.
    fn refuse(&self, batch: &mut VecDeque<Queued>, mut is_refused: impl FnMut(&Queued) -> bool) {
        for queued in std::mem::take(batch) {
            if is_refused(&queued) {
                self.queue.written(queued.bytes);
                (queued.done)(Err(AppendError::Full));
            } else {
                batch.push_back(queued);
            }
        }
    }

    fn fits_first(&self, queued: &Queued) -> bool {
        self.current.as_ref().is_some_and(|current| {
            fits(&queued.records, first_frame(current.end), self.folder.options.file_bytes).is_some()
        })
    }

    fn compose(&mut self, batch: &mut VecDeque<Queued>) -> Composed {
        let current = self.current.as_ref().expect("a flush is composed for the current file");
        let mut composer = Composer::new(current.file.id, current.file.salt, current.end);
        let mut end = first_frame(current.end);
        let (mut waiters, mut bytes) = (Vec::with_capacity(batch.len()), 0);
        while let Some(queued) = batch.front()
            && let Some(new_end) = fits(&queued.records, end, self.folder.options.file_bytes)
            && let Some(queued) = batch.pop_front()
        {
            let places = queued.records.iter().map(|record| composer.push(record)).collect();
            waiters.push((queued.done, places));
            bytes += queued.bytes;
            end = new_end;
        }
        metrics::counter!("cairn_copied_bytes_total", "step" => "flush").increment(composer.copied());
        let (header, pieces) = composer.finish(current.number, current.number - 1);
        Composed { header, pieces, waiters, bytes }
    }

    /// Writes, syncs, and tells the waiters.
    async fn write(&mut self, composed: Composed) -> io::Result<()> {
        let current = self.current.as_mut().expect("a flush is written to the current file");
        let file = &current.file;
        let mut result = file.file.write_at(current.end, composed.pieces).await;
        if result.is_ok() {
            result = file.file.sync().await;
        }
        self.queue.written(composed.bytes);
        if let Err(error) = result {
            let error = Arc::new(error);
            for (done, _) in composed.waiters {
                done(Err(AppendError::Failed(Arc::clone(&error))));
            }
            return Err(io::Error::new(error.kind(), error));
        }
        current.end += composed.header.len;
        current.number += 1;
        current.file.set_durable_end(current.end);
        for (done, places) in composed.waiters {
            done(Ok(places));
        }
        Ok(())
    }

    /// Looks up the device's free space now and then; while it is short, every time.
    async fn check_space(&mut self) -> io::Result<()> {
        if self.folder.options.reserve_bytes == 0 {
            return Ok(());
        }
        if !self.is_below_reserve && self.flushes_until_space_check > 0 {
            self.flushes_until_space_check -= 1;
            return Ok(());
        }
        self.flushes_until_space_check = SPACE_CHECK_FLUSHES;
        self.is_below_reserve = self.folder.free_bytes().await? < self.folder.options.reserve_bytes;
        Ok(())
    }

    /// Seals the current file and begins the next; `false` if there is no space for it.
    async fn roll(&mut self, reserve: Reserve) -> io::Result<bool> {
        let options = &self.folder.options;
        let left = self.folder.free_bytes().await?.checked_sub(options.file_bytes);
        if reserve == Reserve::Keep && left.is_none_or(|left| left < options.reserve_bytes) {
            return Ok(false);
        }
        let id = self.next_id;
        let ready = match self.folder.make_ready(id).await {
            Err(error) if is_full(&error) => return Ok(false),
            ready => ready?,
        };
        self.seal().await?;
        self.folder.name(&ready).await?;
        self.next_id = id.next();
        let file = self.folder.files.add(OpenFile::growing(id, ready.salt, ready.file, SECTOR_BYTES));
        self.current = Some(Current { file, end: SECTOR_BYTES, number: 1 });
        self.flushes_until_space_check = 0;
        self.folder.drop_short_spares().await?;
        Ok(true)
    }

    /// Ends the current file: nothing will be written behind.
    async fn seal(&mut self) -> io::Result<()> {
        let Some(current) = &self.current else { return Ok(()) };
        let header = FlushHeader::seal(current.number);
        let sector = seal_sector(header, current.file.salt, current.end);
        current.file.file.write_at(current.end, vec![sector]).await?;
        current.file.file.sync().await?;
        current.file.set_durable_end(u64::MAX);
        self.current = None;
        Ok(())
    }

    /// Seals, so that the next start has nothing to search; a failure costs only that.
    async fn close(mut self) {
        if self.queue.fenced().is_some() {
            return;
        }
        if let Err(error) = self.seal().await {
            tracing::warn!(%error, folder = self.folder.options.folder, "could not seal the journal at its end");
        }
    }
}

/// Ends the queue with its writer, also when that is aborted or panics: nobody waits for a writer that is gone.
struct StopQueue(Arc<Queue>);

impl Drop for StopQueue {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Where `records` end in a file of `file_bytes` if the ones before end at `end`; `None` if they and a seal do not fit.
pub(crate) fn fits(records: &[Record], end: u64, file_bytes: u64) -> Option<u64> {
    let end = records.iter().fold(end, end_after);
    let flush_end = end.checked_next_multiple_of(SECTOR_BYTES)?;
    (flush_end + SECTOR_BYTES <= file_bytes).then_some(end)
}
