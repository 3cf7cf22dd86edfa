//! A shard's log as Raft wants it.

use std::io;
use std::sync::Arc;

use cairn_types::ShardId;
use openraft::OptionalSend;
use openraft::storage::{IOFlushed, LogState, RaftLogStorage};

use super::store::{LogStore, ShardLog};
use crate::raft::{Entry, LogId, RaftTypes, Vote};

/// The log of one shard; clones are the same log.
#[derive(Clone)]
pub(crate) struct ShardLogStorage {
    shard: ShardId,
    store: Arc<LogStore>,
    pub(super) log: Arc<ShardLog>,
}

impl ShardLogStorage {
    pub(crate) fn new(shard: ShardId, store: Arc<LogStore>) -> Self {
        let log = store.shard(shard);
        Self { shard, store, log }
    }
}

impl RaftLogStorage<RaftTypes> for ShardLogStorage {
    type LogReader = Self;

    async fn get_log_state(&mut self) -> io::Result<LogState<RaftTypes>> {
        let tail = self.log.tail.lock();
        Ok(LogState { last_purged_log_id: tail.purged(), last_log_id: tail.last() })
    }

    async fn get_log_reader(&mut self) -> Self {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &Vote) -> io::Result<()> {
        self.store.save_vote(self.shard, &self.log, *vote).await
    }

    async fn append<I>(&mut self, entries: I, callback: IOFlushed<RaftTypes>) -> io::Result<()>
    where
        I: IntoIterator<Item = Entry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        self.store.append(self.shard, &self.log, entries.into_iter().collect(), callback)
    }

    async fn truncate_after(&mut self, last_log_id: Option<LogId>) -> io::Result<()> {
        self.store.truncate_after(self.shard, &self.log, last_log_id)
    }

    async fn purge(&mut self, log_id: LogId) -> io::Result<()> {
        self.store.purge(self.shard, &self.log, log_id)
    }
}
