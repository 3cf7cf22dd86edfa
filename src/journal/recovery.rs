//! What a journal is found as when it is opened.
//!
//! # Crash
//! Every step may be cut short and done again: the newest file is synced before anything claims that it is, its seal is
//! one sector, and a cut that was not kept is made again.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use cairn_runtime::disk::{Disk, ReadMode, SECTOR_BYTES};

use crate::damage::Damage;
use crate::error::OpenError;
use crate::file_header::FileHeader;
use crate::files::{Files, OpenFile};
use crate::flush::FlushHeader;
use crate::limits::WALK_WINDOW_BYTES;
use crate::names::Name;
use crate::options::{OnFence, Options};
use crate::position::{FileId, Position};
use crate::read::flush_is_good;
use crate::walk::{FlushAt, Step, Walk};

/// What opening found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recovered {
    /// Files with records, oldest first.
    pub files: Vec<FileId>,
    /// Damage that opening saw: headers of files, and the newest file. A replay or scrub sees the rest.
    pub damage: Vec<Damage>,
    /// Where the newest file was sealed, if it was not.
    pub cut: Option<Cut>,
    /// Whether there is a mark of an earlier failure, and it was kept: the journal only reads.
    pub is_fenced: bool,
}

/// The end that recovery gave to the newest file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    /// Nothing from here on was acknowledged.
    pub at: Position,
    /// Whether a torn flush was there, so far as that can be told.
    pub was_torn: bool,
}

/// What the names in the folder say.
#[derive(Default)]
struct Listing {
    journals: Vec<FileId>,
    spares: Vec<FileId>,
    has_fence: bool,
}

/// Reads the folder, and seals the newest file. Also returns the greatest id that is in use.
pub(crate) async fn recover(disk: &dyn Disk, options: &Options) -> Result<(Recovered, Files, FileId), OpenError> {
    let listing = list(disk, &options.folder).await?;
    let files = Files::default();
    let mut recovered = Recovered::default();
    let mut newest = None;
    for id in &listing.journals {
        newest = open_file(disk, options, *id, &files, &mut recovered).await?;
    }
    listing.spares.iter().for_each(|id| files.add_spare(*id));
    recovered.files = files.all().iter().map(|file| file.id).collect();
    recovered.is_fenced = listing.has_fence && options.on_fence == OnFence::Keep;
    if let Some(file) = newest {
        let recovery = Recovery { file: &file, options, has_fence: listing.has_fence };
        recovery.run(&mut recovered).await.map_err(io_error("seal the newest file"))?;
    }
    if listing.has_fence && !recovered.is_fenced {
        lift_fence(disk, options).await.map_err(io_error("remove the mark of a failure"))?;
    }
    let last = listing.journals.iter().chain(&listing.spares).max().copied();
    Ok((recovered, files, last.unwrap_or_default()))
}

async fn list(disk: &dyn Disk, folder: &str) -> Result<Listing, OpenError> {
    let mut listing = Listing::default();
    for name in disk.list(folder).await.map_err(io_error("list the files"))? {
        match Name::parse(name.rsplit('/').next().unwrap_or_default()) {
            Some(Name::Journal(id)) => listing.journals.push(id),
            Some(Name::Spare(id)) => listing.spares.push(id),
            Some(Name::Fence) => listing.has_fence = true,
            None => return Err(OpenError::ForeignFile(name)),
        }
    }
    listing.journals.sort_unstable();
    Ok(listing)
}

async fn lift_fence(disk: &dyn Disk, options: &Options) -> io::Result<()> {
    disk.remove(&Name::Fence.in_folder(&options.folder)).await?;
    disk.sync_names().await
}

/// Opens a file; damage of its header is noted and the file is left as it is.
async fn open_file(
    disk: &dyn Disk,
    options: &Options,
    id: FileId,
    files: &Files,
    recovered: &mut Recovered,
) -> Result<Option<Arc<OpenFile>>, OpenError> {
    let name = Name::Journal(id).in_folder(&options.folder);
    let file = disk.open(&name).await.map_err(io_error("open a file"))?;
    let sector = match file.read_at(0, SECTOR_BYTES as usize, ReadMode::Cached).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Bytes::new(),
        read => read.map_err(io_error("read the header of a file"))?,
    };
    match FileHeader::decode(&sector).filter(|header| header.id == id) {
        Some(header) if header.purpose == options.purpose => {
            Ok(Some(files.add(OpenFile::sealed(id, header.salt, file))))
        }
        Some(header) => {
            recovered.damage.push(Damage::Purpose(id, header.purpose));
            Ok(None)
        }
        None => {
            recovered.damage.push(Damage::FileHeader(id));
            Ok(None)
        }
    }
}

/// How the newest file ends.
struct End {
    at: u64,
    number: u64,
    was_torn: bool,
}

/// Recovery of the newest file.
struct Recovery<'a> {
    file: &'a Arc<OpenFile>,
    options: &'a Options,
    has_fence: bool,
}

impl Recovery<'_> {
    async fn run(&self, recovered: &mut Recovered) -> io::Result<()> {
        let file = self.file;
        let len = file.file.len().await?;
        let mut walk = Walk::new(Arc::clone(file), len, WALK_WINDOW_BYTES);
        let mut unsure = Vec::new();
        let from = loop {
            match walk.next().await? {
                Step::Flush(flush) => note_flush(&mut unsure, flush),
                Step::Damaged(range) => recovered.damage.push(Damage::Flushes { file: file.id, range }),
                Step::Seal(_) if recovered.is_fenced => return Ok(()),
                Step::Seal(seal) => return cut_waste(file, self.options, len, seal.end()).await,
                Step::Unreadable(from) => break from,
            }
        };
        let end = End { at: from, number: walk.next_number(), was_torn: false };
        let end = self.before_bad_flush(unsure, &mut walk).await?.unwrap_or(end);
        if recovered.is_fenced {
            file.set_durable_end(end.at);
            return Ok(());
        }
        recovered.cut = Some(Cut { at: Position { file: file.id, offset: end.at }, was_torn: end.was_torn });
        seal(file, &end).await
    }

    /// The end before the first flush that is not what was written. After a failed sync what is read may not be on the
    /// medium: then every flush not known synced counts as bad; none of them was acknowledged.
    async fn before_bad_flush(&self, unsure: Vec<FlushAt>, walk: &mut Walk) -> io::Result<Option<End>> {
        for flush in unsure {
            let check = &self.options.payload_check;
            if self.has_fence || !flush_is_good(flush, self.file, walk.window(), check).await? {
                return Ok(Some(End { at: flush.offset, number: flush.header.number, was_torn: true }));
            }
        }
        Ok(None)
    }
}

/// Keeps the flushes that no later one knows to be synced.
fn note_flush(unsure: &mut Vec<FlushAt>, flush: FlushAt) {
    unsure.retain(|earlier: &FlushAt| earlier.header.number > flush.header.synced);
    unsure.push(flush);
}

async fn seal(file: &OpenFile, end: &End) -> io::Result<()> {
    // What a process left unsynced when it was killed may look good: the seal says that it is durable, so it must be.
    file.file.sync().await?;
    let header = FlushHeader::seal(end.number);
    file.file.write_at(end.at, vec![seal_sector(header, file.salt, end.at)]).await?;
    file.file.set_len(end.at + SECTOR_BYTES).await?;
    file.file.sync().await
}

/// The sector of a seal at `offset`.
pub(crate) fn seal_sector(header: FlushHeader, salt: u64, offset: u64) -> Bytes {
    let mut sector = header.encode(salt, offset).to_vec();
    sector.resize(SECTOR_BYTES as usize, 0);
    sector.into()
}

/// Gives back the space behind a seal, if a crash kept a seal without its cut. A full file keeps its little rest, so that
/// its extents can be used again.
async fn cut_waste(file: &OpenFile, options: &Options, len: u64, end: u64) -> io::Result<()> {
    if len.saturating_sub(end) <= options.file_bytes / 4 {
        return Ok(());
    }
    file.file.set_len(end).await?;
    file.file.sync().await
}

fn io_error(what: &'static str) -> impl FnOnce(io::Error) -> OpenError {
    move |source| OpenError::Io { what, source }
}
