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
        if let BodyPlace::Runs(places) = &version.body {
            let home = version.body.home(&object_key(&raw)).clone();
            for place in &places.runs {
                holders.entry((home.clone(), place.run)).or_default().push(Holder::Version(version.order));
            }
        }
    }
    for (raw, part) in table::<PartRow>(shard, Table::Part) {
        if let Some((run, label)) = part.body.run(&object_key(&raw)) {
            let parsed = ObjectRowKey::parse(&raw).expect("a part");
            let holder = PartHolder {
                upload: parsed.upload().expect("an upload"),
                number: parsed.part_number().expect("a number"),
            };
            holders.entry((label.clone(), run)).or_default().push(Holder::Part(holder));
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

/// Every part belongs to one open upload or one version, or waits on the garbage table; and a version's parts are there,
/// as long as it says.
pub fn every_part_is_owned(shard: &Shard) {
    let mut owners: BTreeMap<Bytes, usize> = BTreeMap::new();
    let parts: BTreeMap<Bytes, PartRow> = table(shard, Table::Part).into_iter().collect();
    for (raw, version) in table::<VersionRow>(shard, Table::Version) {
        let BodyPlace::Upload(place) = &version.body else { continue };
        let home = version.body.home(&object_key(&raw)).clone();
        let mut size = 0;
        for part in place.parts.iter() {
            let key = part_key(BUCKET, &home, place.upload, part.number);
            let row = parts.get(&key).expect("a part that a version names");
            assert_eq!(row.length, part.length);
            size += row.size;
            *owners.entry(key).or_default() += 1;
        }
        assert_eq!(size, version.facts.size);
    }
    for (raw, _) in table::<UploadRow>(shard, Table::Upload) {
        let upload = ObjectRowKey::parse(&raw).and_then(|row| row.upload()).expect("an upload");
        let prefix = parts_prefix(BUCKET, &object_key(&raw), upload);
        for key in parts.keys().filter(|key| key.starts_with(&prefix)) {
            *owners.entry(key.clone()).or_default() += 1;
        }
    }
    assert!(owners.values().all(|count| *count == 1), "a part has two owners");
    for (_, row) in table::<GarbageRow>(shard, Table::Garbage) {
        let GarbageRow::Upload(garbage) = row else { continue };
        let prefix = parts_prefix(BUCKET, &garbage.key, garbage.upload);
        for key in parts.keys().filter(|key| key.starts_with(&prefix)) {
            let number = ObjectRowKey::parse(key).and_then(|row| row.part_number()).expect("a number");
            if number > garbage.done && number <= garbage.last_number() && !garbage.named.contains(number.into()) {
                assert!(owners.insert(key.clone(), 0).is_none_or(|count| count == 0), "garbage has an owner");
            }
        }
    }
    let owned: Vec<_> = owners.keys().collect();
    assert_eq!(owned, parts.keys().collect::<Vec<_>>(), "no part is left behind");
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
    every_part_is_owned(shard);
    heads_agree_with_versions(shard);
}
