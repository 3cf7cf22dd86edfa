//! The files that a journal has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cairn_runtime::disk::File;
use parking_lot::RwLock;

use crate::position::FileId;

/// A file with a good header.
pub(crate) struct OpenFile {
    pub(crate) id: FileId,
    pub(crate) salt: u64,
    pub(crate) file: Arc<dyn File>,
    /// Bytes that are durable; nothing behind them is read. `u64::MAX` once the file is sealed.
    durable_end: AtomicU64,
}

impl OpenFile {
    /// A file that ends with a seal.
    pub(crate) fn sealed(id: FileId, salt: u64, file: Arc<dyn File>) -> Self {
        Self { id, salt, file, durable_end: AtomicU64::new(u64::MAX) }
    }

    /// A file that is written.
    pub(crate) fn growing(id: FileId, salt: u64, file: Arc<dyn File>, durable_end: u64) -> Self {
        Self { id, salt, file, durable_end: AtomicU64::new(durable_end) }
    }

    pub(crate) fn durable_end(&self) -> u64 {
        self.durable_end.load(Ordering::Acquire)
    }

    pub(crate) fn set_durable_end(&self, end: u64) {
        self.durable_end.store(end, Ordering::Release);
    }

    pub(crate) fn is_sealed(&self) -> bool {
        self.durable_end() == u64::MAX
    }
}

/// All files, and the space without records.
#[derive(Default)]
pub(crate) struct Files {
    known: RwLock<BTreeMap<FileId, Arc<OpenFile>>>,
    spares: RwLock<BTreeSet<FileId>>,
}

impl Files {
    pub(crate) fn add(&self, file: OpenFile) -> Arc<OpenFile> {
        let file = Arc::new(file);
        self.known.write().insert(file.id, Arc::clone(&file));
        file
    }

    pub(crate) fn get(&self, id: FileId) -> Option<Arc<OpenFile>> {
        self.known.read().get(&id).cloned()
    }

    pub(crate) fn remove(&self, id: FileId) {
        self.known.write().remove(&id);
    }

    /// In the order of their ids.
    pub(crate) fn all(&self) -> Vec<Arc<OpenFile>> {
        self.known.read().values().cloned().collect()
    }

    pub(crate) fn newest(&self) -> Option<FileId> {
        self.known.read().last_key_value().map(|(id, _)| *id)
    }

    pub(crate) fn add_spare(&self, id: FileId) {
        self.spares.write().insert(id);
    }

    pub(crate) fn remove_spare(&self, id: FileId) {
        self.spares.write().remove(&id);
    }

    pub(crate) fn spares(&self) -> Vec<FileId> {
        self.spares.read().iter().copied().collect()
    }
}
