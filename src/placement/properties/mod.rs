//! Properties of the whole crate.

mod choices;
mod encodings;
mod groups;
mod shards;

use std::sync::Arc;

use cairn_types::{DiskId, Geometry, GroupId, NodeId};

use crate::choose::PlacementTable;
use crate::cluster_map::{ClusterMap, Disk, Node};
use crate::growth::growth;

pub(super) const TIB: u64 = 1 << 40;

pub(super) fn geometry(data: u8, parity: u8) -> Geometry {
    Geometry::new(data, parity).expect("valid")
}

pub(super) fn add_node(map: &mut ClusterMap, zone: &str) -> NodeId {
    let id = NodeId(map.nodes.len() as u64 + 1);
    map.put_node(Node { id, zone: zone.into(), ..Node::default() });
    id
}

pub(super) fn add_disk(map: &mut ClusterMap, node: NodeId, capacity_bytes: u64) -> DiskId {
    let id = DiskId(map.disks.len() as u64 + 1);
    map.put_disk(Disk { id, node, capacity_bytes, ..Disk::default() });
    id
}

/// Nodes with so many disks each, of one zone each (`zones` in turn), without groups.
pub(super) fn bare(nodes: &[usize], zones: &[&str]) -> ClusterMap {
    let mut map = ClusterMap::default();
    for (place, disks) in nodes.iter().enumerate() {
        let node = add_node(&mut map, zones[place % zones.len()]);
        for _ in 0..*disks {
            add_disk(&mut map, node, TIB);
        }
    }
    map
}

pub(super) fn grown(mut map: ClusterMap) -> ClusterMap {
    let growth = growth(&map).expect("some disk takes writes");
    map.grow(growth);
    map
}

pub(super) fn cluster(nodes: &[usize]) -> ClusterMap {
    grown(bare(nodes, &[""]))
}

pub(super) fn table(map: ClusterMap) -> PlacementTable {
    PlacementTable::new(Arc::new(map))
}

/// The geometry and number of missing indexes of the choice while the nodes of the mask `down` (bit 0: node 1) are down.
pub(super) fn choice(table: &PlacementTable, down: u64, random: u64) -> Option<(Geometry, usize)> {
    let up = |disk| table.map().node_of(disk).is_some_and(|node| down & 1 << (node.id.0 - 1) == 0);
    let choice = table.choose(&up, random, &[] as &[GroupId])?;
    Some((choice.group.geometry, choice.missing.len()))
}

/// All masks of `nodes` bits with `count` set.
pub(super) fn masks(nodes: u32, count: u32) -> impl Iterator<Item = u64> {
    (0..1u64 << nodes).filter(move |mask| mask.count_ones() == count)
}

/// Failures are printed, not kept in a file: the file would lie among the crates.
pub(super) fn cases(cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config { cases, failure_persistence: None, ..Default::default() }
}
