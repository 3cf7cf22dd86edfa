//! The map of placement groups follows the registered nodes and disks.

use anyhow::{Context as _, Result, bail};
use cairn_catalog::command::{CommandBody, MapChange, SetMaps};
use cairn_catalog::query::{Answer, MemberDisk, MemberNode, Members, Query};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::{self, MapKind, Nothing};
use cairn_metadata::{MetadataClient, MetadataError, Route};
use cairn_placement::{ClusterMap, Disk, DiskState, Node, NodeState, growth};
use cairn_runtime::Instant;
use cairn_types::Epoch;
use cairn_types::record::Record;

/// Takes every registered node and disk onto the map, and adds the groups that they make possible. Repeated, it changes
/// nothing. Two at once are no harm: each change names the epoch it was made from.
pub(crate) async fn grow(client: &MetadataClient, deadline: Instant) -> Result<ClusterMap> {
    loop {
        let (epoch, mut map) = present(client, deadline).await?;
        let before = map.clone();
        take_members(&mut map, members(client, deadline).await?);
        if let Some(growth) = growth(&map) {
            map.grow(growth);
        }
        if map == before {
            return Ok(map);
        }
        map.epoch = epoch.next();
        let document = map.encode();
        let change = MapChange { kind: MapKind::Groups, expected: epoch, document, ..MapChange::default() };
        let set = SetMaps { maps: vec![change], ..SetMaps::default() };
        match client.submit(Route::ROOT, CommandBody::SetMaps(set), deadline).await {
            Ok(_) => return Ok(map),
            // Somebody else changed it meanwhile, perhaps we ourselves in an attempt whose answer was lost.
            Err(MetadataError::Refused(Refusal::EpochChanged(_))) => {}
            Err(error) => return Err(error).context("set the map of placement groups"),
        }
    }
}

/// As [`grow`], once `disks` disks are registered; `None` until then.
pub(crate) async fn grow_when(client: &MetadataClient, disks: usize, deadline: Instant) -> Result<Option<ClusterMap>> {
    let registered = members(client, deadline).await?.disks.len();
    if registered < disks { Ok(None) } else { grow(client, deadline).await.map(Some) }
}

async fn present(client: &MetadataClient, deadline: Instant) -> Result<(Epoch, ClusterMap)> {
    let found = client.cluster_map(deadline).await.context("read the map of placement groups")?;
    Ok(found.unwrap_or_default())
}

async fn members(client: &MetadataClient, deadline: Instant) -> Result<Members> {
    let answer = client.query(Route::ROOT, Query::Members(Nothing::default()), deadline).await;
    match answer.context("read the registered nodes and disks")? {
        Answer::Members(members) => Ok(members),
        _ => bail!("the root shard gave an answer of another kind"),
    }
}

fn take_members(map: &mut ClusterMap, members: Members) {
    members.nodes.into_iter().for_each(|member| map.put_node(node(member)));
    members.disks.into_iter().for_each(|member| map.put_disk(disk(member)));
}

fn node(member: MemberNode) -> Node {
    let profile = member.row.profile;
    let plays = |role: &str| profile.roles.iter().any(|played| played == role);
    let address_of = |role: &str| if plays(role) { profile.address.clone() } else { String::new() };
    Node {
        id: member.node,
        state: match member.row.state {
            rows::NodeState::Active => NodeState::Active,
            rows::NodeState::Draining => NodeState::Draining,
            rows::NodeState::Removed => NodeState::Gone,
        },
        storage_address: address_of("storage"),
        metadata_address: address_of("metadata"),
        name: profile.name.clone(),
        zone: profile.zone.clone(),
        ..Node::default()
    }
}

fn disk(member: MemberDisk) -> Disk {
    let state = match member.row.state {
        rows::DiskState::Active => DiskState::Active,
        rows::DiskState::Fenced => DiskState::Fenced,
        rows::DiskState::Draining => DiskState::Draining,
        rows::DiskState::Removed => DiskState::Gone,
    };
    Disk { id: member.disk, node: member.row.node, capacity_bytes: member.row.capacity, state, ..Disk::default() }
}
