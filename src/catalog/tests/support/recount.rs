//! Counting and cross-checking all rows of a shard.

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_catalog::keys::*;
use cairn_catalog::rows::*;
use cairn_catalog::state::CatalogRead;
use cairn_types::{BlobId, Label, ObjectKey, RunId};

use super::{BUCKET, Shard};

/// Rows of one table, decoded.
pub fn table<R: Row>(shard: &Shard, wanted: Table) -> Vec<(Bytes, R)> {
    let rows = shard.state.rows().filter(|(key, _)| key[0] == wanted.byte());
    rows.map(|(key, value)| (key.clone(), R::from_value(value.clone()).expect("a good row"))).collect()
}

fn object_key(raw: &Bytes) -> ObjectKey {
    let parsed = ObjectRowKey::parse(raw).expect("a row of an object");
    ObjectKey::parse(parsed.key.to_vec()).expect("a key")
}

fn run_of(raw: &Bytes) -> RunId {
    let parsed = ObjectRowKey::parse(raw).expect("a row of an object");
    RunId(BlobId::from_be_bytes(parsed.suffix.try_into().expect("16 bytes")))
}

/// E8: the counters of the bucket are those of its rows.
pub fn counters_equal_a_recount(shard: &Shard) {
    let objects = table::<HeadRow>(shard, Table::Head).len() as u64;
    let mut counted = Usage { objects, ..Usage::default() };
    for (_, version) in table::<VersionRow>(shard, Table::Version) {
        match version.is_marker() {
            true => counted.markers += 1,
            false => {
                counted.versions += 1;
                *counted.bytes.entry(version.meta.class).or_default() += version.facts.size;
            }
        }
    }
    counted.bytes.retain(|_, bytes| *bytes > 0);
    let share = shard.usage();
    for (raw, upload) in table::<UploadRow>(shard, Table::Upload) {
        if upload.created <= share.uploads_cut {
            continue;
        }
        counted.uploads += 1;
        let prefix = parts_prefix(
            BUCKET,
            &object_key(&raw),
            ObjectRowKey::parse(&raw).and_then(|row| row.upload()).expect("an upload"),
        );
        let parts = table::<PartRow>(shard, Table::Part);
        let parts: Vec<_> = parts.iter().filter(|(key, _)| key.starts_with(&prefix)).collect();
        assert_eq!(upload.parts as usize, parts.len());
        assert_eq!(upload.part_bytes, parts.iter().map(|(_, part)| part.size).sum::<u64>());
        counted.part_bytes += upload.part_bytes;
    }
    assert_eq!(share.usage, counted);
}

/// E8: degraded counts equal a recount of the blobs of held runs.
pub fn degraded_counts_equal_a_recount(shard: &Shard) {
    let mut counted: BTreeMap<u8, u64> = BTreeMap::new();
    let mut rows = 0;
    for (raw, run) in table::<RunRow>(shard, Table::Run) {
        let (key, id) = (object_key(&raw), run_of(&raw));
        let mut blobs = run.blobs.clone();
        for page in 1..=run.pages.len() as u32 {
            let value = shard.state.get(&run_page_key(BUCKET, &key, id, page)).expect("readable").expect("a page");
            blobs.extend(RunPageRow::from_value(value).expect("a page").blobs);
        }
        assert_eq!(run.length, blobs.iter().map(|blob| blob.length).sum::<u64>());
        let missing: Vec<_> = blobs.iter().filter(|blob| !blob.missing.is_empty()).collect();
        let held = !matches!(run.holder, Holder::Garbage(_));
        assert_eq!(run.degraded as usize, if held { missing.len() } else { 0 });
        let row = shard.state.get(&degraded_key(shard.context.shard, BUCKET, &key, id)).expect("readable");
        assert_eq!(row.is_some(), held && !missing.is_empty());
        if let Some(row) = row {
            rows += 1;
            let row = DegradedRow::from_value(row).expect("a good row");
            let named: Vec<_> = row.blobs.iter().map(|blob| (blob.blob, blob.missing)).collect();
            assert_eq!(named, missing.iter().map(|blob| (blob.blob, blob.missing)).collect::<Vec<_>>());
            for blob in row.blobs {
                *counted.entry(blob.missing.count()).or_default() += 1;
            }
        }
    }
    assert_eq!(table::<DegradedRow>(shard, Table::Degraded).len(), rows, "no degraded row without its run");
    let counts = table::<DegradedCountRow>(shard, Table::DegradedCount);
    assert_eq!(counts.into_iter().next().map(|(_, row)| row.by_missing).unwrap_or_default(), counted);
}

/// E2: every run is held by exactly the one that its row names, and every holder's run has a row.
pub fn every_run_has_one_holder(shard: &Shard) {
    let mut holders: BTreeMap<(ObjectKey, RunId), Vec<Holder>> = BTreeMap::new();
    for (raw, version) in table::<VersionRow>(shard, Table::Version) {
        if let BodyPlace::Runs(places) = version.body {
            for place in places.runs {
                holders.entry((object_key(&raw), place.run)).or_default().push(Holder::Version(version.order));
            }
        }
    }
    for (raw, part) in table::<PartRow>(shard, Table::Part) {
        if let PartBody::Run(run) = part.body {
            let parsed = ObjectRowKey::parse(&raw).expect("a part");
            let holder = PartHolder {
                upload: parsed.upload().expect("an upload"),
                number: parsed.part_number().expect("a number"),
            };
            holders.entry((object_key(&raw), run)).or_default().push(Holder::Part(holder));
        }
    }
    for (raw, row) in table::<GarbageRow>(shard, Table::Garbage) {
        if let GarbageRow::Run(Label { key, run, .. }) = row {
            let index = cairn_types::LogIndex(u64::from_be_bytes(raw[5..13].try_into().expect("8 bytes")));
            let ordinal = u32::from_be_bytes(raw[13..].try_into().expect("4 bytes"));
            holders.entry((key, run)).or_default().push(Holder::Garbage(GarbageId { index, ordinal }));
        }
    }
    let rows: BTreeMap<_, _> = table::<RunRow>(shard, Table::Run)
        .into_iter()
        .map(|(raw, row)| ((object_key(&raw), run_of(&raw)), vec![row.holder]))
        .collect();
    assert_eq!(holders, rows);
}

/// One head per key with versions, in the right table, naming the latest and the null version and their number.
pub fn heads_agree_with_versions(shard: &Shard) {
    let mut versions: BTreeMap<ObjectKey, Vec<VersionRow>> = BTreeMap::new();
    for (raw, version) in table::<VersionRow>(shard, Table::Version) {
        assert_eq!(ObjectRowKey::parse(&raw).and_then(|row| row.order()), Some(version.order));
        versions.entry(object_key(&raw)).or_default().push(version);
    }
    let mut expected: BTreeMap<ObjectKey, (bool, HeadRow)> = BTreeMap::new();
    for (key, versions) in versions {
        let latest = &versions[0];
        let nulls: Vec<_> = versions.iter().filter(|version| version.null).map(|version| version.order).collect();
        assert!(nulls.len() <= 1, "one null version");
        let head = HeadRow {
            latest: latest.order,
            null: nulls.first().copied(),
            versions: versions.len() as u64,
            summary: HeadSummary::of(latest),
            ..HeadRow::default()
        };
        expected.insert(key, (latest.is_marker(), head));
    }
    let mut found = BTreeMap::new();
    for (marked, which) in [(false, Table::Head), (true, Table::MarkedHead)] {
        for (raw, head) in table::<HeadRow>(shard, which) {
            assert!(found.insert(object_key(&raw), (marked, head)).is_none(), "one head per key");
        }
    }
    assert_eq!(found, expected);
}

/// All of the above.
pub fn everything(shard: &Shard) {
    counters_equal_a_recount(shard);
    degraded_counts_equal_a_recount(shard);
    every_run_has_one_holder(shard);
    heads_agree_with_versions(shard);
}
