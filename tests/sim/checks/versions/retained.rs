//! When every version is deleted by its id, those under retention are left and no others.
//!
//! Runs put bodies under retention that lie in rows, so that no disk holds a fragment then (D8).

use std::collections::BTreeSet;

use crate::client::S3Client;
use crate::workload::versions::{
    BUCKETS, FAMILIES, KEPT, LockChange, Name, Seen, Shared, Told, VersionAct, VersionEntry, list_family,
};

/// Versions of the bucket with locks: the key, and the name.
type Names = BTreeSet<(String, Name)>;

/// Lifts all holds, deletes everything, and looks at what is left.
pub(crate) async fn retained_versions_are_left_when_all_is_deleted(
    s3: &S3Client,
    shared: &Shared,
) -> Result<(), String> {
    let entries = shared.history.entries();
    let mut left = Names::new();
    for bucket in BUCKETS {
        left.append(&mut delete_all(s3, shared, bucket).await);
        s3.abort_all_uploads(0, bucket).await;
    }
    agree(&left, &retained(&entries, |told| told == Told::Done), &retained(&entries, |told| told != Told::Refused))
}

/// Deletes every version of a bucket; returns those that a lock protects.
async fn delete_all(s3: &S3Client, shared: &Shared, bucket: &str) -> Names {
    let mut left = Names::new();
    let listed = list_family(s3, &shared.history, (0, 0), bucket).await.expect("a whole cluster answers");
    for entry in listed {
        let name = entry.seen.name().expect("it is a version").clone();
        if bucket == KEPT && matches!(entry.seen, Seen::Object(..)) {
            let released = s3.hold(0, bucket, (&entry.key, name.text()), false).await.expect("a whole cluster answers");
            assert_eq!(released.status(), 200, "a hold can be lifted");
        }
        let deleted = s3.delete_version(0, bucket, (&entry.key, name.text())).await.expect("a whole cluster answers");
        match deleted.status() {
            204 => {}
            403 => {
                left.insert((entry.key, name));
            }
            other => panic!("{:?} {name:?}: {other} {:?}", entry.key, deleted.code()),
        }
    }
    left
}

/// Versions that came under retention, by what their clients were told.
fn retained(entries: &[VersionEntry], told: fn(Told) -> bool) -> Names {
    let acts = entries.iter().filter(|entry| told(entry.told));
    let names = acts.filter_map(|entry| match &entry.act {
        VersionAct::Lock(name, LockChange::Retain) => {
            Some((FAMILIES[entry.family].keys[entry.key].to_owned(), name.clone()))
        }
        _ => None,
    });
    names.collect()
}

/// What is left is at least what is certainly retained, and at most what may be.
fn agree(left: &Names, certain: &Names, possible: &Names) -> Result<(), String> {
    if let Some(gone) = certain.difference(left).next() {
        return Err(format!("{gone:?} was under retention and was deleted"));
    }
    match left.difference(possible).next() {
        Some(kept) => Err(format!("{kept:?} is under no retention and cannot be deleted")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retained_version_that_goes_and_a_free_one_that_stays_are_found() {
        let names = |texts: &[&str]| -> Names { texts.iter().map(|text| ("key".to_owned(), Name::of(text))).collect() };
        let check = |left: &[&str]| agree(&names(left), &names(&["1"]), &names(&["1", "2"]));
        assert!(check(&["1"]).is_ok() && check(&["1", "2"]).is_ok());
        assert!(check(&[]).is_err() && check(&["1", "3"]).is_err());
    }
}
