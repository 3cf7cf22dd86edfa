//! The cluster's members in the root shard.

use bytes::Bytes;
use cairn_types::{DiskId, NodeId, SessionId};

use super::entry::{rows, trailing_id};
use crate::apply::Halt;
use crate::keys::{ShardContext, Table, cluster_key, horizon_key, map_key, prefix_range, root_prefix};
use crate::query::{Answer, ClusterState, MapsFound, MemberDisk, MemberNode, Members, OpenSessions, RegisteredSession};
use crate::rows::{HorizonRow, MapKind, Row};
use crate::state::{CatalogRead, ReadError, read_row};

/// The cluster's row.
pub(super) fn cluster<S: CatalogRead>(state: &S) -> Result<Answer, Halt> {
    let cluster = read_row(state, &cluster_key())?;
    Ok(Answer::Cluster(Box::new(ClusterState { cluster, ..ClusterState::default() })))
}

/// Both maps.
pub(super) fn maps<S: CatalogRead>(state: &S) -> Result<Answer, Halt> {
    let groups = read_row(state, &map_key(MapKind::Groups))?;
    let shards = read_row(state, &map_key(MapKind::Shards))?;
    Ok(Answer::Maps(MapsFound { groups, shards, ..MapsFound::default() }))
}

/// Nodes and disks.
pub(super) fn members<S: CatalogRead>(state: &S) -> Result<Answer, Halt> {
    let nodes = all(state, Table::Node, |id, row| MemberNode { node: NodeId(id), row, ..MemberNode::default() })?;
    let disks = all(state, Table::Disk, |id, row| MemberDisk { disk: DiskId(id), row, ..MemberDisk::default() })?;
    Ok(Answer::Members(Members { nodes, disks, ..Members::default() }))
}

/// The registry of sessions.
pub(super) fn sessions<S: CatalogRead>(state: &S, shard: &ShardContext) -> Result<Answer, Halt> {
    let horizon = read_row::<HorizonRow>(state, &horizon_key(shard.shard))?.unwrap_or_default().horizon;
    let sessions = all(state, Table::Lease, |id, row| RegisteredSession {
        session: SessionId(id),
        row,
        ..RegisteredSession::default()
    })?;
    Ok(Answer::OpenSessions(OpenSessions { horizon, sessions, ..OpenSessions::default() }))
}

fn all<S: CatalogRead, R: Row, T>(state: &S, table: Table, with_id: impl Fn(u64, R) -> T) -> Result<Vec<T>, ReadError> {
    rows(state, &prefix_range(root_prefix(table)))
        .map(|found: Result<(Bytes, R), ReadError>| {
            let (key, row) = found?;
            Ok(with_id(trailing_id(&key)?, row))
        })
        .collect()
}
