//! The rows of a shard on this node, and how far they are.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use cairn_catalog::keys::{ShardContext, digest_key};
use cairn_catalog::query::{Answer, Query};
use cairn_catalog::rows::{DigestRow, Row};
use cairn_catalog::state::ReadError;
use cairn_runtime::kv::{self, Kv, KvRead, KvWrite};
use cairn_runtime::watch;
use cairn_types::ClusterId;
use parking_lot::Mutex;

use super::rows::{AppliedRow, applied_key, ranges};
use super::view::{Blocking, Cached};
use crate::limits::{DIGEST_EVERY, DIGESTS_KEPT};
use crate::raft::{LogId, LogIdRecord, StoredMembership, StoredMembershipRecord};
use crate::service::DigestAt;

/// What a shard's state is made of.
#[derive(Clone)]
pub(crate) struct StateParts {
    /// The cluster.
    pub(crate) cluster: ClusterId,
    /// What the shard is.
    pub(crate) context: ShardContext,
    /// The engine of all shards of the node.
    pub(crate) kv: Arc<dyn Kv>,
}

/// The rows of a shard, shared by the task that applies and those that read.
pub(crate) struct ShardState {
    pub(crate) parts: StateParts,
    progress: Mutex<Progress>,
    applied: watch::Sender<u64>,
    flushed: Mutex<Option<LogId>>,
    digests: Mutex<VecDeque<DigestAt>>,
}

/// How far the rows are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    pub(crate) applied: Option<LogId>,
    pub(crate) membership: StoredMembership,
    pub(crate) digest: DigestRow,
}

impl ShardState {
    /// Reads how far the rows are.
    pub(crate) async fn open(parts: StateParts) -> io::Result<Self> {
        let progress = read_progress(&parts).await?;
        let applied = watch::Sender::new(next_index(progress.applied));
        let flushed = Mutex::new(progress.applied);
        Ok(Self { parts, progress: Mutex::new(progress), applied, flushed, digests: Mutex::default() })
    }

    /// How far the rows are.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.lock().clone()
    }

    /// The last entry applied.
    pub(crate) fn applied(&self) -> Option<LogId> {
        self.progress.lock().applied
    }

    /// The last entry that the engine has flushed, so far as is known.
    pub(crate) fn flushed(&self) -> Option<LogId> {
        *self.flushed.lock()
    }

    /// Everything up to `upto` is flushed.
    pub(crate) fn set_flushed(&self, upto: Option<LogId>) {
        let mut flushed = self.flushed.lock();
        *flushed = (*flushed).max(upto);
    }

    /// Digests at the last fixed indexes.
    pub(crate) fn digests(&self) -> Vec<DigestAt> {
        self.digests.lock().iter().copied().collect()
    }

    /// All rows of the shard.
    pub(crate) fn ranges(&self) -> Vec<Range<Bytes>> {
        ranges(&self.parts.context)
    }

    /// Returns once entry `index` is applied; `false` if the shard stops before.
    pub(crate) async fn wait_applied(&self, index: u64) -> bool {
        let mut applied = self.applied.subscribe();
        applied.wait_for(|next| *next > index).await.is_ok()
    }

    /// Writes a batch together with how far it goes; then it is visible and waiters are told.
    pub(super) async fn write(&self, mut batch: Vec<KvWrite>, progress: Progress) -> io::Result<()> {
        batch.push(KvWrite::Put(applied_key(self.parts.context.shard), applied_row(&progress).to_value()));
        if progress.digest != DigestRow::default() {
            batch.push(KvWrite::Put(digest_key(self.parts.context.shard), progress.digest.to_value()));
        }
        if !self.parts.kv.try_write(&batch)? {
            self.parts.kv.write(batch).await?;
        }
        self.advance(progress);
        Ok(())
    }

    /// Remembers the digest at a fixed index.
    pub(super) fn note_digest(&self, index: u64, digest: DigestRow) {
        if !index.is_multiple_of(DIGEST_EVERY) {
            return;
        }
        let mut digests = self.digests.lock();
        if digests.len() >= DIGESTS_KEPT {
            digests.pop_front();
        }
        digests.push_back(DigestAt { index: cairn_types::LogIndex(index), digest: digest.digest });
    }

    /// Reads again how far the rows are, after all of them were replaced, durably.
    pub(super) async fn reload(&self) -> io::Result<()> {
        let progress = read_progress(&self.parts).await?;
        self.set_flushed(progress.applied);
        self.digests.lock().clear();
        self.advance(progress);
        Ok(())
    }

    /// Answers a question from memory if that can tell, else where blocking is allowed.
    pub(crate) async fn answer(&self, query: Arc<Query>) -> Result<Answer, ReadError> {
        let context = &self.parts.context;
        match cairn_catalog::answer::answer(&Cached(self.parts.kv.as_ref()), context, &query) {
            Err(ReadError::NotCached) => {}
            answered => return answered,
        }
        let context = context.clone();
        let work = move |view: &dyn KvRead| cairn_catalog::answer::answer(&Blocking(view), &context, &query);
        kv::read(self.parts.kv.as_ref(), work).await.map_err(|error| ReadError::Engine(error.to_string()))?
    }

    fn advance(&self, progress: Progress) {
        let next = next_index(progress.applied);
        *self.progress.lock() = progress;
        self.applied.send_replace(next);
    }
}

fn next_index(applied: Option<LogId>) -> u64 {
    applied.map_or(0, |id| id.index() + 1)
}

fn applied_row(progress: &Progress) -> AppliedRow {
    AppliedRow {
        applied: progress.applied.map(LogIdRecord::of),
        membership: StoredMembershipRecord::of(&progress.membership),
        ..AppliedRow::default()
    }
}

async fn read_progress(parts: &StateParts) -> io::Result<Progress> {
    let (applied_key, digest_key) = (applied_key(parts.context.shard), digest_key(parts.context.shard));
    let work = move |view: &dyn KvRead| Ok::<_, io::Error>((view.get(&applied_key)?, view.get(&digest_key)?));
    let (applied, digest) = kv::read(parts.kv.as_ref(), work).await??;
    let row = applied.map(AppliedRow::from_value).transpose().map_err(io::Error::other)?.unwrap_or_default();
    let digest = digest.map(DigestRow::from_value).transpose().map_err(io::Error::other)?.unwrap_or_default();
    Ok(Progress {
        applied: row.applied.map(LogIdRecord::to_log_id).transpose().map_err(io::Error::other)?,
        membership: row.membership.into_stored().map_err(io::Error::other)?,
        digest,
    })
}
