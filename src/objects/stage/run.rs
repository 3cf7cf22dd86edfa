//! A body too long to be inline: blob after blob.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use cairn_catalog::rows::{BlobPlace, StagedRun};
use cairn_erasure::BlobLayout;
use cairn_metadata::BlobTicket;
use cairn_runtime::OnExit;
use cairn_runtime::permits::BytePermit;
use cairn_types::{Geometry, Label, RunId};
use futures::Stream;
use tokio::sync::oneshot;

use super::blob::{BlobFiller, EncodedBody, memory_of};
use super::body::Intake;
use super::group::Group;
use super::hashers::Batch;
use super::md5_chain::Md5Chain;
use super::source::StageTarget;
use super::staged::{Fate, Staged};
use super::tally::Tally;
use super::writer::{Written, write};
use crate::error::{BlobError, StageError};
use crate::limits::{ADMISSION_WAIT_MAX, ADMITTED_WAIT_MAX, BLOB_BYTES_SCARCE, BLOBS_IN_FLIGHT};
use crate::objects::Core;

/// Stages one body as a run.
pub(super) struct RunStager {
    core: Arc<Core>,
    label: Label,
    tickets: Vec<BlobTicket>,
    places: Vec<BlobPlace>,
    in_flight: VecDeque<oneshot::Receiver<Result<Written, BlobError>>>,
    /// Of a body that is stored as it came; another was measured before.
    sums: Option<Sums>,
    fate: Fate,
}

/// What is measured while the body flows.
struct Sums {
    tally: Tally,
    md5: Md5Chain,
}

impl RunStager {
    pub(super) fn new(core: Arc<Core>, target: &StageTarget) -> Self {
        // The run is named by a sequence of its own: a blob may have to be written again under another one.
        let name = core.session.next_blob();
        let label = Label { bucket: target.bucket, key: target.key.clone(), run: RunId(name.blob()) };
        Self {
            label,
            tickets: vec![name],
            places: Vec::new(),
            in_flight: VecDeque::new(),
            sums: target
                .seal
                .is_none()
                .then(|| Sums { tally: Tally::new(target.checksum), md5: Md5Chain::new(Arc::clone(&core)) }),
            fate: Fate::open(),
            core,
        }
    }

    /// Takes the whole body.
    pub(super) async fn take<S, E>(mut self, mut intake: Intake<'_, S>) -> Result<Staged, StageError<E>>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Error + 'static,
    {
        while intake.has_more().await? {
            let group = self.core.choose_group(&[]).await?;
            let len_max = self.blob_len(group.geometry, intake.rest());
            let memory = Arc::new(self.memory(memory_of(group.geometry, len_max)).await?);
            let body = self.fill(&mut intake, &group, len_max, memory).await?;
            self.start(group, body).await?;
        }
        // While the last blobs are on their way.
        let measured = match self.sums.take() {
            Some(Sums { tally, md5 }) => md5.finish().await.map(|md5| tally.finish(md5)),
            None => intake.measured(),
        };
        while !self.in_flight.is_empty() {
            self.await_oldest().await?;
        }
        let measured = measured.ok_or(BlobError::Stopped)?;
        let run = StagedRun { run: self.label.run, blobs: self.places, ..StagedRun::default() };
        Ok(Staged::run(measured, run, self.tickets, self.fate))
    }

    /// How long the next blob may become: short where memory is scarce, and for bodies that may end any time.
    fn blob_len(&self, geometry: Geometry, rest: Option<u64>) -> u64 {
        let wished = self.core.settings.blob_bytes();
        let is_scarce = self.core.stage_budget.free_bytes() < self.core.settings.stage_bytes() / 2;
        let begins_blindly = rest.is_none() && self.tickets.len() == 1;
        let len = if is_scarce || begins_blindly { wished.min(BLOB_BYTES_SCARCE) } else { wished };
        let stripe = BlobLayout::stripe_bytes_of(geometry);
        let len = if len > stripe { len - len % stripe } else { len };
        rest.map_or(len, |rest| rest.min(len))
    }

    async fn memory<E: Error + 'static>(&mut self, bytes: u64) -> Result<BytePermit, StageError<E>> {
        if let Some(permit) = self.core.stage_budget.try_take(bytes) {
            return Ok(permit);
        }
        if let Some(sums) = &mut self.sums {
            sums.md5.go();
        }
        let is_admitted = self.tickets.len() > 1;
        let wait = if is_admitted { ADMITTED_WAIT_MAX } else { ADMISSION_WAIT_MAX };
        self.core.context.clock.within(wait, self.core.stage_budget.take(bytes)).await.map_err(|_| StageError::Busy)
    }

    async fn fill<S, E>(
        &mut self,
        intake: &mut Intake<'_, S>,
        group: &Group,
        len_max: u64,
        memory: Arc<BytePermit>,
    ) -> Result<EncodedBody, StageError<E>>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Error + 'static,
    {
        let ticket = self.core.session.next_blob();
        let pool = self.core.pool.clone();
        let mut filler = BlobFiller::new(&pool, ticket.blob(), group.geometry, len_max);
        self.tickets.push(ticket);
        while !filler.is_full() {
            let Some(mut piece) = intake.next().await? else {
                let before = filler.stretch_count();
                filler.end();
                self.hash(&filler, before, &memory);
                break;
            };
            while !piece.is_empty() && !filler.is_full() {
                let before = filler.stretch_count();
                let taken = filler.push(&piece);
                if let Some(sums) = &mut self.sums {
                    sums.tally.update(&piece[..taken]);
                }
                piece.advance(taken);
                self.hash(&filler, before, &memory);
            }
            if !piece.is_empty() {
                intake.give_back(piece);
            }
        }
        metrics::counter!("cairn_copied_bytes_total", "step" => "stripe").increment(filler.len());
        Ok(filler.finish(memory).expect("the body had another byte when the blob was begun"))
    }

    /// Gives a stretch that became full to the MD5.
    fn hash(&mut self, filler: &BlobFiller<'_>, before: usize, memory: &Arc<BytePermit>) {
        let Some(sums) = &mut self.sums else { return };
        if filler.stretch_count() > before {
            sums.md5.push(Batch { pieces: filler.last_stretch(), memory: Arc::clone(memory) });
        }
    }

    /// Sends a blob on its way, and waits until there is room for another one.
    async fn start(&mut self, group: Group, body: EncodedBody) -> Result<(), BlobError> {
        let (sender, receiver) = oneshot::channel();
        let writing = write(Arc::clone(&self.core), self.label.clone(), group, body, self.fate.watch(), sender);
        self.core.context.tasks.spawn("write blob", OnExit::Ignore, writing);
        self.in_flight.push_back(receiver);
        while self.in_flight.len() >= BLOBS_IN_FLIGHT {
            self.await_oldest().await?;
        }
        Ok(())
    }

    async fn await_oldest(&mut self) -> Result<(), BlobError> {
        let Some(oldest) = self.in_flight.pop_front() else { return Ok(()) };
        let written = oldest.await.map_err(|_| BlobError::Stopped)??;
        self.places.push(written.place);
        self.tickets.extend(written.tickets);
        Ok(())
    }
}
