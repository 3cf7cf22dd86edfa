//! Keys keep the order of what they name; rows, commands and queries survive their encoding and refuse other bytes.

mod support;

use bytes::Bytes;
use cairn_catalog::command::Command;
use cairn_catalog::keys::{
    KeyPosition, KeyRange, ObjectRowKey, ShardContext, Table, head_key, part_key, run_key, shard_ranges, successor,
    upload_key, version_key,
};
use cairn_catalog::query::{Answer, Query};
use cairn_catalog::reply::Reply;
use cairn_catalog::rows::{
    BlobPlace, FragmentSet, GarbageRow, HeadRow, NumberSet, PartIndex, Row, RowError, RunRow, ShareRow, VersionRow,
};
use cairn_types::record::{FieldError, Record, Writer};
use cairn_types::{
    BlobId, BlobSequence, BucketId, KEY_BYTES_MAX, ObjectKey, RegionNumber, RunId, SessionId, ShardId, UploadId,
    VersionOrder,
};
use proptest::prelude::*;
use support::cases;

/// Any text that is a key; small letters and edges often, so that prefixes of each other come up.
fn any_key() -> impl Strategy<Value = ObjectKey> {
    let text = prop_oneof!["[\u{1}-\u{3}a]{1,4}", "[^\u{0}]{1,12}", "[/a\u{ff}\u{10ffff}]{1,5}"];
    text.prop_filter_map("a key", |text| ObjectKey::parse(text).ok())
}

fn any_order() -> impl Strategy<Value = VersionOrder> {
    (any::<u64>(), any::<u16>(), any::<u64>()).prop_map(|(time, region, index)| VersionOrder {
        time,
        region: RegionNumber(region),
        index,
    })
}

fn any_run() -> impl Strategy<Value = RunId> {
    (any::<u64>(), any::<u64>()).prop_map(|(a, b)| RunId(BlobId::new(SessionId(a), BlobSequence(b))))
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn rows_of_keys_order_as_bucket_key_and_version_newest_first(
        a in (0..3u64, any_key(), any_order()), b in (0..3u64, any_key(), any_order()),
    ) {
        let raw = |(bucket, key, order): &(u64, ObjectKey, VersionOrder)| version_key(BucketId(*bucket), key, *order);
        let named = |(bucket, key, order): &(u64, ObjectKey, VersionOrder)| (*bucket, key.clone(), std::cmp::Reverse(*order));
        prop_assert_eq!(raw(&a).cmp(&raw(&b)), named(&a).cmp(&named(&b)));
    }

    #[test]
    fn keys_of_rows_come_apart_into_what_they_name(
        bucket in any::<u64>(), key in any_key(), order in any_order(), run in any_run(), upload in any::<[u8; 16]>(), number in any::<u16>(),
    ) {
        let bucket = BucketId(bucket);
        let upload = UploadId(upload);
        let version = version_key(bucket, &key, order);
        let parsed = ObjectRowKey::parse(&version).expect("a version");
        prop_assert_eq!((parsed.table, parsed.bucket, parsed.key), (Table::Version, bucket, key.as_bytes()));
        prop_assert_eq!(parsed.order(), Some(order));
        let part = part_key(bucket, &key, upload, number);
        let parsed = ObjectRowKey::parse(&part).expect("a part");
        prop_assert_eq!((parsed.upload(), parsed.part_number()), (Some(upload), Some(number)));
        let head = head_key(bucket, &key);
        prop_assert_eq!(ObjectRowKey::parse(&head).expect("a head").suffix, &b""[..]);
        let run_raw = run_key(bucket, &key, run);
        let run_suffix = ObjectRowKey::parse(&run_raw).expect("a run").suffix.to_vec();
        prop_assert_eq!(&run_suffix[..], &run.0.to_be_bytes()[..]);
    }

    #[test]
    fn the_rows_of_a_key_lie_in_the_shard_whose_range_holds_it(
        bucket in 0..4u64, key in any_key(), cut_bucket in 0..4u64, cut in any_key(), order in any_order(),
    ) {
        let cut = KeyPosition::new(BucketId(cut_bucket), Bytes::copy_from_slice(cut.as_bytes()));
        let low = KeyRange { start: KeyPosition::default(), end: Some(cut.clone()) };
        let high = KeyRange { start: cut, end: None };
        let bucket = BucketId(bucket);
        prop_assert!(low.contains(bucket, key.as_bytes()) != high.contains(bucket, key.as_bytes()));
        for raw in [version_key(bucket, &key, order), head_key(bucket, &key), upload_key(bucket, &key, UploadId([0xff; 16]))] {
            for (id, range) in [(1, &low), (2, &high)] {
                let context = ShardContext { shard: ShardId(id), range: range.clone(), region: RegionNumber(1) };
                let inside = shard_ranges(&context).iter().any(|range| range.contains(&raw));
                prop_assert_eq!(inside, range.contains(bucket, key.as_bytes()));
            }
        }
    }

    #[test]
    fn the_successor_is_the_lowest_string_above_a_prefix(prefix in prop::collection::vec(prop_oneof![Just(0xffu8), any::<u8>()], 0..5), tail in any::<Vec<u8>>()) {
        let inside = [&prefix[..], &tail[..]].concat();
        match successor(&prefix) {
            None => prop_assert!(prefix.iter().all(|byte| *byte == 0xff)),
            Some(after) => {
                prop_assert!(inside < after);
                let mut below = after.clone();
                *below.last_mut().expect("not empty") -= 1;
                prop_assert!(prefix.starts_with(&below));
            }
        }
    }

    #[test]
    fn number_sets_survive_their_encoding(numbers in prop::collection::btree_set(any::<u64>(), 0..40)) {
        let set: NumberSet = numbers.iter().copied().collect();
        let row = cairn_catalog::rows::UploadGarbage { named: set, key: support::key("k"), ..Default::default() };
        let back = cairn_catalog::rows::UploadGarbage::from_value(row.to_value());
        prop_assert_eq!(back, Ok(row));
    }

    #[test]
    fn part_indexes_survive_their_encoding_and_find_every_byte(
        parts in prop::collection::btree_map(1..=20_000u16, 0..4u64, 1..50), at in any::<u64>(),
    ) {
        let mut index = PartIndex::default();
        parts.iter().for_each(|(number, length)| index.push(*number, *length));
        let row = cairn_catalog::rows::UploadPlace { parts: index.clone(), ..Default::default() };
        prop_assert_eq!(cairn_catalog::rows::UploadPlace::from_value(row.to_value()), Ok(row));
        let total: u64 = parts.values().sum();
        prop_assert_eq!((index.count() as usize, index.bytes()), (parts.len(), total));
        let listed: Vec<_> = index.iter().map(|part| (part.number, part.length)).collect();
        prop_assert_eq!(listed, parts.clone().into_iter().collect::<Vec<_>>());
        for (ordinal, part) in (0u32..).zip(index.iter()) {
            prop_assert_eq!(index.at(ordinal), Some(part));
        }
        prop_assert_eq!(index.at(index.count()), None);
        if total > 0 {
            let at = at % total;
            let part = index.from_offset(at).next().expect("a part");
            prop_assert!(part.offset <= at && at < part.offset + part.length);
        }
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in any::<Vec<u8>>()) {
        let bytes = Bytes::from(bytes);
        let _ = Command::decode(bytes.clone());
        let _ = Query::decode(bytes.clone());
        let _ = Answer::decode(bytes.clone());
        let _ = Reply::decode(bytes.clone());
        let _ = VersionRow::from_value(bytes.clone());
        let _ = HeadRow::from_value(bytes.clone());
        let _ = RunRow::from_value(bytes.clone());
        let _ = ShareRow::from_value(bytes.clone());
        let _ = GarbageRow::from_value(bytes.clone());
        let _ = ObjectRowKey::parse(&bytes).map(|row| (row.order(), row.upload(), row.part_number()));
        let _ = cairn_catalog::keys::label_of_degraded(&bytes);
    }

    #[test]
    fn a_command_with_flipped_bytes_decodes_or_is_refused(at in any::<prop::sample::Index>(), flip in 1..=255u8) {
        let body = support::publish(support::put("k", Default::default(), "e", cairn_catalog::command::Body::Run(support::run(7, 1, 3, 10))));
        let mut bytes = Command { session: SessionId(7), body, ..Command::default() }.encode().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let _ = Command::decode(bytes);
    }
}

#[test]
fn a_row_of_another_format_is_refused() {
    assert_eq!(HeadRow::from_value(Bytes::new()), Err(RowError::Empty));
    assert_eq!(HeadRow::from_value(Bytes::from_static(&[2])), Err(RowError::Format(2)));
    assert_eq!(HeadRow::from_value(Bytes::from_static(&[1, 0x18])), Err(RowError::Record(FieldError::Truncated)));
    assert_eq!(HeadRow::from_value(Bytes::from_static(&[1])), Ok(HeadRow::default()));
}

#[test]
fn a_field_of_a_newer_version_survives_a_rewrite() {
    let mut out = Writer::default();
    out.raw(&HeadRow { versions: 3, ..HeadRow::default() }.to_value());
    out.bytes_field(900, b"newer");
    let newer = out.into_bytes();
    let row = HeadRow::from_value(newer.clone()).expect("readable");
    assert_eq!(row.versions, 3);
    assert_eq!(row.to_value(), newer);
}

#[test]
fn packed_sets_and_indexes_refuse_what_they_never_write() {
    let number_set = |packed: &'static [u8]| {
        let mut out = Writer::default();
        out.raw(&[1]);
        out.bytes_field(4, packed);
        cairn_catalog::rows::UploadGarbage::from_value(out.into_bytes()).map(|row| row.named)
    };
    assert!(number_set(&[5, 1]).is_ok());
    // A repeated number, an unfinished varint, a sum over 64 bits.
    assert!(number_set(&[5, 0]).is_err());
    assert!(number_set(&[0x80]).is_err());
    assert!(number_set(&[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]).is_err());
    let part_index = |packed: &'static [u8]| {
        let mut out = Writer::default();
        out.raw(&[1]);
        out.bytes_field(2, packed);
        cairn_catalog::rows::UploadPlace::from_value(out.into_bytes()).map(|row| row.parts)
    };
    assert!(part_index(&[1, 2, 9]).is_ok());
    assert!(part_index(&[0xa0, 0x9c, 1, 1, 9]).is_ok());
    // Number 0, none of a length, numbers over 20,000 (the last append), more bytes than 64 bits count.
    assert!(part_index(&[0, 1, 9]).is_err());
    assert!(part_index(&[1, 0, 9]).is_err());
    assert!(part_index(&[0xa0, 0x9c, 1, 2, 9]).is_err());
    assert!(part_index(&[1, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]).is_err());
}

#[test]
fn fragment_sets_hold_every_index() {
    let place = BlobPlace { geometry: cairn_types::Geometry::new(20, 12).expect("a geometry"), ..BlobPlace::default() };
    let all: FragmentSet = place.geometry.indexes().collect();
    assert_eq!(all.count(), 32);
    assert_eq!(all.numbers().collect::<Vec<_>>(), (0..32).collect::<Vec<_>>());
    let row = BlobPlace { missing: all, ..place };
    assert_eq!(BlobPlace::from_value(row.to_value()), Ok(row));
}

#[test]
fn the_longest_key_still_has_its_place() {
    let key = ObjectKey::parse("\u{10ffff}".repeat(KEY_BYTES_MAX / 4)).expect("a key");
    let raw = head_key(BucketId(u64::MAX), &key);
    let all = ShardContext { shard: ShardId(1), range: KeyRange::all(), region: RegionNumber(1) };
    assert!(shard_ranges(&all).iter().any(|range| range.contains(&raw)));
}

#[test]
fn tables_have_distinct_bytes_below_those_of_the_keeper_of_rows() {
    let all: Vec<_> = Table::OF_OBJECTS.into_iter().chain(Table::OF_SHARDS).chain(Table::OF_ROOT).collect();
    let bytes: std::collections::BTreeSet<_> = all.iter().map(|table| table.byte()).collect();
    assert_eq!(bytes.len(), all.len());
    assert!(bytes.iter().all(|byte| *byte < 128));
    assert!(all.iter().all(|table| Table::from_byte(table.byte()) == Some(*table)));
    assert_eq!(Table::from_byte(200), None);
}
