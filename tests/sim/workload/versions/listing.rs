//! Listings of versions.

use std::time::Duration;

use cairn_runtime::sim::log;

use super::{FAMILIES, Name, Seen, Told, VersionAct, VersionHistory};
use crate::client::{Answer, S3Client, unquoted};

/// An entry of a listing of versions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ListedVersion {
    pub(crate) key: String,
    pub(crate) seen: Seen,
    pub(crate) is_latest: bool,
}

/// Entries of one page, as often as no key of a run has so many versions: what such a page says was true at one moment.
const WHOLE: usize = 1_000;

/// Lists all versions of a family's bucket at once, and notes what that says of each family there.
///
/// # Panics
/// If the page is not in order, or names a latest version that is not the first.
pub(crate) async fn list_family(
    s3: &S3Client,
    history: &VersionHistory,
    (client, gateway): (usize, usize),
    bucket: &str,
) -> Option<Vec<ListedVersion>> {
    let began = history.now();
    let answer = s3.list_versions(gateway, bucket, (WHOLE, None)).await.ok().filter(|answer| !answer.is_unknown())?;
    assert_eq!(answer.status(), 200, "a listing of versions: {:?}", answer.code());
    assert_eq!(answer.text("IsTruncated").as_deref(), Some("false"), "a run makes few versions");
    let listed = entries(&answer);
    log(format!("client {client} by gateway {gateway}: listed {} versions of {bucket}", listed.len()));
    is_in_order(&listed);
    note(history, client, (bucket, &listed), began);
    Some(listed)
}

/// The same page by page, as clients do that have many: every version that is there throughout is seen once.
pub(crate) async fn list_by_pages(
    s3: &S3Client,
    gateway: usize,
    bucket: &str,
    max_keys: usize,
) -> Option<Vec<ListedVersion>> {
    let mut all: Vec<ListedVersion> = Vec::new();
    let mut after: Option<(String, String)> = None;
    loop {
        let marker = after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));
        let answer = s3.list_versions(gateway, bucket, (max_keys, marker)).await.ok()?;
        if answer.is_unknown() {
            return None;
        }
        assert_eq!(answer.status(), 200, "a page of versions: {:?}", answer.code());
        let page = entries(&answer);
        assert!(page.len() <= max_keys, "a page of {} where {max_keys} were asked for (C2)", page.len());
        all.extend(page);
        if answer.text("IsTruncated").as_deref() != Some("true") {
            break;
        }
        let marker = answer.text("NextKeyMarker").zip(answer.text("NextVersionIdMarker"));
        after = Some(marker.expect("a page that is cut says where to go on"));
    }
    assert!(all.is_sorted_by(|one, next| one.key <= next.key), "pages of versions are in the order of keys (C2)");
    Some(all)
}

fn note(history: &VersionHistory, client: usize, (bucket, listed): (&str, &[ListedVersion]), began: Duration) {
    for (place, family) in FAMILIES.iter().enumerate().filter(|(_, family)| family.bucket == bucket) {
        let of =
            |key: &&str| listed.iter().filter(|entry| entry.key == **key).map(|entry| entry.seen.clone()).collect();
        let lists = family.keys.iter().map(of).collect();
        history.note(client, (place, 0), VersionAct::List(lists), Told::Done, began);
    }
}

fn is_in_order(listed: &[ListedVersion]) {
    assert!(listed.is_sorted_by(|one, next| one.key <= next.key), "versions are in the order of keys (C2)");
    let mut before: Option<&str> = None;
    for entry in listed {
        let is_first = before != Some(entry.key.as_str());
        assert_eq!(entry.is_latest, is_first, "the first version of {:?} is the latest, no other (C3)", entry.key);
        before = Some(&entry.key);
    }
}

/// The entries of a page, in its order.
fn entries(answer: &Answer) -> Vec<ListedVersion> {
    let elements = answer.elements(&["Version", "DeleteMarker"]);
    elements.into_iter().map(|(element, entry)| entry_of(element, &entry)).collect()
}

fn entry_of(element: &str, entry: &Answer) -> ListedVersion {
    let name = Name::of(&entry.text("VersionId").expect("every version has an id"));
    let seen = match element {
        "DeleteMarker" => Seen::Marker(name),
        _ => Seen::Object(unquoted(&entry.text("ETag").expect("every object has a tag")), name),
    };
    let key = entry.text("Key").expect("every version has a key");
    ListedVersion { key, seen, is_latest: entry.text("IsLatest").as_deref() == Some("true") }
}
