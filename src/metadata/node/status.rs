//! How the node stands.

use std::collections::BTreeSet;

use cairn_types::{LogIndex, NodeId};
use openraft::async_runtime::WatchReceiver;

use super::{Node, Shard};
use crate::raft::LogId;
use crate::service::{MemberStatus, NodeStatus, ShardStatus};

impl Node {
    pub(super) fn present_status(&self) -> NodeStatus {
        let identity = self.identity.lock().clone().unwrap_or_default();
        NodeStatus {
            cluster: identity.cluster,
            node: identity.node,
            generation: identity.generation,
            is_started: *self.started.borrow(),
            quarantine: self.quarantine.lock().clone().unwrap_or_default(),
            shards: self.all_shards().iter().map(|shard| shard.present_status()).collect(),
            ..NodeStatus::default()
        }
    }
}

impl Shard {
    fn present_status(&self) -> ShardStatus {
        let metrics = self.raft.metrics().borrow_watched().clone();
        let last = metrics.last_log_index.unwrap_or_default();
        let membership = metrics.membership_config.membership();
        let voters: BTreeSet<NodeId> = membership.voter_ids().collect();
        let member = |node: NodeId| {
            let progress = metrics.replication.as_ref().and_then(|all| all.get(&node));
            let matched = progress.and_then(|matched| matched.as_ref()).map(LogId::index).unwrap_or_default();
            let is_known = metrics.replication.is_some();
            let lag = if is_known { last.saturating_sub(matched) } else { 0 };
            MemberStatus { node, is_voter: voters.contains(&node), matched: LogIndex(matched), lag }
        };
        ShardStatus {
            shard: self.id,
            leader: metrics.current_leader,
            term: metrics.current_term,
            last: LogIndex(last),
            applied: index(self.state.applied()),
            flushed: index(self.state.flushed()),
            purged: index(self.log.purged()),
            members: membership.nodes().map(|(node, _)| member(*node)).collect(),
            read_rounds: self.read_rounds(),
            digests: self.state.digests(),
            ..ShardStatus::default()
        }
    }
}

fn index(id: Option<LogId>) -> LogIndex {
    LogIndex(id.map(|id| id.index()).unwrap_or_default())
}
