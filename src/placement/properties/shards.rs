//! Ranges of shards.

use cairn_types::{BucketId, NodeId, ShardId};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::cases;
use crate::shard_map::ShardMap;

/// A map whose ranges end at the given positions.
fn map(mut bounds: Vec<Vec<u8>>) -> ShardMap {
    bounds.retain(|bound| !bound.is_empty());
    bounds.sort();
    bounds.dedup();
    let mut map = ShardMap::initial(1, &[NodeId(1)]);
    for bound in bounds {
        let mut right = map.shards.last().expect("at least one").clone();
        right.id = right.id.next();
        right.range.start = bound.clone().into();
        map.shards.last_mut().expect("at least one").range.end = Some(bound.into());
        map.shards.push(right);
    }
    map
}

fn position(bucket: BucketId, key: &[u8]) -> Vec<u8> {
    [&bucket.to_be_bytes(), key].concat()
}

#[test]
fn the_initial_map_is_a_partition_into_equal_ranges() {
    for count in [1, 2, 3, 8, 100] {
        let map = ShardMap::initial(count, &[NodeId(1), NodeId(2)]);
        assert!(map.is_partition());
        assert_eq!(map.shards.len(), count as usize);
    }
    let map = ShardMap::initial(8, &[NodeId(1)]);
    for (bucket, shard) in [(0, 1), (1 << 61, 2), ((1 << 61) - 1, 1), (u64::MAX, 8)] {
        assert_eq!(map.shard_for(BucketId(bucket), b"key").map(|shard| shard.id), Some(ShardId(shard)));
    }
    assert_eq!(map.members(ShardId::ROOT), Some(&[NodeId(1)][..]));
    assert_eq!(map.members(ShardId(8)), Some(&[NodeId(1)][..]));
    assert_eq!(map.members(ShardId(9)), None);
}

#[test]
fn gaps_overlaps_and_repeated_ids_are_no_partition() {
    let whole = || ShardMap::initial(3, &[]);
    let spoil = |change: &dyn Fn(&mut ShardMap)| {
        let mut map = whole();
        change(&mut map);
        assert!(!map.is_partition());
    };
    spoil(&|map| drop(map.shards.remove(1)));
    spoil(&|map| drop(map.shards.pop()));
    spoil(&|map| map.shards.swap(0, 1));
    spoil(&|map| map.shards[1].id = ShardId(3));
    spoil(&|map| map.shards[0].id = ShardId::ROOT);
    spoil(&|map| map.shards.clear());
    spoil(&|map| map.shards[2].range.start = map.shards[1].range.start.clone());
    let mut gap = whole();
    gap.shards.remove(1);
    assert_eq!(gap.shard_for(BucketId(1 << 63), b""), None);
}

#[test]
fn a_bucket_split_by_key_is_walked_shard_by_shard() {
    let bucket = BucketId(7);
    let map = map(vec![position(bucket, b"g"), position(bucket, b"p"), position(BucketId(8), b"")]);
    let walk = |from: &[u8]| map.shards_from(bucket, from).map(|shard| shard.id.0).collect::<Vec<_>>();
    assert_eq!(walk(b""), [1, 2, 3]);
    assert_eq!(walk(b"g"), [2, 3]);
    assert_eq!(walk(b"zzz"), [3]);
    let ends: Vec<_> = map.shards_of(bucket).map(|shard| shard.range.key_end(bucket)).collect();
    assert_eq!(ends, [Some("g".into()), Some("p".into()), None]);
    let last: Vec<_> = map.shards_of(BucketId(u64::MAX)).map(|shard| shard.id.0).collect();
    assert_eq!(last, [4]);
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn every_key_has_exactly_one_shard_and_a_walk_meets_it(
        near in any::<u8>(), bounds in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..12), 0..12),
        close in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..3), 0..6), key in proptest::collection::vec(any::<u8>(), 0..4),
    ) {
        let bucket = BucketId(u64::from(near));
        let map = map(bounds.into_iter().chain(close.into_iter().map(|key| position(bucket, &key))).collect());
        prop_assert!(map.is_partition());
        let holders: Vec<_> = map.shards.iter().filter(|shard| shard.range.contains(bucket, &key)).collect();
        prop_assert_eq!(holders.len(), 1);
        prop_assert_eq!(map.shard_for(bucket, &key), Some(holders[0]));
        prop_assert_eq!(map.shards_from(bucket, &key).next(), Some(holders[0]));
        let touching: Vec<_> = map.shards.iter().filter(|shard| shard.range.touches(bucket)).collect();
        prop_assert_eq!(map.shards_of(bucket).collect::<Vec<_>>(), touching.clone());
        prop_assert!(touching.contains(&holders[0]));
        for pair in touching.windows(2) {
            let end = pair[0].range.key_end(bucket).expect("the bucket goes on in the next shard");
            prop_assert_eq!(map.shard_for(bucket, &end), Some(pair[1]));
        }
        prop_assert_eq!(touching.last().and_then(|shard| shard.range.key_end(bucket)), None);
    }
}
