//! Keys of the index: a letter for the table, then big-endian ids.

use bytes::Bytes;
use cairn_journal::FileId;
use cairn_types::{BlobId, FragmentIndex, GroupId};

/// A fragment by its raw index: what keys and tombstones hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct FragmentKey {
    pub(crate) blob: BlobId,
    pub(crate) index: u8,
}

impl FragmentKey {
    pub(crate) fn new(blob: BlobId, index: FragmentIndex) -> Self {
        Self { blob, index: index.get() }
    }

    /// Key of its row if it is there.
    pub(crate) fn fragment_row(self) -> Bytes {
        self.row(FRAGMENTS)
    }

    /// Key of its row if it was deleted.
    pub(crate) fn tombstone_row(self) -> Bytes {
        self.row(TOMBSTONES)
    }

    fn row(self, table: u8) -> Bytes {
        let mut key = Vec::with_capacity(18);
        key.push(table);
        key.extend_from_slice(&self.blob.to_be_bytes());
        key.push(self.index);
        key.into()
    }

    /// Inverse of [`FragmentKey::fragment_row`].
    pub(crate) fn of_row(key: &[u8]) -> Option<Self> {
        let (index, blob) = key.get(1..)?.split_last()?;
        Some(Self { blob: BlobId::from_be_bytes(blob.try_into().ok()?), index: *index })
    }
}

pub(crate) const FRAGMENTS: u8 = b'f';
pub(crate) const TOMBSTONES: u8 = b't';
pub(crate) const SEGMENTS: u8 = b's';
pub(crate) const GROUPS: u8 = b'g';
/// The one row of the bounds.
pub(crate) const BOUNDS: &[u8] = b"b";
/// The one row of the scrub.
pub(crate) const SCRUB: &[u8] = b"c";
/// The one row that says what the index is.
pub(crate) const META: &[u8] = b"m";

/// First key after all of `table`.
pub(crate) fn table_end(table: u8) -> Bytes {
    Bytes::copy_from_slice(&[table + 1])
}

/// First key of `table`.
pub(crate) fn table_start(table: u8) -> Bytes {
    Bytes::copy_from_slice(&[table])
}

pub(crate) fn segment_row(file: FileId) -> Bytes {
    [&[SEGMENTS], &file.0.to_be_bytes()[..]].concat().into()
}

pub(crate) fn segment_of_row(key: &[u8]) -> Option<FileId> {
    Some(FileId(u64::from_be_bytes(key.get(1..)?.try_into().ok()?)))
}

pub(crate) fn group_row(group: GroupId) -> Bytes {
    [&[GROUPS], &group.to_be_bytes()[..]].concat().into()
}

pub(crate) fn group_of_row(key: &[u8]) -> Option<GroupId> {
    Some(GroupId(u32::from_be_bytes(key.get(1..)?.try_into().ok()?)))
}
