//! What listings have in common.

use bytes::Bytes;
use cairn_catalog::query::{ListPosition as RowPosition, ListedObject};
use cairn_catalog::rows::Nothing;
use cairn_objects::{ListPage, ListRequest};
use cairn_s3::operation::{ListPosition, ListScope};
use cairn_s3::response::{ListEntry, ObjectEntry};
use cairn_types::UnixMillis;

use super::rows::{etag, listed_checksum, wire_class};
use crate::pipeline::{DistinctIds, Owners};

/// What to ask the shards.
pub(super) fn request(scope: &ListScope, after: RowPosition, max: u32) -> ListRequest {
    let delimiter = scope.delimiter.as_deref().unwrap_or_default();
    ListRequest {
        prefix: Bytes::copy_from_slice(scope.prefix.as_bytes()),
        delimiter: Bytes::copy_from_slice(delimiter.as_bytes()),
        after,
        max,
    }
}

/// Where to begin.
pub(super) fn row_position(position: Option<ListPosition>) -> RowPosition {
    match position {
        None => RowPosition::Start(Nothing::default()),
        Some(ListPosition::AfterKey(key)) => RowPosition::AfterKey(Bytes::from(key)),
        Some(ListPosition::AfterPrefix(prefix)) => RowPosition::AfterPrefix(Bytes::from(prefix)),
    }
}

/// Entries and common prefixes in the order of their bytes.
pub(super) fn merged<T, E>(
    entries: Vec<T>,
    prefixes: Vec<Bytes>,
    key: impl Fn(&T) -> &[u8],
    (entry, prefix): (impl Fn(T) -> E, impl Fn(String) -> E),
) -> Vec<E> {
    let mut all = Vec::with_capacity(entries.len() + prefixes.len());
    let mut prefixes = prefixes.into_iter().peekable();
    for item in entries {
        while let Some(before) = prefixes.next_if(|prefix| prefix[..] < *key(&item)) {
            all.push(prefix(text(&before)));
        }
        all.push(entry(item));
    }
    all.extend(prefixes.map(|rest| prefix(text(&rest))));
    all
}

/// The owners of a page of keys.
pub(super) fn owners_of(page: &ListPage<ListedObject>) -> DistinctIds {
    page.entries.iter().map(|listed| &listed.summary.owner).collect()
}

/// A page of keys, with their owners where those are shown.
pub(super) fn object_entries(page: ListPage<ListedObject>, owners: Option<&Owners>) -> Vec<ListEntry> {
    let entry = |listed| ListEntry::Object(object_entry(listed, owners));
    merged(page.entries, page.prefixes, |listed| listed.key.as_bytes(), (entry, ListEntry::CommonPrefix))
}

fn object_entry(listed: ListedObject, owners: Option<&Owners>) -> ObjectEntry {
    let summary = listed.summary;
    ObjectEntry {
        key: listed.key.as_str().to_owned(),
        size: summary.size,
        etag: etag(&summary.etag),
        last_modified: UnixMillis(listed.order.time),
        owner: owners.map(|owners| owners.show(&summary.owner)),
        checksum: listed_checksum(summary.checksums.first()),
        storage_class: wire_class(summary.class),
    }
}

/// A prefix as text. Prefixes are cut from keys, which are text, at the ends of delimiters, which are text too.
fn text(bytes: &Bytes) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::merged;

    #[test]
    fn entries_and_prefixes_come_in_the_order_of_their_bytes() {
        let prefixes = ["a/", "c/", "z/"].map(|text| Bytes::from_static(text.as_bytes())).to_vec();
        let all = merged(vec!["a", "b", "d"], prefixes, |key| key.as_bytes(), (str::to_owned, |prefix| prefix));
        assert_eq!(all, ["a", "a/", "b", "c/", "d", "z/"]);
    }
}
