//! What the members answered, as the lines of the page.

use std::collections::{BTreeMap, BTreeSet};

use cairn_catalog::query::Members;
use cairn_catalog::rows;
use cairn_metadata::NodeStatus;
use cairn_placement::ClusterMap;
use cairn_storage::DiskStatus;
use cairn_types::{DiskId, NodeId, ShardId};

use crate::admin::{DiskLine, GroupCounts, MemberLine, NodeLine, ShardLine};

/// Who was heard of, and how.
#[derive(Default)]
pub(super) struct Heard {
    /// Metadata nodes that answered.
    pub(super) metadata: BTreeMap<NodeId, NodeStatus>,
    /// Storage nodes that answered, with their disks.
    pub(super) storage: BTreeMap<NodeId, Vec<DiskStatus>>,
    /// Nodes with a registered session: gateways, which nobody can ask. One that is gone is fenced when its lease ends.
    pub(super) in_session: BTreeSet<NodeId>,
}

impl Heard {
    /// One node may play several roles: it is up if it was heard of in any of them.
    fn of(&self, node: NodeId) -> bool {
        self.metadata.contains_key(&node) || self.storage.contains_key(&node) || self.in_session.contains(&node)
    }
}

/// Every node that was not removed.
pub(super) fn nodes(members: &Members, heard: &Heard) -> Vec<NodeLine> {
    let present = members.nodes.iter().filter(|member| member.row.state != rows::NodeState::Removed);
    present
        .map(|member| NodeLine {
            node: member.node.0,
            name: member.row.profile.name.clone(),
            role: member.row.profile.roles.join(" "),
            address: member.row.profile.address.clone(),
            up: heard.of(member.node),
        })
        .collect()
}

/// Every disk that was not removed.
pub(super) fn disks(members: &Members, heard: &Heard) -> Vec<DiskLine> {
    let known: BTreeMap<DiskId, &DiskStatus> = heard.storage.values().flatten().map(|disk| (disk.disk, disk)).collect();
    let present = members.disks.iter().filter(|member| member.row.state != rows::DiskState::Removed);
    present
        .map(|member| {
            let status = known.get(&member.disk);
            let state = match (member.row.state, status) {
                (_, None) => "down",
                (rows::DiskState::Fenced, _) => "fenced",
                (_, Some(status)) if !status.writable => "fenced",
                (rows::DiskState::Draining, _) => "draining",
                (rows::DiskState::Removed, _) => "gone",
                (rows::DiskState::Active, _) => "active",
            };
            DiskLine {
                disk: member.disk.0,
                node: member.row.node.0,
                state: state.to_owned(),
                capacity_bytes: status.map_or(member.row.capacity, |status| status.capacity_bytes),
                used_bytes: status.map_or(0, |status| status.used_bytes),
                live_bytes: status.map_or(0, |status| status.live_bytes),
                fragments: status.map_or(0, |status| status.fragments),
            }
        })
        .collect()
}

/// Placement groups, and those with a disk that nobody answers for. A disk that was removed is in its groups until it is
/// replaced there.
pub(super) fn groups(map: &ClusterMap, disks: &[DiskLine]) -> GroupCounts {
    let there: BTreeSet<DiskId> = disks
        .iter()
        .filter(|line| line.state != "down" && line.state != "gone")
        .map(|line| DiskId(line.disk))
        .collect();
    let impaired = map.groups.iter().filter(|group| !group.disks.iter().all(|disk| there.contains(disk))).count();
    GroupCounts { all: map.groups.len() as u64, impaired: impaired as u64 }
}

/// Each shard as its leader sees it; one without a leader as some member does.
pub(super) fn shards(heard: &Heard) -> Vec<ShardLine> {
    let mut lines: BTreeMap<ShardId, ShardLine> = BTreeMap::new();
    for (node, status) in &heard.metadata {
        for shard in &status.shards {
            let leads = shard.leader == Some(*node);
            if !leads && lines.contains_key(&shard.shard) {
                continue;
            }
            let members = shard
                .members
                .iter()
                .map(|member| MemberLine { node: member.node.0, lag_entries: leads.then_some(member.lag) });
            let leader = shard.leader.map(|leader| leader.0);
            let line = ShardLine { shard: shard.shard.0, leader, members: members.collect() };
            lines.insert(shard.shard, line);
        }
    }
    lines.into_values().collect()
}

#[cfg(test)]
mod tests {
    use cairn_catalog::query::MemberNode;
    use cairn_catalog::rows::{NodeProfile, NodeRow};

    use cairn_placement::PlacementGroup;

    use super::{
        BTreeSet, ClusterMap, DiskId, DiskLine, GroupCounts, Heard, Members, NodeId, NodeStatus, groups, nodes, rows,
    };

    fn member(node: u64, roles: &[&str]) -> MemberNode {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let profile = NodeProfile { roles, ..NodeProfile::default() };
        MemberNode { node: NodeId(node), row: NodeRow { profile, ..NodeRow::default() }, ..MemberNode::default() }
    }

    fn up(members: Vec<MemberNode>, heard: &Heard) -> Vec<(u64, bool)> {
        let members = Members { nodes: members, ..Members::default() };
        nodes(&members, heard).into_iter().map(|line| (line.node, line.up)).collect()
    }

    #[test]
    fn a_gateway_is_up_while_its_session_is_registered() {
        let members = vec![member(7, &["gateway"]), member(8, &["gateway"])];
        let heard = Heard { in_session: BTreeSet::from([NodeId(8)]), ..Heard::default() };
        assert_eq!(up(members, &heard), [(7, false), (8, true)]);
    }

    #[test]
    fn a_node_of_several_roles_is_up_if_heard_of_in_any() {
        let members = || vec![member(4, &["storage", "gateway"])];
        let mut heard = Heard::default();
        assert_eq!(up(members(), &heard), [(4, false)]);
        heard.storage.insert(NodeId(4), Vec::new());
        assert_eq!(up(members(), &heard), [(4, true)], "its gateway is fenced, its disks answer");
        heard = Heard { in_session: BTreeSet::from([NodeId(4)]), ..Heard::default() };
        assert_eq!(up(members(), &heard), [(4, true)], "its disks do not answer, its gateway lives");
    }

    #[test]
    fn a_metadata_node_is_up_if_it_answers() {
        let heard = Heard { metadata: [(NodeId(1), NodeStatus::default())].into(), ..Heard::default() };
        assert_eq!(up(vec![member(1, &["metadata"]), member(2, &["metadata"])], &heard), [(1, true), (2, false)]);
    }

    #[test]
    fn a_group_with_a_disk_that_is_down_or_was_removed_is_impaired() {
        let line = |disk: u64, state: &str| DiskLine {
            disk,
            node: 1,
            state: state.to_owned(),
            capacity_bytes: 0,
            used_bytes: 0,
            live_bytes: 0,
            fragments: 0,
        };
        let group = |disks: [u64; 2]| PlacementGroup { disks: disks.map(DiskId).into(), ..PlacementGroup::default() };
        let map = ClusterMap { groups: vec![group([1, 2]), group([2, 3]), group([1, 4])], ..ClusterMap::default() };
        let disks = [line(1, "active"), line(2, "fenced"), line(3, "down")];
        assert_eq!(groups(&map, &disks), GroupCounts { all: 3, impaired: 2 });
    }

    #[test]
    fn a_removed_node_is_not_listed() {
        let mut removed = member(3, &["gateway"]);
        removed.row.state = rows::NodeState::Removed;
        let heard = Heard { in_session: BTreeSet::from([NodeId(3)]), ..Heard::default() };
        assert_eq!(up(vec![removed], &heard), []);
    }
}
