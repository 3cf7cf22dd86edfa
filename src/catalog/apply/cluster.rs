//! The cluster and its maps, in the root shard.

use std::collections::BTreeSet;

use cairn_types::{DiskId, Epoch, NodeId};

use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::{access_key, account};
use crate::command::{InitCluster, SetMaps};
use crate::keys::{account_key, cluster_key, map_key};
use crate::limits::DOCUMENT_BYTES_MAX;
use crate::reply::{Refusal, Reply};
use crate::rows::{AccessKeyRow, AccountRow, ClusterRow, MapRow};
use crate::state::CatalogRead;

/// Makes the cluster.
pub(super) fn init<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &InitCluster) -> Result<Reply, Halt> {
    if let Some(row) = draft.get::<ClusterRow>(&cluster_key())? {
        return if row.cluster == command.cluster { Ok(Reply::done()) } else { refuse(Refusal::ClusterExists) };
    }
    let row = ClusterRow {
        cluster: command.cluster,
        region: command.region,
        region_name: command.region_name.clone(),
        created: draft.now,
        root_account: command.root_account.clone(),
        next_node: NodeId(1),
        next_disk: DiskId(1),
        ..ClusterRow::default()
    };
    let account = AccountRow { version: 1, ..command.account.clone() };
    draft.put(cluster_key(), &row);
    draft.put(account_key(&command.root_account), &account);
    account::claim(draft, &command.root_account, None, &account)?;
    let access_key = AccessKeyRow { version: 1, ..command.access_key.clone() };
    access_key::insert(draft, &command.access_key_id, &access_key);
    Ok(Reply::done())
}

/// Replaces maps, all or none: each only if its epoch is the expected one. P2: epochs only grow.
pub(super) fn set_maps<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &SetMaps) -> Result<Reply, Halt> {
    let mut kinds = BTreeSet::new();
    for change in &command.maps {
        if !kinds.insert(change.kind) || change.document.len() > DOCUMENT_BYTES_MAX {
            return refuse(Refusal::OutOfBounds);
        }
        let key = map_key(change.kind);
        let epoch = draft.get::<MapRow>(&key)?.map_or(Epoch(0), |row| row.epoch);
        if epoch != change.expected {
            return Err(Refusal::EpochChanged(epoch).into());
        }
        draft.put(key, &MapRow { epoch: epoch.next(), document: change.document.clone(), ..MapRow::default() });
    }
    Ok(Reply::done())
}
