//! Flushes the rows, so that the log can be cut, and notices a member that has failed.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cairn_runtime::Instant;
use cairn_runtime::select::{Either, select};

use super::{Node, Shard};
use crate::limits::{FLUSH_CHECK_INTERVAL, LOG_FILES_MAX};
use crate::raft::LogId;

/// Runs until shutdown, or until a member fails: then none of the node's shards goes on.
pub(super) async fn run(node: Arc<Node>) {
    let context = node.context.clone();
    let mut flushed = context.clock.now();
    loop {
        let pause = context.clock.sleep(FLUSH_CHECK_INTERVAL);
        if let Either::Left(()) = select(context.tasks.shutdown_requested(), pause).await {
            return;
        }
        if let Some(failure) = node.all_shards().iter().find_map(|shard| shard.failure()) {
            fail(&node, failure).await;
            context.tasks.shutdown_requested().await;
            return;
        }
        node.flush_if_due(&mut flushed).await;
        node.look_at_space().await;
        if let Err(error) = node.log.release_files().await {
            tracing::warn!(%error, "could not give back files of the log");
        }
    }
}

/// A member that could not write its log or apply an entry must not go on, and neither may the others over that log.
async fn fail(node: &Node, failure: String) {
    tracing::error!(failure, "a shard of the metadata node has failed; the node answers nothing until it is restarted");
    *node.quarantine.lock() = Some(failure);
    node.stop_shards().await;
}

impl Node {
    async fn look_at_space(&self) {
        match self.log.free_bytes().await {
            Ok(free) => {
                let is_short = free < self.settings.log_reserve_bytes;
                if self.is_short_of_space.swap(is_short, Ordering::Relaxed) != is_short {
                    tracing::warn!(free, is_short, "space for the metadata log");
                }
            }
            Err(error) => tracing::warn!(%error, "could not look at the space for the metadata log"),
        }
    }

    async fn flush_if_due(&self, flushed: &mut Instant) {
        let now = self.context.clock.now();
        let is_pressed =
            self.log.bytes() > self.settings.log_bytes_before_flush || self.log.file_count() > LOG_FILES_MAX;
        if !is_pressed && now < *flushed + self.settings.flush_interval {
            return;
        }
        *flushed = now;
        for shard in self.all_shards() {
            shard.flush(is_pressed).await;
        }
    }
}

impl Shard {
    /// Has what is applied flushed and the log cut behind it; under pressure all that is flushed already is cut.
    async fn flush(&self, is_pressed: bool) {
        let flushed = self.state.flushed();
        if is_pressed && let Some(flushed) = flushed.filter(|flushed| Some(*flushed) > self.log.purged()) {
            self.purge(flushed).await;
        }
        if self.state.applied() > flushed {
            // An error means that the member stops, which is noticed elsewhere.
            let _ = self.raft.trigger().snapshot().await;
        }
    }

    async fn purge(&self, upto: LogId) {
        let _ = self.raft.trigger().purge_log(upto.index()).await;
    }
}
