//! Nodes and disks in the root shard, and starts of members in every shard.
//!
//! # Invariants
//! Ids are never reused: rows of removed nodes and disks stay. The same claim is the same node or disk.

use bytes::Bytes;
use cairn_types::{ClusterId, DiskId, NodeId};

use super::draft::Draft;
use super::halt::{Halt, refuse};
use crate::command::{RecordGeneration, RegisterDisk, RegisterNode, SetDiskState, SetNodeState};
use crate::keys::{Table, cluster_key, disk_key, generation_key, node_key, prefix_range, root_prefix};
use crate::reply::{Refusal, Reply};
use crate::rows::{ClusterRow, DiskRow, DiskState, GenerationRow, NodeRow, NodeState, Row};
use crate::state::{CatalogRead, ReadError, contradiction, decode_row};

/// Registers a node.
pub(super) fn register_node<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &RegisterNode) -> Result<Reply, Halt> {
    let mut cluster = cluster_of(draft, command.cluster, &command.claim)?;
    let known = find(draft, Table::Node, |row: &NodeRow| row.claim == command.claim)?;
    let known = known.map(|(id, row)| (NodeId(id), row));
    let (node, mut row) = match known {
        Some((node, row)) if row.state == NodeState::Removed || !asks_for(command.node.0, node.0) => {
            return refuse(Refusal::IdTaken);
        }
        Some(known) => known,
        None => {
            let node = if command.node == NodeId(0) { cluster.next_node } else { command.node };
            if draft.get::<NodeRow>(&node_key(node))?.is_some() {
                return refuse(Refusal::IdTaken);
            }
            cluster.next_node = cluster.next_node.max(NodeId(node.0.saturating_add(1)));
            draft.put(cluster_key(), &cluster);
            (node, NodeRow { claim: command.claim.clone(), registered: draft.now, ..NodeRow::default() })
        }
    };
    row.profile = command.profile.clone();
    row.generation = row.generation.max(command.generation);
    draft.put(node_key(node), &row);
    Ok(Reply::NodeRegistered(node))
}

/// Registers a disk. A known one keeps its state: a fenced disk stays fenced wherever it turns up.
pub(super) fn register_disk<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &RegisterDisk) -> Result<Reply, Halt> {
    let mut cluster = cluster_of(draft, command.cluster, &command.claim)?;
    if draft.get::<NodeRow>(&node_key(command.node))?.is_none() {
        return refuse(Refusal::NoSuchMember);
    }
    let known = find(draft, Table::Disk, |row: &DiskRow| row.claim == command.claim)?;
    let known = known.map(|(id, row)| (DiskId(id), row));
    let (disk, mut row) = match known {
        Some((disk, row)) if row.state == DiskState::Removed || !asks_for(command.disk.0, disk.0) => {
            return refuse(Refusal::IdTaken);
        }
        Some(known) => known,
        None => {
            let disk = if command.disk == DiskId(0) { cluster.next_disk } else { command.disk };
            if draft.get::<DiskRow>(&disk_key(disk))?.is_some() {
                return refuse(Refusal::IdTaken);
            }
            cluster.next_disk = cluster.next_disk.max(DiskId(disk.0.saturating_add(1)));
            draft.put(cluster_key(), &cluster);
            (disk, DiskRow { claim: command.claim.clone(), registered: draft.now, ..DiskRow::default() })
        }
    };
    row.node = command.node;
    row.capacity = command.capacity;
    row.device = command.device.clone();
    draft.put(disk_key(disk), &row);
    Ok(Reply::DiskRegistered(disk))
}

/// Sets a node's state.
pub(super) fn set_node_state<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &SetNodeState) -> Result<Reply, Halt> {
    let Some(mut row) = draft.get::<NodeRow>(&node_key(command.node))? else {
        return refuse(Refusal::NoSuchMember);
    };
    if row.state == NodeState::Removed && command.state != NodeState::Removed {
        return refuse(Refusal::IdTaken);
    }
    row.state = command.state;
    draft.put(node_key(command.node), &row);
    Ok(Reply::done())
}

/// Sets a disk's state.
pub(super) fn set_disk_state<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &SetDiskState) -> Result<Reply, Halt> {
    let Some(mut row) = draft.get::<DiskRow>(&disk_key(command.disk))? else {
        return refuse(Refusal::NoSuchMember);
    };
    if row.state == DiskState::Removed && command.state != DiskState::Removed {
        return refuse(Refusal::IdTaken);
    }
    row.state = command.state;
    row.reason = command.reason.clone();
    draft.put(disk_key(command.disk), &row);
    Ok(Reply::done())
}

/// Records a start of a member. A generation that was seen before, in another start, is an old copy of a directory.
pub(super) fn record_generation<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &RecordGeneration,
) -> Result<Reply, Halt> {
    let key = generation_key(draft.shard.shard, command.node);
    if let Some(row) = draft.get::<GenerationRow>(&key)? {
        if row.generation == command.generation && row.start == command.start {
            return Ok(Reply::done());
        }
        if command.generation <= row.generation {
            return refuse(Refusal::GenerationSeen);
        }
    }
    let row =
        GenerationRow { generation: command.generation, start: command.start.clone(), ..GenerationRow::default() };
    draft.put(key, &row);
    Ok(Reply::done())
}

/// Whether a member that says it has id `said` (0: none yet) may be the one with id `known`.
fn asks_for(said: u64, known: u64) -> bool {
    said == 0 || said == known
}

fn cluster_of<S: CatalogRead>(draft: &Draft<'_, S>, cluster: ClusterId, claim: &Bytes) -> Result<ClusterRow, Halt> {
    let row = draft.get::<ClusterRow>(&cluster_key())?.filter(|row| row.cluster == cluster);
    match row {
        None => refuse(Refusal::ForeignCluster),
        Some(_) if claim.is_empty() => refuse(Refusal::OutOfBounds),
        Some(row) => Ok(row),
    }
}

/// The first row of a table of members that is wanted. Members register seldom, and there are few.
fn find<S: CatalogRead, R: Row>(
    draft: &Draft<'_, S>,
    table: Table,
    wanted: impl Fn(&R) -> bool,
) -> Result<Option<(u64, R)>, ReadError> {
    let range = prefix_range(root_prefix(table));
    for row in draft.state.scan(&range.start[..]..&range.end[..]) {
        let (key, value) = row?;
        let row: R = decode_row(&key, value)?;
        if wanted(&row) {
            let id = key.get(5..).and_then(|raw| raw.try_into().ok()).map(u64::from_be_bytes);
            return Ok(Some((id.ok_or_else(|| contradiction(&key, "not the key of a member"))?, row)));
        }
    }
    Ok(None)
}
