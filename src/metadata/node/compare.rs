//! Members compare the running digest of their writes at fixed indexes (E7).

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_runtime::select::{Either, select};
use cairn_types::{Digest128, LogIndex, NodeId};

use super::{Node, Shard};
use crate::limits::{DIGEST_CHECK_INTERVAL, HELLO_TIMEOUT};
use crate::service::{DigestAt, NodeStatus};

/// Runs until shutdown.
pub(super) async fn run(node: Arc<Node>) {
    let context = node.context.clone();
    loop {
        let pause = context.clock.sleep(DIGEST_CHECK_INTERVAL);
        if let Either::Left(()) = select(context.tasks.shutdown_requested(), pause).await {
            return;
        }
        compare_once(&node).await;
    }
}

/// Asks every peer once and compares; a node whose digest most members contradict is quarantined.
pub(crate) async fn compare_once(node: &Node) {
    let shards = node.all_shards();
    if shards.iter().all(|shard| shard.state.digests().is_empty()) {
        return;
    }
    let statuses = peer_statuses(node).await;
    for shard in shards {
        let theirs: Vec<BTreeMap<LogIndex, Digest128>> =
            statuses.iter().filter_map(|status| digests_of(status, &shard)).collect();
        if contradicts(&shard.state.digests(), &theirs, shard.membership().nodes().count()) {
            node.quarantine_for("its rows differ from those of most members").await;
            return;
        }
    }
}

async fn peer_statuses(node: &Node) -> Vec<NodeStatus> {
    let me = node.identity.lock().as_ref().map(|identity| identity.node).unwrap_or_default();
    let deadline = node.context.clock.now() + HELLO_TIMEOUT;
    let ask = async |peer: NodeId| {
        let service = node.directory.get(peer)?;
        node.context.clock.until(deadline, service.status(deadline)).await.ok()?.ok()
    };
    let peers = node.directory.nodes().into_iter().filter(|peer| *peer != me);
    futures::future::join_all(peers.map(ask)).await.into_iter().flatten().collect()
}

fn digests_of(status: &NodeStatus, shard: &Shard) -> Option<BTreeMap<LogIndex, Digest128>> {
    let theirs = status.shards.iter().find(|theirs| theirs.shard == shard.id)?;
    let is_one_of_us = status.cluster == shard.state.parts.cluster && status.quarantine.is_empty();
    is_one_of_us.then(|| theirs.digests.iter().map(|at| (at.index, at.digest)).collect())
}

/// Whether at some index more than half of all members agree on a digest that is not ours. Any difference is an alarm.
fn contradicts(ours: &[DigestAt], theirs: &[BTreeMap<LogIndex, Digest128>], members: usize) -> bool {
    ours.iter().any(|at| {
        let mut others: BTreeMap<Digest128, usize> = BTreeMap::new();
        let differing =
            theirs.iter().filter_map(|digests| digests.get(&at.index)).filter(|theirs| **theirs != at.digest);
        differing.for_each(|digest| *others.entry(*digest).or_default() += 1);
        if !others.is_empty() {
            tracing::error!(index = %at.index, "the rows of a shard differ between its members");
        }
        others.values().any(|count| 2 * count > members)
    })
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Digest128, DigestAt, LogIndex, contradicts};

    fn at(index: u64, digest: u128) -> DigestAt {
        DigestAt { index: LogIndex(index), digest: Digest128(digest) }
    }

    fn peer(index: u64, digest: u128) -> BTreeMap<LogIndex, Digest128> {
        [(LogIndex(index), Digest128(digest))].into()
    }

    #[test]
    fn the_one_that_most_members_contradict_is_told_from_the_others() {
        let ours = [at(256, 1), at(512, 2)];
        assert!(contradicts(&ours, &[peer(512, 9), peer(512, 9)], 3));
        assert!(!contradicts(&ours, &[peer(512, 2), peer(512, 9)], 3));
        assert!(!contradicts(&ours, &[peer(512, 9)], 3), "one other is no majority");
        assert!(!contradicts(&ours, &[peer(768, 9), peer(768, 9)], 3), "other indexes say nothing");
    }
}
