//! The store of one disk.

use std::io;
use std::sync::Arc;

use cairn_journal::{Damage, Journal, OnFence, Options};
use cairn_runtime::disk::Disk;
use cairn_runtime::kv::Kv;
use cairn_runtime::{Entropy, OnExit, TaskHandle, Tasks};
use cairn_types::{BlobId, DiskId, FragmentIndex};
use parking_lot::Mutex;

use crate::applier::{self, ApplierQueue};
use crate::error::{GetError, OpenError, PutError, WriteError};
use crate::fragment::Fragment;
use crate::index::Index;
use crate::keys::FragmentKey;
use crate::lead::payload_is_good;
use crate::lead_cache::LeadCache;
use crate::limits::{
    DELETES_PER_APPEND, INDEX_RESERVE_BYTES, LEAD_CACHE_BYTES_DEFAULT, SEGMENT_BYTES_DEFAULT, SEGMENT_BYTES_MIN,
};
use crate::pipeline::Pipeline;
use crate::recovery::catch_up;
use crate::rows::content_digest;

/// Settings of a store.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The disk: an index of another one is rebuilt.
    pub disk: DiskId,
    /// Bytes of each segment.
    pub segment_bytes: u64,
    /// Bytes of leads in memory.
    pub lead_cache_bytes: usize,
    /// Free bytes kept for the index, besides two segments for deletes and compaction.
    pub index_reserve_bytes: u64,
    /// Free segments kept for their written extents.
    pub spares_max: usize,
    /// What to do with the mark of an earlier failed write or sync: lifted only when the root shard admitted the disk.
    pub on_fence: OnFence,
}

impl StoreOptions {
    /// The usual settings of `disk`.
    pub fn new(disk: DiskId) -> Self {
        Self {
            disk,
            segment_bytes: SEGMENT_BYTES_DEFAULT,
            lead_cache_bytes: LEAD_CACHE_BYTES_DEFAULT,
            index_reserve_bytes: INDEX_RESERVE_BYTES,
            spares_max: 4,
            on_fence: OnFence::Keep,
        }
    }

    fn journal(&self) -> Options {
        Options {
            file_bytes: self.segment_bytes,
            spares_max: self.spares_max,
            reserve_bytes: 2 * self.segment_bytes + self.index_reserve_bytes,
            on_fence: self.on_fence,
            ..Options::for_segments(Arc::new(payload_is_good))
        }
    }
}

/// What opening found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StoreRecovered {
    /// Damage seen on the way: segment headers, the newest segment, and what had to be replayed. A scrub sees the rest.
    pub damage: Vec<Damage>,
    /// Whether the disk takes no writes because an earlier one failed.
    pub is_fenced: bool,
    /// Whether the index was made anew.
    pub index_was_rebuilt: bool,
    /// Records that the index lacked.
    pub replayed_records: u64,
}

/// Fragments of one disk.
pub struct FragmentStore {
    pub(crate) journal: Arc<Journal>,
    pub(crate) index: Arc<Index>,
    pub(crate) applier: Arc<ApplierQueue>,
    pub(crate) pipeline: Pipeline,
    pub(crate) leads: Arc<LeadCache>,
    /// One compaction at a time.
    pub(crate) compacting: tokio::sync::Mutex<()>,
    applier_task: Mutex<Option<TaskHandle<()>>>,
}

impl FragmentStore {
    /// Recovers the segments in `directory`, brings the index in `kv` up to them, and starts under `tasks`. The caller has
    /// checked the directory's [`crate::DiskIdentity`]; the engine belongs to this store alone.
    pub async fn open(
        directory: Arc<dyn Disk>,
        kv: Arc<dyn Kv>,
        entropy: Entropy,
        tasks: &Tasks,
        options: StoreOptions,
    ) -> Result<(Self, StoreRecovered), OpenError> {
        if options.segment_bytes < SEGMENT_BYTES_MIN {
            return Err(OpenError::SegmentBytes(options.segment_bytes));
        }
        let opened = Journal::open(directory, entropy, tasks, options.journal()).await;
        let (journal, found) = opened.map_err(OpenError::Segments)?;
        let caught_up = catch_up(&journal, options.disk, &kv).await?;
        let recovered = StoreRecovered {
            damage: [found.damage, caught_up.damage].concat(),
            is_fenced: found.is_fenced,
            index_was_rebuilt: caught_up.was_rebuilt,
            replayed_records: caught_up.replayed,
        };
        let leads = LeadCache::new(options.lead_cache_bytes);
        Ok((Self::start(journal, caught_up.index, leads, tasks), recovered))
    }

    fn start(journal: Journal, index: Index, leads: LeadCache, tasks: &Tasks) -> Self {
        let (journal, index, leads) = (Arc::new(journal), Arc::new(index), Arc::new(leads));
        let applier = Arc::new(ApplierQueue::default());
        let (sequence, bounds) = index.tables(|tables| (tables.sequence_max(), tables.bounds.bounds.clone()));
        let run = applier::run(Arc::clone(&applier), Arc::clone(&index), Arc::clone(&leads));
        let task = tasks.spawn("fragment index", OnExit::Ignore, run);
        let pipeline = Pipeline::new(Arc::clone(&journal), Arc::clone(&applier), sequence, bounds);
        Self {
            journal,
            index,
            applier,
            pipeline,
            leads,
            compacting: tokio::sync::Mutex::default(),
            applier_task: Mutex::new(Some(task)),
        }
    }

    /// Stores a fragment; returns when it is durable and indexed. Storing the same again changes nothing.
    ///
    /// # Cancel safety
    /// Dropping the future loses only the answer.
    pub async fn put(&self, fragment: Fragment) -> Result<(), PutError> {
        fragment.layout().map_err(PutError::Invalid)?;
        if self.has_same(&fragment).await? {
            return Ok(());
        }
        let told = self.pipeline.put(fragment)?;
        told.await.unwrap_or(Err(WriteError::Closed)).map_err(PutError::Write)
    }

    /// Which of `fragments` the disk has, in the order asked; those known to be damaged it has not.
    pub async fn contains(&self, fragments: &[(BlobId, FragmentIndex)]) -> Result<Vec<bool>, GetError> {
        let keys: Vec<_> = fragments.iter().map(|(blob, index)| FragmentKey::new(*blob, *index)).collect();
        let rows = self.index.fragments(&keys).await.map_err(GetError::Index)?;
        Ok(rows.iter().map(|row| row.as_ref().is_some_and(|row| !row.is_damaged)).collect())
    }

    /// Deletes fragments; returns when their tombstones are durable. One that is not there is deleted already.
    ///
    /// # Cancel safety
    /// Dropping the future loses only the answer.
    pub async fn delete(&self, fragments: &[(BlobId, FragmentIndex)]) -> Result<(), WriteError> {
        let keys: Vec<_> = fragments.iter().map(|(blob, index)| FragmentKey::new(*blob, *index)).collect();
        let rows = self.index.fragments(&keys).await.map_err(|error| WriteError::Index(Arc::new(error)))?;
        let there = keys.into_iter().zip(rows).filter(|(_, row)| row.is_some()).map(|(key, _)| key);
        let there: Vec<FragmentKey> = there.collect();
        let told: Vec<_> = there.chunks(DELETES_PER_APPEND).map(|some| self.pipeline.delete(some)).collect();
        for told in told {
            told?.await.unwrap_or(Err(WriteError::Closed))?;
        }
        Ok(())
    }

    /// Whether the disk takes writes: nothing failed, nothing is marked.
    pub fn is_writable(&self) -> bool {
        self.journal.fenced().is_none() && self.applier.failed().is_none()
    }

    /// Why the disk takes no writes.
    pub fn fenced(&self) -> Option<Arc<io::Error>> {
        self.journal.fenced().or_else(|| self.applier.failed())
    }

    /// Ends orderly: what waits is written and indexed, the open segment is sealed, the index is made durable.
    pub async fn close(&self) -> io::Result<()> {
        self.journal.close().await;
        self.applier.close();
        let task = self.applier_task.lock().take();
        if let Some(task) = task {
            // A task stopped from outside has nothing left to do.
            let _ = task.await;
        }
        self.index.kv().flush().await
    }

    /// Whether the disk has exactly this fragment, durably and not known to be damaged.
    async fn has_same(&self, fragment: &Fragment) -> Result<bool, PutError> {
        let key = FragmentKey::new(fragment.blob, fragment.index);
        let Some(row) = self.index.fragment(key).await.map_err(PutError::Lookup)? else {
            return Ok(false);
        };
        let digests: Vec<u8> = fragment.digests.iter().flat_map(|digest| digest.to_be_bytes()).collect();
        let is_same = row.content == content_digest(fragment.blob, &digests)
            && row.geometry == fragment.geometry
            && row.blob_bytes == fragment.blob_bytes;
        let different = PutError::Different { blob: fragment.blob, index: fragment.index };
        if is_same { Ok(!row.is_damaged) } else { Err(different) }
    }
}
