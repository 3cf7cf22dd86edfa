//! Fetching one window: the cells that are wanted, and others where those are bad, gone or late.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_metadata::MetadataError;
use cairn_runtime::select::{Either, select};
use cairn_storage::{Cells, ReadCells, StorageError};
use cairn_types::{DiskId, FragmentIndex, GroupId};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;

use super::cells::{Stripes, WindowCells};
use super::lost::Suspect;
use super::walk::{BlobWindow, VersionReader, Window, window_of};
use crate::error::ReadError;
use crate::limits::FRAGMENT_READ_MAX;
use crate::objects::Core;
use crate::stage::note;

/// The bytes of a window, verified. When fragments are gone the manifest is read again, once: the blob may have moved,
/// or its version may be gone.
pub(super) async fn fetch(version: &VersionReader, window: BlobWindow) -> Result<Vec<Bytes>, ReadError> {
    let first = Fetch::new(version, &window).run().await;
    let Err(failed) = first else { return first.map_err(|failed| failed.error) };
    if !failed.some_gone {
        return Err(failed.error);
    }
    let (start, len) = (window.offset, window.range.end - window.range.start);
    let stretches = version.stretches_from(start).await?;
    version.core().placement.refresh(&version.core().context).await.map_err(ReadError::Metadata)?;
    let stretch = stretches.first().ok_or(ReadError::Manifest)?;
    let Window::Blob(again) = window_of(stretch, start..start + len)? else { return Err(ReadError::Manifest) };
    if again.range != window.range {
        return Err(failed.error);
    }
    Fetch::new(version, &again).run().await.map_err(|failed| failed.error)
}

struct Fetch<'a> {
    version: &'a VersionReader,
    core: &'a Arc<Core>,
    window: &'a BlobWindow,
    cells: WindowCells,
    reads: FuturesUnordered<BoxFuture<'static, ReadEnd>>,
    /// Fragments of which all cells of the window were asked for.
    asked_for_all: BTreeSet<FragmentIndex>,
    /// Fragments that were asked at all.
    asked: BTreeSet<FragmentIndex>,
    /// Fragments with a read under way that is not late.
    trusted: BTreeSet<FragmentIndex>,
    some_gone: bool,
    /// Fragments known to be missing are asked too: what is damaged may still have the cells that are needed.
    asks_missing: bool,
}

struct Failed {
    error: ReadError,
    some_gone: bool,
}

struct ReadEnd {
    index: FragmentIndex,
    disk: DiskId,
    stripes: Stripes,
    took: Duration,
    result: Result<Cells, StorageError>,
}

impl<'a> Fetch<'a> {
    fn new(version: &'a VersionReader, window: &'a BlobWindow) -> Self {
        Self {
            version,
            core: version.core(),
            window,
            cells: WindowCells::new(window.place.blob, window.layout, window.range.clone()),
            reads: FuturesUnordered::new(),
            asked_for_all: BTreeSet::new(),
            asked: BTreeSet::new(),
            trusted: BTreeSet::new(),
            some_gone: false,
            asks_missing: false,
        }
    }

    async fn run(mut self) -> Result<Vec<Bytes>, Failed> {
        let found = disks_of(self.core, self.window.place.group).await.map_err(ReadError::Metadata);
        let disks = match found.and_then(|disks| disks.ok_or_else(|| self.too_few())) {
            Ok(disks) => disks,
            Err(error) => return Err(self.failed(error)),
        };
        for (index, stripes) in self.cells.wanted() {
            let disk = disks.get(usize::from(index.get())).copied();
            if !self.window.place.missing.contains(index) && disk.is_some_and(|disk| self.core.services.is_up(disk)) {
                self.read(index, stripes, &disks);
            }
        }
        // Fragments that are not asked at all are as late as can be.
        let wanted = self.cells.wanted().len();
        if self.reads.len() < wanted {
            self.help(&disks);
        }
        self.finish(&disks).await?;
        self.cells.pieces().ok_or_else(|| self.failed(ReadError::Manifest))
    }

    /// Waits for reads until the wanted cells are there, or can be computed, or cannot be had.
    async fn finish(&mut self, disks: &[DiskId]) -> Result<(), Failed> {
        let clock = &self.core.context.clock;
        let mut hedge_at = Some(clock.now() + self.core.latencies.hedge_after());
        while !self.cells.is_complete() {
            if self.reads.is_empty() {
                if self.cells.reconstruct() {
                    return Ok(());
                }
                self.ask_missing(disks);
                if self.reads.is_empty() {
                    return Err(self.failed(self.too_few()));
                }
            }
            let end = match hedge_at {
                None => self.reads.next().await,
                Some(at) => match select(self.reads.next(), clock.sleep_until(at)).await {
                    Either::Left(end) => end,
                    Either::Right(()) => {
                        hedge_at = None;
                        self.trusted.clear();
                        metrics::counter!("cairn_reads_hedged_total").increment(1);
                        self.help(disks);
                        continue;
                    }
                },
            };
            let Some(end) = end else { continue };
            if !self.take(end) {
                self.help(disks);
            }
            if !self.asked_for_all.is_empty() && self.cells.good() >= self.window.layout.geometry().data() {
                self.cells.reconstruct();
            }
        }
        Ok(())
    }

    /// Takes the end of a read; whether it brought what it should.
    fn take(&mut self, end: ReadEnd) -> bool {
        self.trusted.remove(&end.index);
        note(self.core, end.disk, end.result.as_ref());
        match end.result {
            Ok(sent) => {
                self.core.latencies.note(end.disk, end.took);
                let good = self.cells.take(end.index, end.stripes, &sent);
                if !good {
                    let (blob, disk) = (self.window.place.blob, end.disk);
                    metrics::counter!("cairn_cells_corrupt_total").increment(1);
                    tracing::error!(%blob, %disk, index = %end.index, "a cell does not have its digest");
                    self.suspect(end.index, end.disk);
                }
                good
            }
            Err(error) => {
                let is_known = self.window.place.missing.contains(end.index);
                self.some_gone |= !is_known && matches!(error, StorageError::NoSuchFragment);
                if matches!(error, StorageError::NoSuchFragment | StorageError::Corrupt) {
                    self.suspect(end.index, end.disk);
                }
                tracing::debug!(%error, disk = %end.disk, blob = %self.window.place.blob, "could not read a fragment");
                false
            }
        }
    }

    /// Has it looked into whether a fragment is lost, unless that is known.
    fn suspect(&self, index: FragmentIndex, disk: DiskId) {
        if self.window.place.missing.contains(index) {
            return;
        }
        let place = &self.window.place;
        let label = self.version.label(self.window);
        let suspect = Suspect { label, group: place.group, disk, blob: place.blob, index };
        self.core.lost.suspect(suspect, self.core.context.clock.now());
    }

    /// The last resort.
    fn ask_missing(&mut self, disks: &[DiskId]) {
        if !self.asks_missing {
            self.asks_missing = true;
            self.help(disks);
        }
    }

    /// Asks for all cells of as many fragments as are needed for computing the lost ones: those on disks thought to be up
    /// first, known missing ones only as a last resort.
    fn help(&mut self, disks: &[DiskId]) {
        let geometry = self.window.layout.geometry();
        let stripes = self.cells.stripes();
        let sure = |fetch: &Self, index: FragmentIndex| {
            fetch.cells.has_all_of(index) || (fetch.trusted.contains(&index) && fetch.asked_for_all.contains(&index))
        };
        let mut have = geometry.indexes().filter(|index| sure(self, *index)).count();
        let mut others: Vec<FragmentIndex> = geometry.indexes().filter(|index| self.may_ask(*index)).collect();
        others.sort_by_key(|index| {
            let disk = disks.get(usize::from(index.get()));
            // A fragment that is late is asked last: the rest of it will be late too.
            let is_late = self.asked.contains(index) && !self.trusted.contains(index);
            (is_late, !disk.is_some_and(|disk| self.core.services.is_up(*disk)), *index)
        });
        for index in others {
            if have >= usize::from(geometry.data()) {
                return;
            }
            self.asked_for_all.insert(index);
            if self.read(index, stripes, disks) {
                have += 1;
            }
        }
    }

    fn may_ask(&self, index: FragmentIndex) -> bool {
        !self.asked_for_all.contains(&index)
            && (self.asks_missing || !self.window.place.missing.contains(index))
            && !self.cells.has_all_of(index)
    }

    /// Begins a read; `false` if there is nobody to ask.
    fn read(&mut self, index: FragmentIndex, stripes: Stripes, disks: &[DiskId]) -> bool {
        let Some(disk) = disks.get(usize::from(index.get())).copied() else { return false };
        let Some(service) = self.core.services.of(disk) else { return false };
        let clock = self.core.context.clock.clone();
        let cells =
            ReadCells { blob: self.window.place.blob, index, first_stripe: stripes.first, stripes: stripes.count };
        if stripes == self.cells.stripes() {
            self.asked_for_all.insert(index);
        }
        self.asked.insert(index);
        self.trusted.insert(index);
        self.reads.push(Box::pin(async move {
            let began = clock.now();
            let deadline = began + FRAGMENT_READ_MAX;
            let read = service.read_cells(disk, cells, deadline);
            let result = clock.until(deadline, read).await.unwrap_or(Err(StorageError::Lost));
            ReadEnd { index, disk, stripes, took: clock.now() - began, result }
        }));
        true
    }

    fn too_few(&self) -> ReadError {
        let (blob, needed) = (self.window.place.blob, self.window.layout.geometry().data());
        ReadError::TooFewFragments { blob, readable: self.cells.good(), needed }
    }

    fn failed(&self, error: ReadError) -> Failed {
        Failed { error, some_gone: self.some_gone }
    }
}

/// The disks of a group; the map is looked up anew before there is none.
pub(super) async fn disks_of(core: &Core, group: GroupId) -> Result<Option<Vec<DiskId>>, MetadataError> {
    let table = core.placement.table(&core.context).await?;
    if let Some(group) = table.map().group(group) {
        return Ok(Some(group.disks.clone()));
    }
    let table = core.placement.refresh(&core.context).await?;
    Ok(table.map().group(group).map(|group| group.disks.clone()))
}
