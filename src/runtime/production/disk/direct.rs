//! What direct I/O asks for: aligned addresses, offsets and lengths.

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use bytes::Bytes;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::buffers::BufferPool;
use crate::disk::SECTOR_BYTES;
use crate::limits::IO_SLICES_MAX;

/// Whether a file beside `probe` can be written around the page cache: tmpfs and some overlays cannot.
pub(super) fn is_supported(probe: &Path) -> io::Result<bool> {
    match rustix::fs::unlink(probe) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(error) => return Err(error.into()),
    }
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::DIRECT | OFlags::CLOEXEC;
    let result = rustix::fs::open(probe, flags, Mode::RUSR | Mode::WUSR).and_then(|file| {
        let sector = BufferPool::new(0).take(SECTOR_BYTES as usize);
        rustix::io::pwrite(file, &sector.as_ref()[..SECTOR_BYTES as usize], 0)
    });
    match rustix::fs::unlink(probe) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(error) => return Err(error.into()),
    }
    match result {
        Ok(_) => Ok(true),
        Err(Errno::INVAL | Errno::OPNOTSUPP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn is_aligned(piece: &Bytes) -> bool {
    let sector = SECTOR_BYTES as usize;
    piece.len().is_multiple_of(sector) && (piece.as_ptr() as usize).is_multiple_of(sector)
}

/// `pieces` as the device takes them: aligned ones as they are, the others gathered into aligned buffers.
pub(super) fn align(pool: &BufferPool, pieces: Vec<Bytes>) -> Vec<Bytes> {
    let mut aligned = Vec::with_capacity(pieces.len());
    let mut odd: Vec<Bytes> = Vec::new();
    let mut odd_len = 0;
    for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
        if odd_len > 0 && odd_len % SECTOR_BYTES as usize == 0 {
            aligned.push(gather(pool, &odd, odd_len));
            odd.clear();
            odd_len = 0;
        }
        if odd_len == 0 && is_aligned(&piece) {
            aligned.push(piece);
        } else {
            odd_len += piece.len();
            odd.push(piece);
        }
    }
    if odd_len > 0 {
        aligned.push(gather(pool, &odd, odd_len));
    }
    aligned
}

fn gather(pool: &BufferPool, pieces: &[Bytes], len: usize) -> Bytes {
    let mut buffer = pool.take(len);
    let mut rest = &mut buffer.as_mut()[..len];
    for piece in pieces {
        let (head, tail) = rest.split_at_mut(piece.len());
        head.copy_from_slice(piece);
        rest = tail;
    }
    buffer.freeze(len)
}

/// Writes all of `pieces` at `offset`.
pub(super) fn write_all(file: &OwnedFd, mut offset: u64, pieces: &[Bytes]) -> io::Result<()> {
    for pieces in pieces.chunks(IO_SLICES_MAX) {
        let mut slices: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
        let mut slices = &mut slices[..];
        while !slices.is_empty() {
            match rustix::io::pwritev(file, slices, offset) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    offset += count as u64;
                    IoSlice::advance_slices(&mut slices, count);
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// Reads into `buffer` until it is full or the file ends; how many bytes that were.
pub(super) fn read_full(file: impl AsFd, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match rustix::io::pread(&file, &mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(Errno::INTR) => {}
            // A direct read that ended off a sector was the file's last.
            Err(Errno::INVAL) if filled % SECTOR_BYTES as usize != 0 => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(filled)
}
