//! Starts a node: a new generation, known to a majority, before any vote or acknowledgement.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use cairn_runtime::OnExit;
use cairn_runtime::select::{Either, select};
use cairn_types::NodeId;

use super::identity::{IdentityRecord, write_identity};
use super::{Node, Shard, compare, flush};
use crate::limits::{HELLO_PAUSE, HELLO_TIMEOUT};
use crate::log::GenerationRecord;
use crate::raft::Membership;
use crate::root;
use crate::service::{HelloCall, HostedShard, ServiceError};
use crate::state::ShardState;

/// Voters of a shard whose majority has to know the start: one set, or two while they change.
type Majorities = Vec<BTreeSet<NodeId>>;

/// Starts the node; on failure it says why in its quarantine.
pub(super) async fn start(node: Arc<Node>) {
    match try_start(&node).await {
        Ok(true) => {
            node.started.send_replace(true);
            tracing::info!("the metadata node has started");
        }
        Ok(false) => {}
        Err(error) => {
            tracing::error!(%error, "the metadata node could not start");
            *node.quarantine.lock() = Some(format!("could not start: {error}"));
        }
    }
}

/// `false`: the node was quarantined, or stopped, meanwhile.
async fn try_start(node: &Arc<Node>) -> io::Result<bool> {
    let (identity, start) = begin_generation(node).await?;
    let mut states = Vec::new();
    for hosted in &identity.shards {
        states.push((hosted.clone(), Arc::new(ShardState::open(node.state_parts(&identity, hosted)?).await?)));
    }
    let majorities = majorities(node, &identity, &states);
    if !announce(node, &identity, start, &majorities).await {
        return Ok(false);
    }
    for (hosted, state) in states {
        let shard = Shard::start(node, &identity, &hosted, state).await?;
        node.shards.write().insert(hosted.shard, Arc::new(shard));
    }
    let tasks = &node.context.tasks;
    tasks.spawn("metadata flusher", OnExit::Report, flush::run(node.me()));
    tasks.spawn("digest comparison", OnExit::Report, compare::run(node.me()));
    tasks.spawn("root duties", OnExit::Report, root::run(node.me()));
    Ok(true)
}

/// Raises the generation: in the log first, then in the identity.
async fn begin_generation(node: &Node) -> io::Result<(IdentityRecord, Bytes)> {
    let _changing = node.changing.lock().await;
    let mut identity = node.identity.lock().clone().expect("only a node with an identity starts");
    let known = node.log.generation(identity.node).map(|start| start.generation).unwrap_or_default();
    identity.generation = identity.generation.max(known).next();
    let start = Bytes::copy_from_slice(&node.context.entropy.bytes::<16>());
    let record = GenerationRecord {
        node: identity.node,
        generation: identity.generation,
        start: start.clone(),
        ..GenerationRecord::default()
    };
    node.log.record_generation(record).await?;
    write_identity(&node.disk, &identity).await?;
    *node.identity.lock() = Some(identity.clone());
    Ok((identity, start))
}

/// The voters of every shard, as log and rows say them. A shard without members has none yet to ask.
fn majorities(
    node: &Node,
    identity: &IdentityRecord,
    states: &[(HostedShard, Arc<ShardState>)],
) -> BTreeSet<Majorities> {
    let mut all = BTreeSet::new();
    for (hosted, state) in states {
        let logged = node.log.shard(hosted.shard).last_membership();
        let membership = logged.unwrap_or_else(|| state.progress().membership.membership().clone());
        let mut sets = voter_sets(&membership);
        if sets.iter().all(BTreeSet::is_empty) {
            sets = vec![identity.first_voters()];
        }
        all.insert(sets);
    }
    all
}

fn voter_sets(membership: &Membership) -> Majorities {
    membership.get_joint_config().clone()
}

/// Tells the peers of the start until a majority of every set knows it; `false` if a peer has seen the generation.
async fn announce(node: &Arc<Node>, identity: &IdentityRecord, start: Bytes, all: &BTreeSet<Majorities>) -> bool {
    let call = HelloCall {
        cluster: identity.cluster,
        node: identity.node,
        generation: identity.generation,
        start,
        ..HelloCall::default()
    };
    let peers: BTreeSet<NodeId> = all.iter().flatten().flatten().copied().collect();
    let mut known = BTreeMap::from([(identity.node, ())]);
    loop {
        let missing = peers.iter().filter(|peer| !known.contains_key(peer)).copied();
        let answers = futures::future::join_all(missing.map(|peer| hello(node, peer, call.clone()))).await;
        for (peer, answer) in answers {
            match answer {
                Ok(()) => {
                    known.insert(peer, ());
                }
                Err(ServiceError::StaleGeneration) => {
                    node.quarantine_for("a peer has seen a later start of this node: the directory is an old copy")
                        .await;
                    return false;
                }
                Err(error) => tracing::debug!(%peer, %error, "a peer does not know of the start yet"),
            }
        }
        if all.iter().flatten().all(|set| is_majority(set, &known)) {
            return true;
        }
        let pause = node.context.clock.sleep(HELLO_PAUSE);
        if let Either::Left(()) = select(node.context.tasks.shutdown_requested(), pause).await {
            return false;
        }
    }
}

fn is_majority(set: &BTreeSet<NodeId>, known: &BTreeMap<NodeId, ()>) -> bool {
    set.is_empty() || 2 * set.iter().filter(|node| known.contains_key(node)).count() > set.len()
}

async fn hello(node: &Node, peer: NodeId, call: HelloCall) -> (NodeId, Result<(), ServiceError>) {
    let Some(service) = node.directory.get(peer) else { return (peer, Err(ServiceError::Unreachable)) };
    let deadline = node.context.clock.now() + HELLO_TIMEOUT;
    let answer = node.context.clock.until(deadline, service.hello(call, deadline)).await;
    let answer = answer.unwrap_or(Err(ServiceError::Unknown));
    // Another node at the peer's address knows nothing for the peer.
    (peer, answer.and_then(|answer| if answer.node == peer { Ok(()) } else { Err(ServiceError::Foreign) }))
}
