//! Keys of rows of the root shard.

use bytes::Bytes;
use cairn_types::{BucketId, BucketName, CanonicalId, DiskId, NodeId, SessionId, ShardId};

use super::shard::{shard_prefix, with_suffix};
use super::table::Table;
use crate::rows::MapKind;

fn root_key(table: Table, suffix: &[&[u8]]) -> Bytes {
    with_suffix(table, ShardId::ROOT, suffix)
}

/// Where all rows of a table of the root shard begin.
pub fn root_prefix(table: Table) -> Vec<u8> {
    shard_prefix(table, ShardId::ROOT)
}

/// The cluster.
pub fn cluster_key() -> Bytes {
    root_key(Table::Cluster, &[])
}

/// A node.
pub fn node_key(node: NodeId) -> Bytes {
    root_key(Table::Node, &[&node.to_be_bytes()])
}

/// A disk.
pub fn disk_key(disk: DiskId) -> Bytes {
    root_key(Table::Disk, &[&disk.to_be_bytes()])
}

/// A map.
pub fn map_key(kind: MapKind) -> Bytes {
    let kind = match kind {
        MapKind::Groups => 1,
        MapKind::Shards => 2,
    };
    root_key(Table::Map, &[&[kind]])
}

/// The name of a bucket in a namespace (which holds no NUL).
pub fn bucket_name_key(namespace: &str, name: &BucketName) -> Bytes {
    root_key(Table::BucketName, &[namespace.as_bytes(), &[0], name.as_str().as_bytes()])
}

/// A bucket.
pub fn bucket_key(bucket: BucketId) -> Bytes {
    root_key(Table::Bucket, &[&bucket.to_be_bytes()])
}

/// A sub-resource of a bucket.
pub fn bucket_document_key(bucket: BucketId, sub_resource: &str) -> Bytes {
    root_key(Table::BucketDocument, &[&bucket.to_be_bytes(), sub_resource.as_bytes()])
}

/// A deleted bucket.
pub fn deleted_bucket_key(bucket: BucketId) -> Bytes {
    root_key(Table::DeletedBucket, &[&bucket.to_be_bytes()])
}

/// A registered session.
pub fn lease_key(session: SessionId) -> Bytes {
    root_key(Table::Lease, &[&session.to_be_bytes()])
}

/// An account (its id holds no NUL).
pub fn account_key(account: &CanonicalId) -> Bytes {
    root_key(Table::Account, &[account.digits.as_bytes()])
}

/// A user of an account (whose id holds no NUL).
pub fn user_key(account: &CanonicalId, name: &str) -> Bytes {
    root_key(Table::User, &[account.digits.as_bytes(), &[0], name.as_bytes()])
}

/// An access key.
pub fn access_key_key(id: &str) -> Bytes {
    root_key(Table::AccessKey, &[id.as_bytes()])
}

/// An identity document (whose account and kind hold no NUL).
pub fn identity_document_key(account: &CanonicalId, kind: &str, name: &str) -> Bytes {
    let place = [account.digits.as_bytes(), &[0], kind.as_bytes(), &[0], name.as_bytes()];
    root_key(Table::IdentityDocument, &place)
}
