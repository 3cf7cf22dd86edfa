//! Which groups are built.

use std::collections::{BTreeMap, BTreeSet};

use cairn_types::{DiskId, GroupId};
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use proptest::strategy::Strategy;

use super::{TIB, add_disk, add_node, bare, cases, cluster, geometry, grown};
use crate::cluster_map::{ClusterMap, DiskState, FailureDomain, PlacementGroup};
use crate::growth::growth;
use crate::limits::{GROUPS_PER_DISK_MAX, GROUPS_PER_GEOMETRY_MIN};

fn target_groups(map: &ClusterMap) -> impl Iterator<Item = &PlacementGroup> {
    map.groups.iter().filter(|group| group.geometry == map.target.geometry && group.domain == map.target.domain)
}

fn loads(map: &ClusterMap) -> BTreeMap<DiskId, usize> {
    let mut loads: BTreeMap<_, _> = map.disks.iter().map(|disk| (disk.id, 0)).collect();
    target_groups(map).flat_map(|group| &group.disks).for_each(|disk| *loads.entry(*disk).or_default() += 1);
    loads
}

fn domain_of(map: &ClusterMap, domain: FailureDomain, disk: DiskId) -> String {
    let node = map.node_of(disk).expect("a disk has a node");
    match domain {
        FailureDomain::Disk => disk.to_string(),
        FailureDomain::Node => node.id.to_string(),
        FailureDomain::Zone => node.zone.clone(),
    }
}

fn clusters() -> impl Strategy<Value = ClusterMap> {
    let node = (1..4usize, 0..4usize, proptest::collection::vec(1..8u64, 4));
    proptest::collection::vec(node, 1..16).prop_map(|nodes| {
        let mut map = ClusterMap::default();
        for (disks, zone, capacities) in nodes {
            let node = add_node(&mut map, &format!("z{zone}"));
            for capacity in &capacities[..disks] {
                add_disk(&mut map, node, capacity * TIB);
            }
        }
        map
    })
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn the_disks_of_a_group_are_in_distinct_domains(bare in clusters()) {
        let map = grown(bare);
        for group in &map.groups {
            let domains: BTreeSet<_> = group.disks.iter().map(|disk| domain_of(&map, group.domain, *disk)).collect();
            prop_assert_eq!(domains.len(), usize::from(group.geometry.fragments()));
            prop_assert_eq!(group.disks.len(), domains.len());
            prop_assert_eq!(group.geometry.parity(), map.target.geometry.parity());
        }
        prop_assert!(target_groups(&map).next().is_some());
    }

    #[test]
    fn the_same_map_gives_the_same_groups_and_then_nothing_more(bare in clusters()) {
        prop_assert_eq!(growth(&bare), growth(&bare));
        let map = grown(bare);
        let again = growth(&map).expect("some disk takes writes");
        prop_assert!(again.groups.is_empty(), "{} more", again.groups.len());
        let mut same = map.clone();
        same.grow(again);
        prop_assert_eq!(same, map);
    }

    #[test]
    fn growing_keeps_every_group_and_its_id(bare in clusters(), more in clusters()) {
        let before = grown(bare);
        let mut after = before.clone();
        for disk in &more.disks {
            let fresh = add_node(&mut after, &more.node_of(disk.id).expect("has a node").zone);
            add_disk(&mut after, fresh, disk.capacity_bytes);
        }
        let after = grown(after);
        prop_assert_eq!(&after.groups[..before.groups.len()], &before.groups[..]);
        let ids: Vec<_> = after.groups.iter().map(|group| group.id).collect();
        prop_assert_eq!(ids, (1..=after.groups.len() as u32).map(GroupId).collect::<Vec<_>>());
        prop_assert!(after.epoch > before.epoch);
    }

    #[test]
    fn target_groups_are_spread_over_zones_as_evenly_as_can_be(nodes in 6..12usize) {
        let map = grown(bare(&vec![1; nodes - nodes % 3], &["a", "b", "c"]));
        let zones = |group: &PlacementGroup| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            group.disks.iter().for_each(|disk| *counts.entry(domain_of(&map, FailureDomain::Zone, *disk)).or_default() += 1);
            counts.into_values().max()
        };
        let even = target_groups(&map).filter(|group| zones(group) == Some(2)).count();
        prop_assert!(even >= 6, "{even} of {}", target_groups(&map).count());
    }
}

#[test]
fn equal_disks_get_equal_shares() {
    for nodes in [vec![1; 7], vec![4; 6], vec![2; 12], vec![1; 30], vec![10; 10]] {
        let map = cluster(&nodes);
        let loads = loads(&map);
        let (least, most) = (loads.values().min().expect("disks"), loads.values().max().expect("disks"));
        assert!(most - least <= 1 + most / 8, "{nodes:?}: {least} to {most}");
    }
}

#[test]
fn shares_follow_capacity() {
    let mut map = ClusterMap::default();
    for place in 0..12u64 {
        let node = add_node(&mut map, "");
        for disk in 0..4 {
            add_disk(&mut map, node, (1 + (place + disk) % 4) * TIB);
        }
    }
    let map = grown(map);
    let loads = loads(&map);
    for disk in &map.disks {
        let share = disk.capacity_bytes as f64 / map.disks.iter().map(|disk| disk.capacity_bytes as f64).sum::<f64>();
        let due = share * loads.values().sum::<usize>() as f64;
        let has = loads[&disk.id] as f64;
        assert!((has - due).abs() <= 2.0 + due / 8.0, "{}: {has} of {due}", disk.id);
    }
}

#[test]
fn a_dead_disk_is_rebuilt_by_all_others_that_can() {
    for nodes in [vec![1; 6], vec![1; 9], vec![3; 6], vec![1; 24], vec![4; 12]] {
        let map = cluster(&nodes);
        for disk in &map.disks {
            let beside: BTreeSet<_> = target_groups(&map)
                .filter(|group| group.disks.contains(&disk.id))
                .flat_map(|group| &group.disks)
                .collect();
            let others = map.disks.iter().filter(|other| other.node != disk.node).count();
            assert!(
                (beside.len() - 1) * 20 >= others * 19,
                "{nodes:?}: {} of {others} help {}",
                beside.len() - 1,
                disk.id
            );
        }
    }
}

#[test]
fn every_disk_serves_data_and_parity() {
    let map = cluster(&[2; 8]);
    for disk in &map.disks {
        let roles: BTreeSet<bool> = target_groups(&map)
            .filter_map(|group| group.disks.iter().position(|other| *other == disk.id))
            .map(|index| index < 4)
            .collect();
        assert_eq!(roles.len(), 2, "{}", disk.id);
    }
}

#[test]
fn the_number_of_groups_is_bounded() {
    for nodes in [vec![1; 1], vec![1; 2], vec![1; 6], vec![1; 11], vec![1; 12], vec![8; 25]] {
        let map = cluster(&nodes);
        let disks = map.disks.len() as u64;
        let fragments = u64::from(map.target.geometry.fragments());
        let bound = (GROUPS_PER_DISK_MAX * disks * 3 / 2 / fragments).max(GROUPS_PER_GEOMETRY_MIN * 3 / 2) + 1;
        assert!(target_groups(&map).count() as u64 <= bound);
        assert!(map.groups.len() as u64 <= 5 * bound, "{nodes:?}: {}", map.groups.len());
    }
    assert_eq!(cluster(&[1]).groups.len(), 1);
}

#[test]
fn a_new_disk_gets_its_share_of_new_groups() {
    let mut map = cluster(&[1; 8]);
    let node = add_node(&mut map, "");
    let disk = add_disk(&mut map, node, TIB);
    let map = grown(map);
    let loads = loads(&map);
    let mean = loads.values().sum::<usize>() / loads.len();
    assert!(loads[&disk] * 4 >= mean * 3, "{} of {mean}", loads[&disk]);
}

#[test]
fn a_cluster_that_outgrows_its_geometry_gets_groups_of_the_next() {
    let mut map = cluster(&[1; 3]);
    assert_eq!(map.target.geometry, geometry(1, 2));
    for _ in 0..3 {
        let node = add_node(&mut map, "");
        add_disk(&mut map, node, TIB);
    }
    let map = grown(map);
    assert_eq!(map.target.geometry, geometry(4, 2));
    assert!(target_groups(&map).count() > 0);
}

#[test]
fn domains_are_zones_where_there_are_enough_else_nodes_else_disks() {
    let domain = |nodes: &[usize], zones: &[&str]| grown(bare(nodes, zones)).target.domain;
    assert_eq!(domain(&[6], &[""]), FailureDomain::Disk);
    assert_eq!(domain(&[6, 6], &[""]), FailureDomain::Node);
    assert_eq!(domain(&[1; 6], &["a", "b", "c"]), FailureDomain::Node);
    assert_eq!(domain(&[1; 6], &["a", "b", "c", "d", "e", "f"]), FailureDomain::Zone);
    assert_eq!(domain(&[1; 3], &["a", "b", "c"]), FailureDomain::Zone);
}

#[test]
fn disks_that_take_no_writes_are_in_no_new_group() {
    let mut map = bare(&[1; 7], &[""]);
    map.disks[6].state = DiskState::Fenced;
    let map = grown(map);
    assert_eq!(map.target.geometry, geometry(4, 2));
    assert!(map.groups.iter().all(|group| !group.disks.contains(&DiskId(7))));
    assert_eq!(growth(&ClusterMap::default()), None);
}
