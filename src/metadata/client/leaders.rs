//! Who is believed to lead which shard.

use std::collections::BTreeMap;

use cairn_types::{NodeId, ShardId};
use parking_lot::Mutex;

use super::attempts::Attempts;
use crate::service::ServiceError;

/// Beliefs about leaders; a wrong one costs an attempt.
#[derive(Default)]
pub(super) struct Leaders(Mutex<BTreeMap<ShardId, NodeId>>);

impl Leaders {
    /// Whom to ask next: the believed leader, else the candidates one after the other.
    pub(super) fn next(
        &self,
        shard: ShardId,
        attempts: &Attempts,
        candidates: impl FnOnce() -> Vec<NodeId>,
    ) -> Option<NodeId> {
        let believed = self.0.lock().get(&shard).copied();
        if believed.is_some() {
            return believed;
        }
        let candidates = candidates();
        candidates.get(attempts.count() % candidates.len().max(1)).copied()
    }

    /// `node` answered as a leader does.
    pub(super) fn found(&self, shard: ShardId, node: Option<NodeId>) {
        let Some(node) = node else { return };
        let mut leaders = self.0.lock();
        if leaders.get(&shard) != Some(&node) {
            leaders.insert(shard, node);
        }
    }

    /// `node` did not; it may have said who does.
    pub(super) fn failed(&self, shard: ShardId, node: Option<NodeId>, error: &ServiceError) {
        let mut leaders = self.0.lock();
        match error {
            ServiceError::NotLeader { hint: Some(leader) } if Some(*leader) != node => {
                leaders.insert(shard, *leader);
            }
            ServiceError::Busy | ServiceError::Invalid | ServiceError::Corrupt => {}
            _ if leaders.get(&shard).copied() == node => {
                leaders.remove(&shard);
            }
            _ => {}
        }
    }
}
