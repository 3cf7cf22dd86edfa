//! Memory of all engines of a process.

use rocksdb::{Cache, WriteBufferManager};

/// One block cache and one limit on memtables, for every engine of a process; cheap to clone.
#[derive(Clone)]
pub struct KvBudget {
    pub(super) cache: Cache,
    pub(super) write_buffers: WriteBufferManager,
}

impl KvBudget {
    /// A budget of `cache_bytes` for blocks and blobs and `write_buffer_bytes` for memtables. Over the latter the engine that
    /// writes flushes; nobody is stalled for it.
    pub fn new(cache_bytes: usize, write_buffer_bytes: usize) -> Self {
        Self {
            // 0: the cache finds out by itself how large its entries are.
            cache: Cache::new_hyper_clock_cache(cache_bytes, 0),
            write_buffers: WriteBufferManager::new_write_buffer_manager(write_buffer_bytes, false),
        }
    }
}
