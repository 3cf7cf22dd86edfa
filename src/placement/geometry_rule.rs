//! Which geometry fits a number of failure domains.

use cairn_types::Geometry;

use crate::cluster_map::{ClusterMap, FailureDomain, Target};
use crate::topology::distinct;

/// The target geometry for so many failure domains; `None` for none.
///
/// From three domains on, one that fails never stops writes. 4+2 costs as much space as 2+1 and survives any two; from
/// twelve on, 8+4 costs the same and survives any four.
pub fn geometry_of(domains: usize) -> Option<Geometry> {
    let (data, parity) = match domains {
        0 => return None,
        1 => (1, 0),
        2 => (1, 1),
        3 => (1, 2),
        4..=5 => (2, 2),
        6..=11 => (4, 2),
        _ => (8, 4),
    };
    Some(Geometry::new(data, parity).expect("within the bounds of a geometry"))
}

/// Geometries to write in while too few domains are up for `target`, best first: the same parity, so that a blob
/// survives as much as one in the target does.
pub fn smaller_geometries(target: Geometry) -> Vec<Geometry> {
    // Every step from 8+4 would make the map large for little: a step of two data cells costs a few percent of space.
    let widths: Vec<u8> = match target.data() {
        8 => vec![6, 4, 2, 1],
        data => (1..data).rev().collect(),
    };
    let smaller = |data| Geometry::new(data, target.parity()).expect("smaller than a geometry");
    widths.into_iter().map(smaller).collect()
}

/// The best target for the disks of `map` that take writes; `None` when there are none.
///
/// With one node the disks are the domains (flagged). With more, as many as there are nodes decide the geometry, and
/// fragments differ in zones if there are enough of them, else in nodes, spread evenly over the zones.
pub(crate) fn target_of(map: &ClusterMap) -> Option<Target> {
    let disks: Vec<_> = map.disks.iter().filter(|disk| map.takes_writes(disk.id)).collect();
    let nodes: Vec<_> = distinct(disks.iter().map(|disk| disk.node));
    if nodes.len() <= 1 {
        return Some(Target { geometry: geometry_of(disks.len())?, domain: FailureDomain::Disk });
    }
    let geometry = geometry_of(nodes.len())?;
    let zones = distinct(nodes.iter().filter_map(|node| map.node(*node)).map(|node| &node.zone)).len();
    let enough = zones >= usize::from(geometry.fragments());
    Some(Target { geometry, domain: if enough { FailureDomain::Zone } else { FailureDomain::Node } })
}
