//! The placement group of a blob.

use cairn_catalog::rows::FragmentSet;
use cairn_types::{DiskId, Epoch, FragmentIndex, Geometry, GroupId};

use crate::error::BlobError;
use crate::objects::Core;

/// A group as it was chosen.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) id: GroupId,
    pub(super) epoch: Epoch,
    pub(super) geometry: Geometry,
    disks: Vec<DiskId>,
    /// Indexes whose disks are down.
    missing: FragmentSet,
}

impl Group {
    /// Whether all of its disks are thought to be up.
    pub(super) fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }

    /// Indexes to be written with their disks, in the order of the disks: everybody waits for permits in that order, so
    /// nobody waits in a circle.
    pub(super) fn targets(&self) -> Vec<(FragmentIndex, DiskId)> {
        let all = self.geometry.indexes().zip(self.disks.iter().copied());
        let mut targets: Vec<_> = all.filter(|(index, _)| !self.missing.contains(*index)).collect();
        targets.sort_by_key(|(_, disk)| *disk);
        targets
    }
}

impl Core {
    /// Chooses a group that was not tried yet; the map is looked up anew before there is none.
    pub(super) async fn choose_group(&self, tried: &[GroupId]) -> Result<Group, BlobError> {
        let table = self.placement.table(&self.context).await.map_err(BlobError::Maps)?;
        if let Some(group) = self.choose_from(&table, tried) {
            return Ok(group);
        }
        let table = self.placement.refresh(&self.context).await.map_err(BlobError::Maps)?;
        self.choose_from(&table, tried).ok_or(BlobError::NoPlacement)
    }

    fn choose_from(&self, table: &cairn_placement::PlacementTable, tried: &[GroupId]) -> Option<Group> {
        let is_up = |disk| self.services.is_up(disk);
        let choice = table.choose(&is_up, self.context.entropy.u64(), tried)?;
        Some(Group {
            id: choice.group.id,
            epoch: choice.group.epoch,
            geometry: choice.group.geometry,
            disks: choice.group.disks.clone(),
            missing: choice.missing.into_iter().collect(),
        })
    }
}
