//! One directory on one device.
//!
//! # Invariants
//! S1, S4: after [`File::sync`] returned `Ok`, what was written before the call survives a power cut; after it returned an
//! error the caller must never acknowledge anything on this disk again. A synced sector that is not written again keeps
//! its bytes; an unsynced one may keep the old bytes, the new ones, or (in part) either, sector by sector.
//! A name is durable only after [`Disk::sync_names`].
//!
//! # Cancel safety
//! No call is cancel-safe in the sense that it did not happen; all are safe to drop: the work goes on or not, and the
//! buffers are owned.

#[cfg(any(test, feature = "sim"))]
pub mod conformance;

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

/// Alignment of direct I/O: offsets and lengths of [`File::write_at`] and of direct reads are multiples of it.
pub const SECTOR_BYTES: u64 = 4_096;

/// Space of the device under a directory.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Space {
    /// Bytes in all.
    pub total_bytes: u64,
    /// Bytes that this process may still take.
    pub free_bytes: u64,
}

/// How a read goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadMode {
    /// Through the page cache: short reads that may repeat.
    Cached,
    /// Around it: long reads, scrub, compaction. Offset and length are aligned by the implementation.
    Direct,
}

/// A directory on a device; a name may contain `/` for folders, which are made as needed.
#[async_trait]
pub trait Disk: Send + Sync + 'static {
    /// Makes a new file with `len` bytes of allocated space (0: none). An existing name is an error.
    async fn create(&self, name: &str, len: u64) -> io::Result<Arc<dyn File>>;
    /// Opens an existing file; `NotFound` otherwise.
    async fn open(&self, name: &str) -> io::Result<Arc<dyn File>>;
    /// Names of all files below folder `folder` (not recursive), sorted; none if the folder does not exist.
    async fn list(&self, folder: &str) -> io::Result<Vec<String>>;
    /// Removes a file; durable after [`Disk::sync_names`].
    async fn remove(&self, name: &str) -> io::Result<()>;
    /// Renames over `to`; durable after [`Disk::sync_names`].
    async fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Makes names made, renamed and removed so far durable.
    async fn sync_names(&self) -> io::Result<()>;
    /// Space on the device.
    async fn space(&self) -> io::Result<Space>;
    /// What people call it: the path.
    fn label(&self) -> &str;
    /// Identifies the device, so that several directories on one device are noticed.
    fn device(&self) -> u64;
}

/// An open file of a [`Disk`].
#[allow(clippy::len_without_is_empty, reason = "a length that is asked of a device, not of a collection")]
#[async_trait]
pub trait File: Send + Sync + 'static {
    /// Writes `pieces` one after the other from `offset`. Offset and total length are multiples of [`SECTOR_BYTES`]; a
    /// piece whose address or length is not is copied, an aligned one is not.
    async fn write_at(&self, offset: u64, pieces: Vec<Bytes>) -> io::Result<()>;
    /// Reads exactly `len` bytes at `offset` (any alignment); an end of file before that is `UnexpectedEof`.
    async fn read_at(&self, offset: u64, len: usize, mode: ReadMode) -> io::Result<Bytes>;
    /// As a cached read, if it can be had without blocking; `None` otherwise. Called inline on executor threads.
    fn try_read_at(&self, offset: u64, len: usize) -> io::Result<Option<Bytes>>;
    /// Makes the data written so far, and the length, durable (`fdatasync`).
    async fn sync(&self) -> io::Result<()>;
    /// Length in bytes.
    async fn len(&self) -> io::Result<u64>;
    /// Cuts or extends; durable after [`File::sync`].
    async fn set_len(&self, len: u64) -> io::Result<()>;
}

/// Refuses names that are empty, absolute, or lead out of the directory.
pub(crate) fn check_name(name: &str) -> io::Result<()> {
    let ok = name.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    if ok { Ok(()) } else { Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{name:?} is no name of a file"))) }
}

/// Reads a whole small file.
pub async fn read_file(disk: &dyn Disk, name: &str) -> io::Result<Bytes> {
    let file = disk.open(name).await?;
    let len = usize::try_from(file.len().await?).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
    file.read_at(0, len, ReadMode::Cached).await
}

/// Replaces a whole small file: after `Ok` the new content is durable, after a crash the old or the new is there.
///
/// The content is padded with zeroes to a whole number of sectors; formats stored this way carry their own length.
pub async fn replace_file(disk: &dyn Disk, name: &str, content: Bytes) -> io::Result<()> {
    let temporary = format!("{name}.new");
    match disk.remove(&temporary).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = disk.create(&temporary, 0).await?;
    let padding = (SECTOR_BYTES - content.len() as u64 % SECTOR_BYTES) % SECTOR_BYTES;
    let mut padded = content.to_vec();
    padded.resize(padded.len() + padding as usize, 0);
    if !padded.is_empty() {
        file.write_at(0, vec![padded.into()]).await?;
    }
    file.sync().await?;
    disk.rename(&temporary, name).await?;
    disk.sync_names().await
}
