//! On which disks the fragments of a blob are.

use std::sync::Arc;

use cairn_catalog::rows::BlobPlace;
use cairn_placement::{ClusterMap, DiskState, NodeState};
use cairn_runtime::Instant;
use cairn_types::{DiskId, Epoch, FragmentIndex, Geometry, GroupId};
use parking_lot::RwLock;

use crate::collector::Core;
use crate::error::CollectError;

/// The placement map of a round.
pub(crate) struct Places {
    map: RwLock<Arc<ClusterMap>>,
}

/// What of a blob says where it is.
#[derive(Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) group: GroupId,
    pub(crate) epoch: Epoch,
    pub(crate) geometry: Geometry,
}

impl From<&BlobPlace> for Placed {
    fn from(blob: &BlobPlace) -> Self {
        Self { group: blob.group, epoch: blob.group_epoch, geometry: blob.geometry }
    }
}

impl Places {
    pub(crate) async fn look_up(core: &Core, deadline: Instant) -> Result<Self, CollectError> {
        let map = current(core, deadline).await?;
        Ok(Self { map: RwLock::new(map) })
    }

    /// Looks the map up again if it does not have the blob's group, or has an older one.
    pub(crate) async fn know(&self, core: &Core, placed: Placed, deadline: Instant) -> Result<(), CollectError> {
        if self.knows(placed) {
            return Ok(());
        }
        let map = current(core, deadline).await?;
        *self.map.write() = map;
        let unknown = CollectError::UnknownGroup { group: placed.group, epoch: placed.epoch };
        if self.knows(placed) { Ok(()) } else { Err(unknown) }
    }

    /// The disk of each fragment, those apart that are gone for good. Of a group that moved since the blob was written
    /// these are its present disks; what an old one still has, its sweep finds.
    pub(crate) fn disks_of(&self, placed: Placed) -> Vec<(DiskId, FragmentIndex)> {
        let map = self.map.read();
        let Some(group) = map.group(placed.group) else { return Vec::new() };
        let disks = group.disks.iter().copied().zip(placed.geometry.indexes());
        disks.filter(|(disk, _)| is_not_gone(&map, *disk)).collect()
    }

    /// The disks to sweep: those that may have fragments and take deletes.
    pub(crate) fn disks_to_sweep(&self) -> Vec<DiskId> {
        let map = self.map.read();
        let disks = map.disks.iter().filter(|disk| disk.state != DiskState::Fenced && is_not_gone(&map, disk.id));
        disks.map(|disk| disk.id).collect()
    }

    fn knows(&self, placed: Placed) -> bool {
        self.map.read().group(placed.group).is_some_and(|group| group.epoch >= placed.epoch)
    }
}

fn is_not_gone(map: &ClusterMap, id: DiskId) -> bool {
    let node = map.node_of(id);
    map.disk(id).is_some_and(|disk| disk.state != DiskState::Gone)
        && node.is_some_and(|node| node.state != NodeState::Gone)
}

async fn current(core: &Core, deadline: Instant) -> Result<Arc<ClusterMap>, CollectError> {
    let found = core.client.cluster_map(deadline).await.map_err(CollectError::Maps)?;
    let (_, map) = found.ok_or(CollectError::NoPlacementMap)?;
    core.services.follow(&map);
    Ok(Arc::new(map))
}
