//! Stored bytes.

use cairn_types::record::Record;
use cairn_types::{NodeId, ShardId};
use proptest::prelude::{prop_assert_eq, proptest};

use super::{bare, cases, cluster, grown};
use crate::cluster_map::{ClusterMap, DiskState, GroupState, NodeState};
use crate::shard_map::ShardMap;

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn maps_round_trip(nodes in proptest::collection::vec(1..3usize, 1..9), shards in 1..20u32) {
        let mut map = grown(bare(&nodes, &["a", "", "c"]));
        map.nodes[0].state = NodeState::Draining;
        map.disks[0].state = DiskState::Fenced;
        map.groups[0].state = GroupState::Sealed;
        prop_assert_eq!(ClusterMap::decode(map.encode()), Ok(map));
        let shards = ShardMap::initial(shards, &[NodeId(1), NodeId(300)]);
        prop_assert_eq!(ShardMap::decode(shards.encode()), Ok(shards));
    }
}

#[test]
fn golden_bytes_stay() {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut map = cluster(&[1, 1, 1]);
    map.nodes[0].zone = "eu-1".into();
    map.nodes[1].storage_address = "10.0.0.2:9100".into();
    map.nodes[2].state = NodeState::Draining;
    map.disks[1].state = DiskState::Fenced;
    map.groups.truncate(1);
    map.groups[0].state = GroupState::Sealed;
    assert_eq!(
        hex(&map.encode()),
        concat!(
            "080112080801120465752d31121108022a0d31302e302e302e323a393130301204080318021a0b0801100118808080808020",
            "1a0d080210021880808080802020031a0b0803100318808080808020221108011001188202200120032002280230022a0508",
            "82021002",
        )
    );
    let mut shards = ShardMap::initial(2, &[NodeId(1), NodeId(2)]);
    shards.shards[1].id = ShardId(9);
    assert_eq!(
        hex(&shards.encode()),
        "0801100110021a120801120a12088000000000000000180118021a120809120a0a08800000000000000018011802"
    );
}
