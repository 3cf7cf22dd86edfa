//! Keys of rows that lie under an object key.

use bytes::Bytes;
use cairn_types::{BucketId, ObjectKey, RunId, UploadId, VersionOrder};

use super::table::Table;

/// Table, bucket, object key and the NUL: where all rows of the key in the table begin.
pub fn object_prefix(table: Table, bucket: BucketId, key: &ObjectKey) -> Vec<u8> {
    with_room(table, bucket, key, 0)
}

fn with_room(table: Table, bucket: BucketId, key: &ObjectKey, suffix_bytes: usize) -> Vec<u8> {
    let mut raw = Vec::with_capacity(10 + key.as_bytes().len() + suffix_bytes);
    raw.push(table.byte());
    raw.extend_from_slice(&bucket.to_be_bytes());
    raw.extend_from_slice(key.as_bytes());
    raw.push(0);
    raw
}

fn with_suffix(table: Table, bucket: BucketId, key: &ObjectKey, suffix: &[&[u8]]) -> Bytes {
    let mut raw = with_room(table, bucket, key, suffix.iter().map(|piece| piece.len()).sum());
    suffix.iter().for_each(|piece| raw.extend_from_slice(piece));
    raw.into()
}

/// An order as a suffix: every bit inverted, so that the newest comes first.
pub fn order_suffix(order: VersionOrder) -> [u8; 18] {
    order.to_be_bytes().map(|byte| !byte)
}

/// Head of a key whose latest version is not a delete marker.
pub fn head_key(bucket: BucketId, key: &ObjectKey) -> Bytes {
    with_suffix(Table::Head, bucket, key, &[])
}

/// Head of a key whose latest version is a delete marker.
pub fn marked_head_key(bucket: BucketId, key: &ObjectKey) -> Bytes {
    with_suffix(Table::MarkedHead, bucket, key, &[])
}

/// A version.
pub fn version_key(bucket: BucketId, key: &ObjectKey, order: VersionOrder) -> Bytes {
    with_suffix(Table::Version, bucket, key, &[&order_suffix(order)])
}

/// The inline body of a version.
pub fn inline_key(bucket: BucketId, key: &ObjectKey, order: VersionOrder) -> Bytes {
    with_suffix(Table::Inline, bucket, key, &[&order_suffix(order)])
}

/// A run.
pub fn run_key(bucket: BucketId, key: &ObjectKey, run: RunId) -> Bytes {
    with_suffix(Table::Run, bucket, key, &[&run.0.to_be_bytes()])
}

/// Page `page` (from 1) of a run's blobs.
pub fn run_page_key(bucket: BucketId, key: &ObjectKey, run: RunId, page: u32) -> Bytes {
    with_suffix(Table::RunPage, bucket, key, &[&run.0.to_be_bytes(), &page.to_be_bytes()])
}

/// An open upload.
pub fn upload_key(bucket: BucketId, key: &ObjectKey, upload: UploadId) -> Bytes {
    with_suffix(Table::Upload, bucket, key, &[&upload.0])
}

/// A part.
pub fn part_key(bucket: BucketId, key: &ObjectKey, upload: UploadId, number: u16) -> Bytes {
    with_suffix(Table::Part, bucket, key, &[&upload.0, &number.to_be_bytes()])
}

/// The inline body of a part.
pub fn part_inline_key(bucket: BucketId, key: &ObjectKey, upload: UploadId, number: u16) -> Bytes {
    with_suffix(Table::PartInline, bucket, key, &[&upload.0, &number.to_be_bytes()])
}

/// Where the parts of an upload begin.
pub fn parts_prefix(bucket: BucketId, key: &ObjectKey, upload: UploadId) -> Vec<u8> {
    let mut raw = with_room(Table::Part, bucket, key, 18);
    raw.extend_from_slice(&upload.0);
    raw
}

/// The pieces of a key of one of these tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ObjectRowKey<'a> {
    /// The table.
    pub table: Table,
    /// The bucket.
    pub bucket: BucketId,
    /// The object key's bytes.
    pub key: &'a [u8],
    /// What follows the NUL.
    pub suffix: &'a [u8],
}

impl<'a> ObjectRowKey<'a> {
    /// Takes a key apart; `None` if it is not of these tables.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let (head, rest) = raw.split_at_checked(9)?;
        let table = Table::OF_OBJECTS.into_iter().find(|table| table.byte() == head[0])?;
        let bucket = BucketId(u64::from_be_bytes(head[1..].try_into().ok()?));
        let end = rest.iter().position(|byte| *byte == 0)?;
        Some(Self { table, bucket, key: &rest[..end], suffix: &rest[end + 1..] })
    }

    /// The suffix as an order.
    pub fn order(&self) -> Option<VersionOrder> {
        let raw: [u8; 18] = self.suffix.try_into().ok()?;
        Some(VersionOrder::from_be_bytes(raw.map(|byte| !byte)))
    }

    /// The suffix, or its beginning, as an upload.
    pub fn upload(&self) -> Option<UploadId> {
        Some(UploadId(self.suffix.get(..16)?.try_into().ok()?))
    }

    /// The end of the suffix as a part's number.
    pub fn part_number(&self) -> Option<u16> {
        Some(u16::from_be_bytes(self.suffix.get(16..)?.try_into().ok()?))
    }
}
