//! One round: what its parts share.

use std::sync::Arc;

use cairn_catalog::command::CommandBody;
use cairn_catalog::query::Query;
use cairn_catalog::reply::Reply;
use cairn_metadata::{MetadataError, Route};
use cairn_runtime::Instant;
use cairn_types::ShardId;

use crate::collector::Core;
use crate::disks::Disks;
use crate::error::{CollectError, ShardStep};
use crate::limits::SHARD_CALL_MAX;
use crate::pace::Pace;
use crate::places::Places;

/// A round under way.
pub(crate) struct Round {
    pub(crate) core: Arc<Core>,
    pub(crate) pace: Pace,
    pub(crate) deadline: Instant,
    pub(crate) places: Places,
    /// The data shards.
    pub(crate) shards: Vec<ShardId>,
}

/// An answer of a shard, and the last command that it takes into account.
pub(crate) type Answered = cairn_metadata::Answered;

impl Round {
    /// Looks the maps up.
    pub(crate) async fn begin(core: Arc<Core>, pace: Pace, deadline: Instant) -> Result<Self, CollectError> {
        let until = deadline.min(core.context.clock.now() + SHARD_CALL_MAX);
        let shards = core.client.refresh_shard_map(until).await.map_err(CollectError::Maps)?;
        let shards = shards.shards.iter().map(|shard| shard.id).collect();
        let places = Places::look_up(&core, until).await?;
        Ok(Self { core, pace, deadline, places, shards })
    }

    /// Until when one call to a shard may take.
    pub(crate) fn call_deadline(&self) -> Instant {
        self.deadline.min(self.core.context.clock.now() + SHARD_CALL_MAX)
    }

    /// Between two steps: whether there is time for another.
    pub(crate) fn go_on(&self) -> Result<(), CollectError> {
        if self.core.context.clock.now() < self.deadline { Ok(()) } else { Err(CollectError::Deadline) }
    }

    /// Waits, at most until the deadline.
    pub(crate) async fn sleep_until(&self, when: Instant) {
        self.core.context.clock.sleep_until(when.min(self.deadline)).await;
    }

    /// Disks as the next part of the round finds them: one that was down for an earlier part is tried again.
    pub(crate) fn disks(&self) -> Disks<'_> {
        Disks::new(self)
    }

    /// Asks a shard.
    pub(crate) async fn ask(&self, shard: ShardId, step: ShardStep, query: Query) -> Result<Answered, CollectError> {
        self.go_on()?;
        let answered = self.core.client.query_at(Route::Shard(shard), query, self.call_deadline()).await;
        answered.map_err(|source| CollectError::Shard { shard, step, source })
    }

    /// Proposes a command in a shard.
    pub(crate) async fn submit(
        &self,
        shard: ShardId,
        step: ShardStep,
        body: CommandBody,
    ) -> Result<Reply, CollectError> {
        self.go_on()?;
        let reply = self.core.client.submit(Route::Shard(shard), body, self.call_deadline()).await;
        reply.map_err(|source| CollectError::Shard { shard, step, source })
    }
}

/// The error of an answer that is not of the kind of its question.
pub(crate) fn unexpected(shard: ShardId, step: ShardStep) -> CollectError {
    CollectError::Shard { shard, step, source: MetadataError::UnexpectedAnswer { shard } }
}
