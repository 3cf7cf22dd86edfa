//! Fences sessions: off the registry first, then in every shard.

use std::collections::BTreeMap;

use cairn_catalog::command::{CommandBody, Fence, FenceSessions};
use cairn_catalog::query::OpenSessions;
use cairn_runtime::Instant;
use cairn_types::{SessionId, ShardId};

use super::leases::open_sessions;
use crate::client::{MetadataClient, Route};
use crate::error::MetadataError;
use crate::node::Node;

/// What each shard was told by this leader.
#[derive(Default)]
pub(super) struct Fencing {
    told: BTreeMap<ShardId, SessionId>,
}

impl Fencing {
    /// Fences what has run out, and tells the shards that do not know the registry's horizon.
    pub(super) async fn turn(&mut self, node: &Node, client: &MetadataClient, deadline: Instant) {
        if let Err(error) = self.try_turn(node, client, deadline).await {
            tracing::warn!(%error, "could not fence sessions; it is tried again");
        }
    }

    async fn try_turn(&mut self, node: &Node, client: &MetadataClient, deadline: Instant) -> Result<(), MetadataError> {
        let Some(root) = node.led_root() else { return Ok(()) };
        let unavailable = |_| MetadataError::Unavailable { shard: ShardId::ROOT };
        let mut open = open_sessions(&root, deadline).await.map_err(unavailable)?;
        let expired = node.leases().expired(&open, node.context().clock.now());
        if !expired.is_empty() {
            tracing::warn!(sessions = expired.len(), "sessions were not renewed and are fenced");
            let body = CommandBody::FenceSessions(FenceSessions { sessions: expired, ..FenceSessions::default() });
            client.submit(Route::ROOT, body, deadline).await?;
            open = open_sessions(&root, deadline).await.map_err(unavailable)?;
        }
        self.tell(client, &open, deadline).await
    }

    async fn tell(
        &mut self,
        client: &MetadataClient,
        open: &OpenSessions,
        deadline: Instant,
    ) -> Result<(), MetadataError> {
        if open.horizon == SessionId::default() {
            return Ok(());
        }
        let map = client.shard_map(deadline).await?;
        let behind: Vec<ShardId> =
            map.shards.iter().map(|shard| shard.id).filter(|id| self.is_behind(*id, open)).collect();
        for shard in behind {
            let live = open.sessions.iter().map(|session| session.session.0).collect();
            let body = CommandBody::Fence(Fence { horizon: open.horizon, live, ..Fence::default() });
            client.submit(Route::Shard(shard), body, deadline).await?;
            self.told.insert(shard, open.horizon);
        }
        Ok(())
    }

    fn is_behind(&self, shard: ShardId, open: &OpenSessions) -> bool {
        self.told.get(&shard).is_none_or(|told| *told < open.horizon)
    }
}
