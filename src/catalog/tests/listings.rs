//! What listings and lookups cost, and the edges of their pages.

mod support;

use bytes::Bytes;
use cairn_catalog::answer::answer;
use cairn_catalog::command::CommandBody;
use cairn_catalog::keys::{KeyPosition, KeyRange, head_key, version_key};
use cairn_catalog::query::{
    Answer, BodyWish, ListObjects, ListPosition, ListVersions, ObjectPage, PagedList, Query, VersionPage,
    VersionPosition, VersionTarget,
};
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::{
    BodyPlace, HeadRow, HeadSummary, InlinePlace, Nothing, Row, VersionKind, VersionRow, VersioningMode,
};
use cairn_catalog::state::{ReadError, Write};
use cairn_types::{RegionNumber, ShardId, VersionOrder};
use proptest::prelude::{prop, prop_assert_eq, proptest};
use support::{BUCKET, Counting, Shard, Uncached, delete, inline, key, list, lookup, publish, put};

fn objects(shard: &Shard, list: PagedList) -> ObjectPage {
    match shard.ask(Query::ListObjects(ListObjects { list, ..ListObjects::default() })) {
        Answer::Objects(page) => page,
        other => panic!("{other:?}"),
    }
}

fn versions(shard: &Shard, list: PagedList) -> VersionPage {
    match shard.ask(Query::ListVersions(ListVersions { list, ..ListVersions::default() })) {
        Answer::Versions(page) => page,
        other => panic!("{other:?}"),
    }
}

/// Puts heads without the trouble of commands.
fn with_heads(keys: impl IntoIterator<Item = String>) -> Shard {
    let mut shard = Shard::with_bucket();
    let row = HeadRow {
        latest: VersionOrder { time: 1, region: RegionNumber(1), index: 1 },
        versions: 1,
        summary: HeadSummary { kind: VersionKind::Object, ..HeadSummary::default() },
        ..HeadRow::default()
    };
    let writes: Vec<_> =
        keys.into_iter().map(|text| Write::Put(head_key(BUCKET, &key(&text)), row.to_value())).collect();
    shard.state.write(&writes);
    shard
}

/// Rows read and seeks made by a query.
fn cost(shard: &Shard, query: &Query) -> (usize, usize, usize) {
    let counting = Counting::new(&shard.state);
    answer(&counting, &shard.context, query).expect("readable");
    (counting.gets.get(), counting.seeks.get(), counting.rows.get())
}

#[test]
fn a_listing_with_a_delimiter_costs_what_it_returns() {
    let keys = (0..50).flat_map(|prefix| (0..200).map(move |key| format!("p{prefix:02}/{key:03}")));
    let shard = with_heads(keys);
    let asked = list("", "/", ListPosition::default(), 1_000);
    let page = objects(&shard, asked.clone());
    assert_eq!((page.prefixes.len(), page.entries.len(), page.ended), (50, 0, true));
    let (gets, seeks, rows) = cost(&shard, &Query::ListObjects(ListObjects { list: asked, ..ListObjects::default() }));
    assert_eq!((gets, seeks, rows), (1, 1, 50), "of 10,000 rows");
}

#[test]
fn a_listing_with_a_delimiter_reads_a_row_of_each_prefix_in_one_scan() {
    let shard = with_heads((0..100).flat_map(|prefix| (0..9).map(move |key| format!("p{prefix:02}/{key}"))));
    let asked = list("", "/", ListPosition::default(), 1_000);
    assert_eq!(objects(&shard, asked.clone()).prefixes.len(), 100);
    let (_, seeks, rows) = cost(&shard, &Query::ListObjects(ListObjects { list: asked, ..ListObjects::default() }));
    assert_eq!((seeks, rows), (1, 100));
}

#[test]
fn a_flat_listing_reads_one_row_per_key_and_one_more() {
    let shard = with_heads((0..5_000).map(|key| format!("{key:05}")));
    let asked = list("", "", ListPosition::AfterKey(Bytes::from_static(b"02000")), 1_000);
    let page = objects(&shard, asked.clone());
    assert_eq!((page.entries[0].key.as_str(), page.entries.len(), page.ended), ("02001", 1_000, false));
    let found = cost(&shard, &Query::ListObjects(ListObjects { list: asked, ..ListObjects::default() }));
    assert_eq!(found, (1, 1, 1_001));
}

#[test]
fn delete_markers_and_old_versions_are_out_of_the_way_of_a_listing() {
    let mut shard = Shard::with_bucket();
    let mode = VersioningMode::Enabled;
    let mut number = 1;
    for place in 0..300 {
        number += 2;
        let text = format!("gone{place:03}");
        shard.send(1, number, publish(put(&text, mode, "e", inline("x"))));
        shard.send_with_floor(
            1,
            number + 1,
            number + 1,
            delete(&text, mode, cairn_catalog::command::DeleteTarget::default()),
        );
    }
    shard.send(1, number + 2, publish(put("z", mode, "e", inline("x"))));
    let asked = list("", "", ListPosition::default(), 10);
    assert_eq!(objects(&shard, asked.clone()).entries.len(), 1);
    let (_, _, rows) = cost(&shard, &Query::ListObjects(ListObjects { list: asked, ..ListObjects::default() }));
    assert_eq!(rows, 1);
}

#[test]
fn a_key_with_a_hundred_thousand_versions_lists_flat() {
    let mut shard = Shard::with_bucket();
    let order = |time| VersionOrder { time, region: RegionNumber(1), index: time };
    let writes: Vec<_> = (1..=100_000)
        .map(|time| {
            let row = VersionRow {
                order: order(time),
                body: BodyPlace::Inline(InlinePlace { length: 1 }),
                ..VersionRow::default()
            };
            Write::Put(version_key(BUCKET, &key("k"), order(time)), row.to_value())
        })
        .collect();
    shard.state.write(&writes);
    let position =
        VersionPosition { key: Bytes::from_static(b"k"), order: Some(order(50_001)), ..VersionPosition::default() };
    let asked = list("", "", ListPosition::AfterVersion(position), 100);
    let page = versions(&shard, asked.clone());
    assert_eq!((page.entries.len(), page.entries[0].order, page.entries[0].latest), (100, order(50_000), false));
    let (_, seeks, rows) = cost(&shard, &Query::ListVersions(ListVersions { list: asked, ..ListVersions::default() }));
    assert_eq!((seeks, rows), (1, 101));
    let first = versions(&shard, list("", "", ListPosition::default(), 1));
    assert_eq!((first.entries[0].order, first.entries[0].latest), (order(100_000), true));
}

#[test]
fn a_listing_goes_on_in_the_next_shard_where_the_first_ended() {
    let keys = ["a/1", "a/2", "b", "c/1", "c/9", "d"];
    let cut = |text: &str| KeyPosition::new(BUCKET, Bytes::copy_from_slice(text.as_bytes()));
    let all = with_heads(keys.map(str::to_owned));
    for (text, asked_prefix) in [("c/5", ""), ("b", ""), ("a/2", "a"), ("c/9", "c/")] {
        let ranges = [
            KeyRange { start: KeyPosition::default(), end: Some(cut(text)) },
            KeyRange { start: cut(text), end: None },
        ];
        let mut found = Vec::new();
        let mut asked = list(asked_prefix, "/", ListPosition::default(), 2);
        let mut place = 0;
        loop {
            let mut shard = Shard::new(ShardId(1), ranges[place].clone());
            shard.state = all.state.clone();
            let page = objects(&shard, asked.clone());
            found.extend(page.entries.iter().map(|entry| entry.key.to_string()));
            found.extend(page.prefixes.iter().map(|prefix| String::from_utf8_lossy(prefix).into_owned()));
            asked.after = page.covered_to;
            match (page.ended, page.shard_end) {
                (true, None) => break,
                (true, Some(end)) => {
                    assert_eq!(end, text.as_bytes());
                    assert!(asked.first_key() >= end, "the next page is the next shard's");
                    place += 1;
                }
                (false, _) => {}
            }
        }
        found.sort();
        let whole = objects(&all, list(asked_prefix, "/", ListPosition::default(), 100));
        let mut expected: Vec<_> = whole.entries.iter().map(|entry| entry.key.to_string()).collect();
        expected.extend(whole.prefixes.iter().map(|prefix| String::from_utf8_lossy(prefix).into_owned()));
        expected.sort();
        assert_eq!(found, expected, "cut at {text}");
    }
}

#[test]
fn a_listing_that_begins_in_another_shard_is_refused() {
    let mut shard = with_heads(["b".to_owned()]);
    shard.context.range.start = KeyPosition::new(BUCKET, Bytes::from_static(b"b"));
    let answer = shard.ask(Query::ListObjects(ListObjects {
        list: list("", "", ListPosition::default(), 1),
        ..ListObjects::default()
    }));
    assert!(matches!(answer, Answer::Refused(Refusal::WrongShard(_))));
    let from = ListPosition::FromKey(Bytes::from_static(b"b"));
    assert_eq!(objects(&shard, list("", "", from, 1)).entries.len(), 1);
}

#[test]
fn markers_of_any_bytes_are_places_between_keys() {
    let shard = with_heads(["a", "a\u{1}", "ab", "b"].map(str::to_owned));
    let after = |raw: &'static [u8]| {
        let page = objects(&shard, list("", "", ListPosition::AfterKey(Bytes::from_static(raw)), 10));
        page.entries.iter().map(|entry| entry.key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(after(b""), ["a", "a\u{1}", "ab", "b"]);
    assert_eq!(after(b"a"), ["a\u{1}", "ab", "b"]);
    assert_eq!(after(b"a\0zzz"), ["a\u{1}", "ab", "b"]);
    assert_eq!(after(b"aa"), ["ab", "b"]);
    assert_eq!(after(&[b'a', 0xff]), ["b"]);
    assert_eq!(after(&[0xff; 2_000]), Vec::<String>::new());
    let page = objects(&shard, list("a\0", "", ListPosition::default(), 10));
    assert!(page.entries.is_empty() && page.ended);
    let page = objects(&shard, list("", "", ListPosition::AfterPrefix(Bytes::from_static(&[0xff])), 10));
    assert!(page.entries.is_empty() && page.ended);
}

#[test]
fn a_version_listing_goes_on_after_the_null_version() {
    let mut shard = Shard::with_bucket();
    shard.send(1, 2, publish(put("k", VersioningMode::Enabled, "e1", inline("1"))));
    shard.send(1, 3, publish(put("k", VersioningMode::Suspended, "e2", inline("2"))));
    shard.send(1, 4, publish(put("k", VersioningMode::Enabled, "e3", inline("3"))));
    shard.send(1, 5, publish(put("l", VersioningMode::Enabled, "e4", inline("4"))));
    let after = |text: &'static str| {
        let position = VersionPosition { key: Bytes::from_static(text.as_bytes()), ..VersionPosition::default() };
        let page = versions(&shard, list("", "", ListPosition::AfterVersion(position), 10));
        page.entries.iter().map(|entry| (entry.facts.etag.text.clone(), entry.latest)).collect::<Vec<_>>()
    };
    assert_eq!(after("k"), [("e1".to_owned(), false), ("e4".to_owned(), true)]);
    // No null version (any more): the key anew, so that one who deletes page by page misses none.
    assert_eq!(after("l"), [("e4".to_owned(), true)]);
    assert_eq!(after("j"), after("").as_slice());
    assert_eq!(after("").len(), 4);
}

#[test]
fn a_lookup_reads_few_rows() {
    let mut shard = Shard::with_bucket();
    shard.send(1, 2, publish(put("k", VersioningMode::Off, "e", inline("body"))));
    let latest = || VersionTarget::Latest(Nothing::default());
    // The share, the head, the version; and the body.
    assert_eq!(cost(&shard, &lookup("k", latest(), BodyWish::Nothing(Nothing::default()))), (3, 0, 0));
    assert_eq!(cost(&shard, &lookup("k", latest(), BodyWish::From(0))), (4, 0, 0));
    let unknown = VersionTarget::Ordered(VersionOrder::default());
    let answer = shard.ask(lookup("k", unknown, BodyWish::From(0)));
    assert!(matches!(answer, Answer::Refused(Refusal::NoSuchVersion(_))));
}

#[test]
fn what_only_the_disk_can_tell_is_passed_up() {
    let shard = Shard::data();
    let query = lookup("k", VersionTarget::default(), BodyWish::default());
    assert_eq!(answer(&Uncached, &shard.context, &query), Err(ReadError::NotCached));
    let command = cairn_catalog::command::Command {
        session: cairn_types::SessionId(1),
        number: cairn_types::RequestNumber(1),
        body: CommandBody::Noop(Nothing::default()),
        ..Default::default()
    };
    let applied = cairn_catalog::apply::apply(&Uncached, &shard.context, cairn_types::LogIndex(1), &command);
    assert_eq!(applied, Err(ReadError::NotCached));
}

#[test]
fn broken_and_contradicting_rows_stop_a_command_and_a_query() {
    let mut shard = Shard::with_bucket();
    let published = shard.send(1, 2, publish(put("k", VersioningMode::Off, "e", inline("body"))));
    let Reply::Published(version) = published else { panic!("{published:?}") };
    let query = lookup("k", VersionTarget::default(), BodyWish::From(0));
    let raw = version_key(BUCKET, &key("k"), version.order);
    let good = shard.state.clone();
    shard.state.write(&[Write::Delete(raw.clone())]);
    let found = answer(&shard.state, &shard.context, &query);
    assert!(matches!(found, Err(ReadError::Contradiction { key, .. }) if key == raw));
    shard.state = good;
    shard.state.write(&[Write::Put(raw.clone(), Bytes::from_static(b"\x09"))]);
    let found = answer(&shard.state, &shard.context, &query);
    assert!(matches!(found, Err(ReadError::Corrupt { key, .. }) if key == raw));
    let command = cairn_catalog::command::Command {
        session: cairn_types::SessionId(1),
        number: cairn_types::RequestNumber(3),
        body: publish(put("k", VersioningMode::Off, "e", inline("body"))),
        ..Default::default()
    };
    let applied = cairn_catalog::apply::apply(&shard.state, &shard.context, cairn_types::LogIndex(9), &command);
    assert!(matches!(applied, Err(ReadError::Corrupt { .. })));
}

proptest! {
    #![proptest_config(support::cases(64))]

    #[test]
    fn pages_of_a_listing_are_the_whole_of_it_in_order(
        keys in prop::collection::btree_set("[ab/]{1,5}", 0..40), prefix in "[ab/]{0,2}", delimiter in "[/b]{0,2}", max in 1..6u32,
    ) {
        let shard = with_heads(keys.iter().cloned());
        let mut expected = std::collections::BTreeSet::new();
        for text in keys.iter().filter(|text| text.starts_with(&prefix)) {
            let rest = &text[prefix.len()..];
            let cut = if delimiter.is_empty() { None } else { rest.find(&delimiter) };
            expected.insert(match cut {
                Some(at) => (text[..prefix.len() + at + delimiter.len()].to_owned(), true),
                None => (text.clone(), false),
            });
        }
        let mut found = Vec::new();
        let mut asked = list(&prefix, &delimiter, ListPosition::default(), max);
        loop {
            let page = objects(&shard, asked.clone());
            let mut both: Vec<_> = page.entries.iter().map(|entry| (entry.key.to_string(), false)).collect();
            both.extend(page.prefixes.iter().map(|prefix| (String::from_utf8_lossy(prefix).into_owned(), true)));
            both.sort();
            found.extend(both);
            asked.after = page.covered_to;
            if page.ended {
                break;
            }
        }
        prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    }
}
