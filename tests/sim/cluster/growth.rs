//! Registered nodes and disks come onto the map of placement groups.

use cairn_catalog::command::{CommandBody, MapChange, SetMaps};
use cairn_catalog::query::{Answer, MemberDisk, MemberNode, Query};
use cairn_catalog::rows::{MapKind, Nothing};
use cairn_metadata::{MetadataClient, Route};
use cairn_placement::{ClusterMap, Disk, Node, growth};
use cairn_runtime::Instant;
use cairn_types::Epoch;
use cairn_types::record::Record;

/// Takes all that is registered into use.
pub(super) async fn grow(client: &MetadataClient, deadline: Instant) {
    let mut map = ClusterMap::default();
    let members = client.query(Route::ROOT, Query::Members(Nothing::default()), deadline).await;
    let Answer::Members(members) = members.expect("the root shard answers") else { panic!("not the members") };
    members.nodes.into_iter().for_each(|member| map.put_node(node(member)));
    members.disks.into_iter().for_each(|member| map.put_disk(disk(member)));
    let groups = growth(&map).expect("six disks make groups");
    map.grow(groups);
    map.epoch = Epoch(1);
    let change =
        MapChange { kind: MapKind::Groups, expected: Epoch(0), document: map.encode(), ..MapChange::default() };
    let body = CommandBody::SetMaps(SetMaps { maps: vec![change], ..SetMaps::default() });
    client.submit(Route::ROOT, body, deadline).await.expect("there was no map");
}

fn node(member: MemberNode) -> Node {
    let profile = member.row.profile;
    let stores = profile.roles.iter().any(|role| role == "storage");
    let storage_address = if stores { profile.address } else { String::new() };
    Node { id: member.node, storage_address, name: profile.name, zone: profile.zone, ..Node::default() }
}

fn disk(member: MemberDisk) -> Disk {
    Disk { id: member.disk, node: member.row.node, capacity_bytes: member.row.capacity, ..Disk::default() }
}
