//! What the disk under a directory does at best: direct writes into space that was written before, so that neither the page cache
//! nor the allocation of blocks is measured.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use rustix::fs::OFlags;

use crate::random::Random;

const PAGE: usize = 4 << 10;
const SEQUENTIAL_WRITE: usize = 1 << 20;
const SEQUENTIAL_FILE: u64 = 256 << 20;
const SYNCED_FILE: u64 = 4 << 20;

/// A directory to measure in.
pub(super) struct Disk {
    directory: PathBuf,
    direct: bool,
}

impl Disk {
    /// Finds out whether direct I/O works here; some file systems in memory refuse it.
    pub(super) fn probe(directory: &Path) -> Result<Self> {
        let mut disk = Self { directory: directory.to_owned(), direct: true };
        let buffer = AlignedBuffer::new(PAGE);
        let written = disk.open("probe").and_then(|file| Ok(file.write_all_at(buffer.bytes(), 0)?));
        disk.direct = written.is_ok();
        Ok(disk)
    }

    /// Whether writes go past the page cache.
    pub(super) fn is_direct(&self) -> bool {
        self.direct
    }

    /// GB/s of large writes in order, synced at the end.
    pub(super) fn sequential(&self, time: Duration) -> Result<f64> {
        let file = self.written_file("sequential", SEQUENTIAL_FILE)?;
        let buffer = AlignedBuffer::new(SEQUENTIAL_WRITE);
        let start = Instant::now();
        let mut written = 0;
        while start.elapsed() < time {
            file.write_all_at(buffer.bytes(), written % SEQUENTIAL_FILE)?;
            written += SEQUENTIAL_WRITE as u64;
        }
        file.sync_data()?;
        Ok(written as f64 / start.elapsed().as_secs_f64() / 1e9)
    }

    /// Writes a second of 4 KiB, each followed by its sync, by so many writers with a file each.
    pub(super) fn synced(&self, writers: usize, time: Duration) -> Result<f64> {
        let files: Vec<File> = (0..writers)
            .map(|number| self.written_file(&format!("synced-{number}"), SYNCED_FILE))
            .collect::<Result<_>>()?;
        let start = Instant::now();
        let counts = thread::scope(|scope| -> Result<u64> {
            let spawned: Vec<_> =
                files.iter().map(|file| scope.spawn(move || synced_writes(file, start, time))).collect();
            spawned.into_iter().map(|writer| writer.join().map_err(|_| anyhow!("a writer panicked"))?).sum()
        })?;
        Ok(counts as f64 / start.elapsed().as_secs_f64())
    }

    fn written_file(&self, name: &str, size: u64) -> Result<File> {
        let file = self.open(name)?;
        let buffer = AlignedBuffer::new(SEQUENTIAL_WRITE);
        for offset in (0..size).step_by(SEQUENTIAL_WRITE) {
            file.write_all_at(buffer.bytes(), offset)?;
        }
        file.sync_all()?;
        Ok(file)
    }

    fn open(&self, name: &str) -> Result<File> {
        let path = self.directory.join(name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        if self.direct {
            options.custom_flags(OFlags::DIRECT.bits().cast_signed());
        }
        options.open(&path).with_context(|| format!("open {}", path.display()))
    }
}

fn synced_writes(file: &File, start: Instant, time: Duration) -> Result<u64> {
    let buffer = AlignedBuffer::new(PAGE);
    let mut count = 0;
    while start.elapsed() < time {
        file.write_all_at(buffer.bytes(), count * PAGE as u64 % SYNCED_FILE)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(count)
}

/// Bytes that begin on a page, as direct I/O wants them: the aligned part of a longer vector.
struct AlignedBuffer {
    bytes: Vec<u8>,
    start: usize,
    len: usize,
}

impl AlignedBuffer {
    fn new(len: usize) -> Self {
        let bytes = Random::new(7).bytes(len + PAGE);
        let start = bytes.as_ptr().align_offset(PAGE);
        Self { bytes, start, len }
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..self.start + self.len]
    }
}
