//! E2: at any time a run is held by the one version or the one part that its row names, and whoever names a run holds it.
//!
//! The rows of one metadata node say it: each command changes them in one step.

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_catalog::keys::{ObjectRowKey, Table};
use cairn_catalog::rows::{BodyPlace, Holder, PartHolder, PartRow, Row, RunRow, VersionRow};
use cairn_runtime::sim::SimNode;
use cairn_types::{BlobId, BucketId, ObjectKey, RunId};

/// Where a run's row lies.
type Place = (BucketId, ObjectKey, RunId);

/// Looks at the rows of a metadata node.
pub(crate) fn runs_have_one_holder(metadata: &SimNode) -> Result<(), String> {
    let view = metadata.kv("rows").mount().snapshot();
    let rows = |table: Table| {
        let (start, end) = ([table.byte()], [table.byte() + 1]);
        let rows = view.scan(&start..&end).map(|row| row.expect("simulated engines can be read"));
        rows.collect::<Vec<_>>()
    };
    let mut named: BTreeMap<Place, Vec<Holder>> = BTreeMap::new();
    for (raw, row) in rows(Table::Version) {
        let (bucket, key, _) = parts(&raw);
        let version = decoded::<VersionRow>(row);
        let BodyPlace::Runs(places) = &version.body else { continue };
        for place in &places.runs {
            let home = version.body.home(&key).clone();
            named.entry((bucket, home, place.run)).or_default().push(Holder::Version(version.order));
        }
    }
    for (raw, row) in rows(Table::Part) {
        let (bucket, key, parsed) = parts(&raw);
        let part = decoded::<PartRow>(row);
        let Some((run, label)) = part.body.run(&key) else { continue };
        let holder = PartHolder {
            upload: parsed.upload().expect("a part's key names its upload"),
            number: parsed.part_number().expect("a part's key has its number"),
        };
        named.entry((bucket, label.clone(), run)).or_default().push(Holder::Part(holder));
    }
    let held = rows(Table::Run).into_iter().filter_map(|(raw, row)| {
        let (bucket, key, parsed) = parts(&raw);
        let holder = decoded::<RunRow>(row).holder;
        let is_garbage = matches!(holder, Holder::Garbage(_));
        (!is_garbage).then(|| ((bucket, key, run_of(&parsed)), vec![holder]))
    });
    compare(&named, &held.collect())
}

fn compare(named: &BTreeMap<Place, Vec<Holder>>, held: &BTreeMap<Place, Vec<Holder>>) -> Result<(), String> {
    if let Some((place, holders)) = named.iter().find(|(place, holders)| held.get(place) != Some(holders)) {
        return Err(format!("{place:?} is named by {holders:?} and held by {:?}", held.get(place)));
    }
    match held.iter().find(|(place, _)| !named.contains_key(place)) {
        Some((place, holder)) => Err(format!("{place:?} is held by {holder:?}, which does not name it")),
        None => Ok(()),
    }
}

fn parts(raw: &[u8]) -> (BucketId, ObjectKey, ObjectRowKey<'_>) {
    let parsed = ObjectRowKey::parse(raw).expect("these tables are of objects");
    (parsed.bucket, ObjectKey::parse(parsed.key.to_vec()).expect("rows have good keys"), parsed)
}

fn run_of(key: &ObjectRowKey<'_>) -> RunId {
    RunId(BlobId::from_be_bytes(key.suffix.try_into().expect("a run's key ends with its id")))
}

fn decoded<T: Row>(row: Bytes) -> T {
    T::from_value(row).expect("nodes write what can be read")
}

#[cfg(test)]
mod tests {
    use cairn_types::{BlobSequence, RegionNumber, SessionId, VersionOrder};

    use super::*;

    fn place(number: u64) -> Place {
        let blob = BlobId { session: SessionId(1), sequence: BlobSequence(number) };
        (BucketId(1), ObjectKey::parse("key").expect("a good key"), RunId(blob))
    }

    fn version(index: u64) -> Holder {
        Holder::Version(VersionOrder { time: 1, region: RegionNumber(1), index })
    }

    fn rows(rows: &[(u64, &[Holder])]) -> BTreeMap<Place, Vec<Holder>> {
        rows.iter().map(|(number, holders)| (place(*number), holders.to_vec())).collect()
    }

    #[test]
    fn second_holders_wrong_holders_and_holders_of_nothing_are_found() {
        let held = rows(&[(1, &[version(7)])]);
        assert!(compare(&rows(&[(1, &[version(7)])]), &held).is_ok());
        assert!(compare(&rows(&[(1, &[version(7), version(8)])]), &held).is_err());
        assert!(compare(&rows(&[(1, &[version(8)])]), &held).is_err());
        assert!(compare(&rows(&[(1, &[version(7)]), (2, &[version(8)])]), &held).is_err());
        assert!(compare(&rows(&[]), &held).is_err());
    }
}
