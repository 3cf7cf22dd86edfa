//! Which placement groups a cluster needs beyond those it has.

use cairn_types::{Epoch, Geometry, GroupId};

use crate::class_builder::{Class, ClassBuilder};
use crate::cluster_map::{ClusterMap, GroupState, PlacementGroup, Target};
use crate::geometry_rule::{smaller_geometries, target_of};
use crate::topology::Topology;

/// What to add to a map.
///
/// It is computed by whoever proposes the change, and the change carries it: members of different versions may build
/// different groups from the same map, and must not when they apply a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Growth {
    /// How new blobs are best placed from now on.
    pub target: Target,
    /// New groups, with the ids after the map's last. A large map may take them in several steps.
    pub groups: Vec<PlacementGroup>,
}

/// The target for the disks of `map` that take writes, and the groups that it and its smaller geometries lack; `None`
/// when no disk takes writes. Existing groups stay as they are; asked again after they were added, nothing is lacking.
pub fn growth(map: &ClusterMap) -> Option<Growth> {
    let target = target_of(map)?;
    let topology = Topology::new(map, target.domain);
    let mut next = map.groups.last().map_or(GroupId(1), |group| group.id.next());
    let mut groups = Vec::new();
    let mut add = |geometry: Geometry, class: Class| {
        let mut builder = ClassBuilder::new(&topology, geometry, class);
        let existing = map.groups.iter().filter(|group| counts(group, Target { geometry, domain: target.domain }));
        existing.for_each(|group| builder.add_existing(&group.disks));
        for disks in builder.build() {
            let (id, epoch, domain, state) = (next, Epoch(1), target.domain, GroupState::Active);
            groups.push(PlacementGroup { id, epoch, geometry, disks, domain, state, ..PlacementGroup::default() });
            next = next.next();
        }
    };
    add(target.geometry, Class::Target);
    smaller_geometries(target.geometry).into_iter().for_each(|geometry| add(geometry, Class::Smaller));
    Some(Growth { target, groups })
}

impl ClusterMap {
    /// Takes a growth; the epoch rises if anything changes.
    pub fn grow(&mut self, growth: Growth) {
        if growth.target != self.target || !growth.groups.is_empty() {
            self.epoch = self.epoch.next();
        }
        self.target = growth.target;
        growth.groups.into_iter().for_each(|group| self.put_group(group));
    }
}

fn counts(group: &PlacementGroup, wanted: Target) -> bool {
    group.state == GroupState::Active && group.geometry == wanted.geometry && group.domain >= wanted.domain
}
