//! An open file: one descriptor for direct I/O, one for the page cache.

use std::io::{self, IoSliceMut};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use rustix::fs::{FallocateFlags, Mode, OFlags};
use rustix::io::{Errno, ReadWriteFlags};

use super::{Inner, direct};
use crate::disk::{File, ReadMode, SECTOR_BYTES};

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct RealFile(Arc<Handles>);

struct Handles {
    disk: Arc<Inner>,
    /// For writes, syncs and long reads.
    direct: OwnedFd,
    /// For short reads.
    cached: OwnedFd,
}

impl RealFile {
    pub(super) fn create(disk: Arc<Inner>, path: &Path, len: u64) -> io::Result<Self> {
        let file = Self::open_with(disk, path, OFlags::CREATE | OFlags::EXCL)?;
        if len > 0
            && let Err(error) = allocate(&file.0.direct, len)
        {
            // Nobody has seen it: a full disk must not be left with an empty file of that name.
            std::fs::remove_file(path)?;
            return Err(error);
        }
        Ok(file)
    }

    pub(super) fn open(disk: Arc<Inner>, path: &Path) -> io::Result<Self> {
        Self::open_with(disk, path, OFlags::empty())
    }

    fn open_with(disk: Arc<Inner>, path: &Path, extra: OFlags) -> io::Result<Self> {
        let mode = Mode::RUSR | Mode::WUSR;
        let around_cache = if disk.is_direct { OFlags::DIRECT } else { OFlags::empty() };
        let direct = rustix::fs::open(path, OFlags::RDWR | OFlags::CLOEXEC | around_cache | extra, mode)?;
        let cached = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Self(Arc::new(Handles { disk, direct, cached })))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Handles) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let handles = Arc::clone(&self.0);
        self.0.disk.threads.run(move || work(&handles)).await
    }
}

/// Takes the space now, so that a later write cannot fail for want of it.
fn allocate(file: &OwnedFd, len: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, len) {
        // The file system cannot: the length at least is right.
        Err(Errno::OPNOTSUPP) => Ok(rustix::fs::ftruncate(file, len)?),
        result => Ok(result?),
    }
}

impl Handles {
    fn write(&self, offset: u64, pieces: Vec<Bytes>) -> io::Result<()> {
        let len: u64 = pieces.iter().map(|piece| piece.len() as u64).sum();
        if !offset.is_multiple_of(SECTOR_BYTES) || !len.is_multiple_of(SECTOR_BYTES) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a write off the sectors"));
        }
        let pieces = if self.disk.is_direct { direct::align(&self.disk.pool, pieces) } else { pieces };
        direct::write_all(&self.direct, offset, &pieces)?;
        self.disk.counters.written_bytes.increment(len);
        Ok(())
    }

    fn read(&self, offset: u64, len: usize, mode: ReadMode) -> io::Result<Bytes> {
        let bytes = match mode {
            ReadMode::Cached => self.read_cached(offset, len)?,
            ReadMode::Direct => self.read_direct(offset, len)?,
        };
        self.disk.counters.read_bytes.increment(len as u64);
        Ok(bytes)
    }

    fn read_cached(&self, offset: u64, len: usize) -> io::Result<Bytes> {
        self.check_end(offset, len)?;
        let mut buffer = vec![0; len];
        if direct::read_full(&self.cached, &mut buffer, offset)? < len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(buffer.into())
    }

    fn read_direct(&self, offset: u64, len: usize) -> io::Result<Bytes> {
        // Before the buffer: a wrong length must not ask for its memory.
        self.check_end(offset, len)?;
        let start = offset - offset % SECTOR_BYTES;
        let before = (offset - start) as usize;
        let whole = (before + len).next_multiple_of(SECTOR_BYTES as usize);
        let mut buffer = self.disk.pool.take(whole);
        let filled = direct::read_full(&self.direct, &mut buffer.as_mut()[..whole], start)?;
        if filled < before + len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(buffer.freeze(before + len).slice(before..))
    }

    fn check_end(&self, offset: u64, len: usize) -> io::Result<()> {
        let end = offset.checked_add(len as u64);
        match end.is_some_and(|end| self.len().is_ok_and(|file_len| end <= file_len)) {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn len(&self) -> io::Result<u64> {
        let stat = rustix::fs::fstat(&self.cached)?;
        u64::try_from(stat.st_size).map_err(io::Error::other)
    }
}

#[async_trait]
impl File for RealFile {
    async fn write_at(&self, offset: u64, pieces: Vec<Bytes>) -> io::Result<()> {
        self.run(move |handles| handles.write(offset, pieces)).await
    }

    async fn read_at(&self, offset: u64, len: usize, mode: ReadMode) -> io::Result<Bytes> {
        self.run(move |handles| handles.read(offset, len, mode)).await
    }

    fn try_read_at(&self, offset: u64, len: usize) -> io::Result<Option<Bytes>> {
        let mut buffer = vec![0; len];
        let slices = &mut [IoSliceMut::new(&mut buffer)];
        match rustix::io::preadv2(&self.0.cached, slices, offset, ReadWriteFlags::NOWAIT) {
            // A part is in memory, or the file ends: a read that may block tells which.
            Ok(count) if count < len => Ok(None),
            Ok(_) => {
                self.0.disk.counters.read_bytes.increment(len as u64);
                Ok(Some(buffer.into()))
            }
            Err(Errno::AGAIN | Errno::OPNOTSUPP | Errno::INTR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn sync(&self) -> io::Result<()> {
        self.run(|handles| {
            handles.disk.counters.syncs.increment(1);
            Ok(rustix::fs::fdatasync(&handles.direct)?)
        })
        .await
    }

    async fn len(&self) -> io::Result<u64> {
        self.run(Handles::len).await
    }

    async fn set_len(&self, len: u64) -> io::Result<()> {
        self.run(move |handles| Ok(rustix::fs::ftruncate(&handles.direct, len)?)).await
    }
}
