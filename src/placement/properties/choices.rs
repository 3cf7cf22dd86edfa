//! What is chosen while domains are down.

use std::collections::{BTreeMap, BTreeSet};

use cairn_types::{DiskId, GroupId};
use proptest::prelude::{any, prop_assert, proptest};

use super::{bare, cases, choice, cluster, geometry, grown, masks, table};
use crate::cluster_map::{DiskState, GroupState, NodeState};

#[test]
fn all_up_gives_the_target() {
    for (nodes, data, parity) in
        [(1, 1, 0), (2, 1, 1), (3, 1, 2), (4, 2, 2), (5, 2, 2), (6, 4, 2), (11, 4, 2), (12, 8, 4)]
    {
        let table = table(cluster(&vec![1; nodes]));
        for random in 0..20 {
            assert_eq!(choice(&table, 0, random), Some((geometry(data, parity), 0)), "{nodes} nodes");
        }
    }
}

#[test]
fn of_six_nodes_any_one_two_or_three_down_give_the_widest_that_fits() {
    for disks in [1, 3] {
        let table = table(cluster(&[disks; 6]));
        for (down, data) in [(1, 3), (2, 2), (3, 1)] {
            for mask in masks(6, down) {
                assert_eq!(choice(&table, mask, mask), Some((geometry(data, 2), 0)), "down: {mask:06b}");
            }
        }
        masks(6, 4).for_each(|mask| assert_eq!(choice(&table, mask, 0), None));
    }
}

#[test]
fn the_directories_of_one_node_are_its_domains() {
    let table = table(cluster(&[6]));
    assert!(table.map().groups.iter().all(|group| group.is_flagged()));
    for mask in masks(6, 2) {
        let up = |disk: DiskId| mask & 1 << (disk.0 - 1) == 0;
        let choice = table.choose(&up, mask, &[]).expect("four of six are up");
        assert_eq!((choice.group.geometry, choice.missing.len()), (geometry(2, 2), 0));
    }
}

#[test]
fn of_three_nodes_one_down_writes_two_of_three_copies() {
    let table = table(cluster(&[1, 1, 1]));
    for mask in masks(3, 1) {
        let up = |disk: DiskId| mask & 1 << (disk.0 - 1) == 0;
        let choice = table.choose(&up, 5, &[]).expect("two of three are the floor");
        assert_eq!(choice.group.geometry, geometry(1, 2));
        let missing: Vec<DiskId> =
            choice.missing.iter().map(|index| choice.group.disks[usize::from(index.get())]).collect();
        assert_eq!(missing, [DiskId(u64::from(mask.trailing_zeros()) + 1)]);
    }
    masks(3, 2).for_each(|mask| assert_eq!(choice(&table, mask, 0), None));
}

#[test]
fn one_failed_node_never_stops_writes_from_three_on() {
    for nodes in 3..=20 {
        let table = table(cluster(&vec![1; nodes]));
        masks(nodes as u32, 1).for_each(|mask| assert!(choice(&table, mask, 1).is_some(), "{nodes}: {mask:b}"));
    }
}

#[test]
fn of_six_to_sixteen_nodes_any_two_or_three_down_leave_a_group_that_is_all_up() {
    for nodes in 6..=16 {
        let table = table(cluster(&vec![1; nodes]));
        for mask in masks(nodes as u32, 2).chain(masks(nodes as u32, 3)) {
            let (_, missing) = choice(&table, mask, mask).unwrap_or_else(|| panic!("{nodes} nodes, down: {mask:b}"));
            assert_eq!(missing, 0, "{nodes} nodes, down: {mask:b}");
        }
    }
}

#[test]
fn a_failed_zone_of_three_never_stops_writes() {
    let zones = ["a", "b", "c"];
    for nodes in (3..=24).step_by(3) {
        let table = table(grown(bare(&vec![2; nodes], &zones)));
        for zone in zones {
            let up = |disk| table.map().node_of(disk).is_some_and(|node| node.zone != zone);
            assert!(table.choose(&up, 3, &[]).is_some(), "{nodes} nodes, zone {zone} down");
        }
    }
}

#[test]
fn excluded_groups_are_not_chosen_again() {
    let table = table(cluster(&[2; 6]));
    let mut tried: Vec<GroupId> = Vec::new();
    while let Some(choice) = table.choose(&|_| true, 9, &tried) {
        assert!(!tried.contains(&choice.group.id));
        tried.push(choice.group.id);
    }
    assert_eq!(tried.len(), table.map().groups.len());
}

#[test]
fn sealed_groups_and_disks_that_take_no_writes_are_passed_over() {
    let mut map = cluster(&[1; 7]);
    map.groups.iter_mut().filter(|group| group.id.0 % 2 == 0).for_each(|group| group.state = GroupState::Sealed);
    map.disks[0].state = DiskState::Fenced;
    map.nodes[1].state = NodeState::Draining;
    let table = table(map);
    for random in 0..200 {
        let choice = table.choose(&|_| true, random, &[]).expect("five of seven take writes");
        assert_eq!((choice.group.state, choice.missing.len()), (GroupState::Active, 0));
        assert!(!choice.group.disks.iter().any(|disk| disk.0 <= 2));
    }
}

#[test]
fn choices_spread_over_all_disks() {
    let table = table(cluster(&[2; 9]));
    let mut written: BTreeMap<DiskId, u32> = BTreeMap::new();
    for random in 0..6000 {
        let choice = table.choose(&|_| true, random, &[]).expect("all are up");
        choice.group.disks.iter().for_each(|disk| *written.entry(*disk).or_default() += 1);
    }
    assert_eq!(written.len(), 18);
    assert!(written.values().all(|count| (1600..2400).contains(count)), "{written:?}");
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_choice_has_distinct_nodes_and_at_least_the_floor_up(nodes in 1..14usize, disks in 1..4usize, down in any::<u64>(), random in any::<u64>()) {
        let table = table(cluster(&vec![disks; nodes]));
        let up = |disk: DiskId| down.rotate_right(disk.0 as u32) & 3 != 0;
        if let Some(choice) = table.choose(&up, random, &[]) {
            let group = choice.group;
            let written = usize::from(group.geometry.fragments()) - choice.missing.len();
            prop_assert!(written >= usize::from(group.geometry.write_floor()));
            let missing: BTreeSet<u8> = choice.missing.iter().map(|index| index.get()).collect();
            for (index, disk) in group.geometry.indexes().zip(&group.disks) {
                prop_assert!(up(*disk) != missing.contains(&index.get()));
            }
        } else {
            let hit = |disks: &[DiskId], floor: u8| disks.iter().filter(|disk| up(**disk)).count() < usize::from(floor);
            prop_assert!(table.map().groups.iter().all(|group| hit(&group.disks, group.geometry.fragments())));
        }
    }
}
