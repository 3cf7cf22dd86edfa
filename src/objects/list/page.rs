//! Pages of listings.

use bytes::Bytes;
use cairn_catalog::query::{
    ListPosition, ListedObject, ListedUpload, ListedVersion, ObjectPage, UploadPage, UploadPosition, VersionPage,
    VersionPosition,
};

/// A page of a listing.
#[derive(Clone, PartialEq, Debug)]
pub struct ListPage<T> {
    /// Entries in order.
    pub entries: Vec<T>,
    /// Common prefixes in order.
    pub prefixes: Vec<Bytes>,
    /// Where to go on, after the last of both; absent at the end of the listing.
    pub next: Option<ListPosition>,
}

/// An entry of a listing.
pub(super) trait Listed {
    /// Its key.
    fn key(&self) -> &[u8];
    /// The position right after it.
    fn after(&self) -> ListPosition;
}

/// What one shard answered.
pub(super) struct ShardPage<T> {
    pub(super) entries: Vec<T>,
    pub(super) prefixes: Vec<Bytes>,
    pub(super) covered_to: ListPosition,
    pub(super) ended: bool,
    pub(super) shard_end: Option<Bytes>,
}

impl ShardPage<ListedObject> {
    pub(super) fn of_objects(page: ObjectPage) -> Self {
        let ObjectPage { entries, prefixes, covered_to, ended, shard_end, .. } = page;
        Self { entries, prefixes, covered_to, ended, shard_end }
    }
}

impl ShardPage<ListedVersion> {
    pub(super) fn of_versions(page: VersionPage) -> Self {
        let VersionPage { entries, prefixes, covered_to, ended, shard_end, .. } = page;
        Self { entries, prefixes, covered_to, ended, shard_end }
    }
}

impl ShardPage<ListedUpload> {
    pub(super) fn of_uploads(page: UploadPage) -> Self {
        let UploadPage { entries, prefixes, covered_to, ended, shard_end, .. } = page;
        Self { entries, prefixes, covered_to, ended, shard_end }
    }
}

impl Listed for ListedObject {
    fn key(&self) -> &[u8] {
        self.key.as_bytes()
    }

    fn after(&self) -> ListPosition {
        ListPosition::AfterKey(Bytes::copy_from_slice(self.key.as_bytes()))
    }
}

impl Listed for ListedVersion {
    fn key(&self) -> &[u8] {
        self.key.as_bytes()
    }

    fn after(&self) -> ListPosition {
        let order = (!self.null).then_some(self.order);
        let key = Bytes::copy_from_slice(self.key.as_bytes());
        ListPosition::AfterVersion(VersionPosition { key, order, ..VersionPosition::default() })
    }
}

impl Listed for ListedUpload {
    fn key(&self) -> &[u8] {
        self.key.as_bytes()
    }

    fn after(&self) -> ListPosition {
        let key = Bytes::copy_from_slice(self.key.as_bytes());
        ListPosition::AfterUpload(UploadPosition { key, upload: self.upload, ..UploadPosition::default() })
    }
}

impl<T> ListPage<T> {
    pub(super) fn empty() -> Self {
        Self { entries: Vec::new(), prefixes: Vec::new(), next: None }
    }

    /// Entries and common prefixes.
    pub(super) fn count(&self) -> usize {
        self.entries.len() + self.prefixes.len()
    }

    /// Keeps the first `max`, and says where to go on if that is not all.
    pub(super) fn cut(&mut self, max: usize)
    where
        T: Listed,
    {
        if self.count() <= max {
            return;
        }
        while self.count() > max {
            if self.ends_with_prefix() {
                self.prefixes.pop().map(drop)
            } else {
                self.entries.pop().map(drop)
            };
        }
        self.next = if self.ends_with_prefix() {
            self.prefixes.last().cloned().map(ListPosition::AfterPrefix)
        } else {
            self.entries.last().map(Listed::after)
        };
    }

    /// Whether the last of all is a common prefix. A key below a common prefix is never an entry, so the two are never
    /// equal.
    fn ends_with_prefix(&self) -> bool
    where
        T: Listed,
    {
        match (self.entries.last(), self.prefixes.last()) {
            (Some(entry), Some(prefix)) => entry.key() < &prefix[..],
            (None, prefix) => prefix.is_some(),
            (Some(_), None) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::ObjectKey;

    use super::{Bytes, ListPage, ListPosition, ListedObject};

    fn page(keys: &[&str], prefixes: &[&str]) -> ListPage<ListedObject> {
        let entry = |key: &&str| ListedObject {
            key: ObjectKey::parse(key.as_bytes().to_vec()).unwrap(),
            ..ListedObject::default()
        };
        let prefix = |text: &&str| Bytes::copy_from_slice(text.as_bytes());
        ListPage {
            entries: keys.iter().map(entry).collect(),
            prefixes: prefixes.iter().map(prefix).collect(),
            next: None,
        }
    }

    #[test]
    fn a_page_is_cut_in_the_order_of_keys_and_prefixes_together() {
        let mut cut = page(&["a", "c", "e"], &["b/", "d/"]);
        cut.cut(5);
        assert_eq!(cut.next, None);
        cut.cut(4);
        assert_eq!((cut.entries.len(), cut.prefixes.len()), (2, 2));
        assert_eq!(cut.next, Some(ListPosition::AfterPrefix(Bytes::from_static(b"d/"))));
        cut.cut(3);
        assert_eq!(cut.next, Some(ListPosition::AfterKey(Bytes::from_static(b"c"))));
    }
}
