//! Pooled, 4 KiB-aligned buffers that freeze into `Bytes`: what goes from the socket into a stripe goes from there to the
//! disk without another copy.
//!
//! # Invariants
//! The address of every buffer is a multiple of [`SECTOR_BYTES`]. Its bytes are always initialised, but a reused buffer still
//! holds what was in it: whoever freezes a length has written that length.
//!
//! # Limits
//! A pool keeps at most the bytes it was made with; what comes back over that is freed. Capacities are powers of two from
//! [`BUFFER_BYTES_MIN`]; above [`BUFFER_BYTES_MAX`] they are exact and never kept. What is in use is bounded by the caller's
//! permits ([`crate::permits`]), not here.
#![allow(unsafe_code, reason = "aligned memory has no safe allocator; all of it is in `Block`")]

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::NonNull;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use crate::disk::SECTOR_BYTES;
use crate::limits::{BUFFER_BYTES_MAX, BUFFER_BYTES_MIN};

const CLASS_COUNT: usize = (BUFFER_BYTES_MAX / BUFFER_BYTES_MIN).trailing_zeros() as usize + 1;

/// A bounded store of free buffers; cheap to clone, clones share it.
#[derive(Clone)]
pub struct BufferPool(Arc<Shared>);

struct Shared {
    bytes_max: usize,
    free: Mutex<Free>,
}

#[derive(Default)]
struct Free {
    bytes: usize,
    /// Free blocks by class: class 0 holds the smallest.
    classes: [Vec<Block>; CLASS_COUNT],
}

/// The class whose buffers hold `capacity` bytes; none if they are too large to keep.
fn class_of(capacity: usize) -> Option<usize> {
    let rounded = capacity.max(BUFFER_BYTES_MIN).next_power_of_two();
    (rounded <= BUFFER_BYTES_MAX).then(|| (rounded / BUFFER_BYTES_MIN).trailing_zeros() as usize)
}

impl BufferPool {
    /// A pool that keeps up to `bytes_max` bytes of free buffers.
    pub fn new(bytes_max: usize) -> Self {
        Self(Arc::new(Shared { bytes_max, free: Mutex::default() }))
    }

    /// A buffer of at least `capacity` bytes.
    pub fn take(&self, capacity: usize) -> AlignedBuffer {
        let block = match class_of(capacity) {
            Some(class) => self.0.free.lock().take(class).unwrap_or_else(|| Block::new(BUFFER_BYTES_MIN << class)),
            None => Block::new(capacity.next_multiple_of(SECTOR_BYTES as usize)),
        };
        AlignedBuffer(Owned { block: Some(block), pool: Arc::clone(&self.0) })
    }

    /// Bytes of free buffers now.
    pub fn free_bytes(&self) -> usize {
        self.0.free.lock().bytes
    }
}

impl Free {
    fn take(&mut self, class: usize) -> Option<Block> {
        let block = self.classes[class].pop()?;
        self.bytes -= block.len;
        Some(block)
    }
}

impl Shared {
    fn give_back(&self, block: Block) {
        let Some(class) = class_of(block.len) else { return };
        let mut free = self.free.lock();
        if free.bytes + block.len <= self.bytes_max {
            free.bytes += block.len;
            free.classes[class].push(block);
        }
    }
}

/// A buffer to fill; goes back to its pool when it, or the last `Bytes` frozen from it, is dropped.
pub struct AlignedBuffer(Owned);

impl AlignedBuffer {
    /// How many bytes it holds.
    pub fn capacity(&self) -> usize {
        self.0.block().len
    }

    /// Its first `len` bytes, for good.
    ///
    /// # Panics
    /// If it does not hold that many.
    pub fn freeze(self, len: usize) -> Bytes {
        Bytes::from_owner(self.0).slice(..len)
    }
}

impl AsRef<[u8]> for AlignedBuffer {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl AsMut<[u8]> for AlignedBuffer {
    fn as_mut(&mut self) -> &mut [u8] {
        self.0.block.as_mut().expect("a block is there until the drop").bytes_mut()
    }
}

struct Owned {
    block: Option<Block>,
    pool: Arc<Shared>,
}

impl Owned {
    fn block(&self) -> &Block {
        self.block.as_ref().expect("a block is there until the drop")
    }
}

impl AsRef<[u8]> for Owned {
    fn as_ref(&self) -> &[u8] {
        self.block().bytes()
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(block) = self.block.take() {
            self.pool.give_back(block);
        }
    }
}

/// Memory of `len` initialised bytes, owned, aligned to a sector.
struct Block {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: a block is plain memory that it alone owns; nothing about it belongs to a thread.
unsafe impl Send for Block {}
// SAFETY: shared access only reads.
unsafe impl Sync for Block {}

impl Block {
    fn layout(len: usize) -> Layout {
        Layout::from_size_align(len, SECTOR_BYTES as usize).expect("buffers are far below the address space")
    }

    fn new(len: usize) -> Self {
        let layout = Self::layout(len.max(SECTOR_BYTES as usize));
        // SAFETY: the layout's size is not 0.
        let start = unsafe { alloc_zeroed(layout) };
        let Some(start) = NonNull::new(start) else { handle_alloc_error(layout) };
        Self { start, len: layout.size() }
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: `start` points to `len` bytes that were zeroed at birth and are only ever written as bytes; the borrow of
        // `self` keeps them alive and unwritten.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`; the borrow of `self` is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: `start` came from `alloc_zeroed` with this layout and is freed once.
        unsafe { dealloc(self.start.as_ptr(), Self::layout(self.len)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{BUFFER_BYTES_MAX, BUFFER_BYTES_MIN, BufferPool, SECTOR_BYTES};

    #[test]
    fn buffers_are_aligned_and_hold_what_was_asked() {
        let pool = BufferPool::new(0);
        for capacity in [0, 1, BUFFER_BYTES_MIN, BUFFER_BYTES_MIN + 1, BUFFER_BYTES_MAX, BUFFER_BYTES_MAX + 1] {
            let buffer = pool.take(capacity);
            assert!(buffer.capacity() >= capacity);
            assert_eq!(buffer.as_ref().as_ptr() as usize % SECTOR_BYTES as usize, 0);
        }
    }

    #[test]
    fn frozen_bytes_keep_the_memory_until_the_last_clone_is_dropped() {
        let pool = BufferPool::new(1 << 20);
        let mut buffer = pool.take(100);
        buffer.as_mut()[..3].copy_from_slice(b"abc");
        let address = buffer.as_ref().as_ptr();
        let frozen = buffer.freeze(3);
        let part = frozen.slice(1..);
        drop(frozen);
        assert_eq!(pool.free_bytes(), 0);
        assert_eq!(part, "bc");
        drop(part);
        assert_eq!(pool.free_bytes(), BUFFER_BYTES_MIN);
        assert_eq!(pool.take(200).as_ref().as_ptr(), address, "the memory is used again");
    }

    #[test]
    fn a_pool_keeps_no_more_than_its_bound() {
        let pool = BufferPool::new(3 * BUFFER_BYTES_MIN);
        let buffers: Vec<_> = (0..5).map(|_| pool.take(1)).collect();
        drop(buffers);
        assert_eq!(pool.free_bytes(), 3 * BUFFER_BYTES_MIN);
        drop(pool.take(BUFFER_BYTES_MAX + 1));
        assert_eq!(pool.free_bytes(), 3 * BUFFER_BYTES_MIN);
    }

    #[test]
    #[should_panic(expected = "out of bounds")]
    fn freezing_more_than_there_is_panics() {
        let buffer = BufferPool::new(0).take(1);
        let capacity = buffer.capacity();
        buffer.freeze(capacity + 1);
    }
}
